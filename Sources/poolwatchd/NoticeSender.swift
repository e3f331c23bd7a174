import Foundation
import Logging
import Notifying
import PoolModel
import Records
import Registry
import Transports

/// A way to reach people.
protocol NoticeChannel: Sendable {
  /// Which outbox entries it takes.
  var kind: ChannelKind { get }

  /// Sends `notice`, blocking; gives what the other side said.
  ///
  /// - Throws: whatever kept it from being accepted.
  func send(_ notice: Notice, at now: Timestamp) throws -> String
}

/// The thread of one channel: what one channel suffers, no other notices.
final class NoticeSender: Sendable {
  private let channel: any NoticeChannel
  private let records: Records
  private let clock: any PoolModel.Clock
  private let systemAlarms: SystemAlarms
  private let logger: Logger
  private let policy = RetryPolicy()
  private let bell: Bell

  init(
    channel: any NoticeChannel, records: Records, clock: any PoolModel.Clock,
    systemAlarms: SystemAlarms, logger: Logger
  ) throws {
    bell = try Bell()
    self.channel = channel
    self.records = records
    self.clock = clock
    self.systemAlarms = systemAlarms
    self.logger = logger
  }

  /// Says that there may be something to send.
  func wake() {
    bell.ring()
  }

  /// The thread, which ends between two notices.
  func service() -> ThreadService {
    ThreadService(
      name: "notices-\(channel.kind.rawValue)", body: { self.run() }, stop: { self.bell.stop() })
  }

  private func run() {
    // Replies to notices that went out and could not be marked as sent, so that they are not sent
    // again for as long as the daemon runs; at most as many as went out before Records broke.
    var unmarked: [String: String] = [:]
    var pause = Duration.zero
    repeat {
      do {
        while !bell.isStopped,
          let entry = try records.dueNotices(
            channel: channel.kind, at: clock.now().wall, limit: 1
          ).first
        {
          try send(entry, unmarked: &unmarked)
        }
        systemAlarms.clear(.outbox)
        pause = untilNextAttempt
      } catch {
        systemAlarms.raise(.outbox, "the outbox cannot be read or written: \(error)")
        pause = .seconds(5)
      }
    } while bell.wait(atMost: pause)
  }

  private func send(_ entry: OutboxEntry, unmarked: inout [String: String]) throws(RecordsError) {
    let (id, now) = (entry.notice.id, clock.now().wall)
    do {
      if unmarked[id] == nil { unmarked[id] = try channel.send(entry.notice, at: now) }
    } catch {
      let next = policy.nextAttempt(
        failureCount: entry.attempts + 1, lastAttempt: now, noticeID: id)
      try records.failed(id: id, at: now, error: "\(error)", nextAttempt: next)
      // A refusal for good wants a person; what may pass by itself is a warning.
      let isTransient = (error as? TransportError)?.isTransient ?? true
      logger.log(
        level: isTransient ? .warning : .error, "notice not accepted",
        metadata: [
          "notice.id": "\(id)", "notice.attempts": "\(entry.attempts + 1)", "error": "\(error)",
        ])
      return
    }
    try records.sent(id: id, at: now, reply: unmarked[id, default: ""])
    unmarked[id] = nil
    logger.info(
      "notice sent",
      metadata: [
        "notice.id": "\(id)", "notice.channel": "\(channel.kind)",
        "notice.person": "\(entry.notice.person)",
      ])
  }

  /// At most a minute, so that a step of the wall clock delays nothing for longer.
  private var untilNextAttempt: Duration {
    // An unreadable outbox is looked at again after a minute; the loop has raised the alarm.
    guard let due = try? records.nextDue(channel: channel.kind, at: clock.now().wall) else {
      return .seconds(60)
    }
    return min(.seconds(60), max(.milliseconds(10), due - clock.now().wall))
  }
}

/// Notices as lines of the daemon's log.
struct LogChannel: NoticeChannel {
  let logger: Logger
  var kind: ChannelKind { .log }

  func send(_ notice: Notice, at now: Timestamp) throws -> String {
    logger.notice(
      "notice",
      metadata: [
        "notice.id": "\(notice.id)", "notice.person": "\(notice.person)",
        "notice.subject": "\(notice.subject)",
      ])
    return "logged"
  }
}

/// Notices as mail.
struct MailChannel: NoticeChannel {
  private let settings: MailSettings
  var kind: ChannelKind { .mail }

  /// - Throws: when the password file cannot be read.
  init(_ mail: Configuration.Mail) throws {
    let security: MailSecurity =
      switch mail.security {
      case .none: .none
      case .startTLS: .startTLS
      case .tls: .tls
      }
    settings = MailSettings(
      host: mail.host, port: mail.port, from: mail.from, security: security,
      caFile: try mail.caFile.map { try Credential.path($0) }, username: mail.username,
      password: try mail.passwordFile.map(Credential.firstLine),
      timeout: mail.timeout)
  }

  func send(_ notice: Notice, at now: Timestamp) throws -> String {
    let message = MailMessage(notice: notice, from: settings.from, date: now)
    return try MailTransport(settings: settings).send(message.rendered(), to: notice.address)
  }
}
