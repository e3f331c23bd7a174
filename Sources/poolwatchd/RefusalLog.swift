import Logging
import PoolModel
import Querying

/// Says in the log what was refused, once per cause and minute; the quarantine has each of them.
///
/// A cause is a reason on a topic. At most `causeLimit` are told a minute, so that neither the log nor
/// what is remembered grows with what strangers send; the rest is counted in the first line after.
struct RefusalLog {
  /// More gateways than one person can look after at once.
  private static let causeLimit = 50
  /// Longer than any topic of a plan.
  private static let topicByteLimit = 256
  private static let interval: Duration = .seconds(60)

  /// By bytes: to hash a stranger's text takes a time that grows with the square of its combining
  /// characters, and alarms wait behind this thread.
  private struct Cause: Hashable {
    let reason: RefusalReason
    let topic: [UInt8]
  }

  private let logger: Logger
  private var told: Set<Cause> = []
  private var begin: Duration?
  private var untoldCount = 0

  init(logger: Logger) {
    self.logger = logger
  }

  /// Tells of `refusals`, as far as their causes are news; `now` is monotonic.
  mutating func note(_ refusals: [Refusal], now: Duration) {
    if begin.map({ now - $0 >= Self.interval }) ?? true {
      begin = now
      told = []
    }
    for refusal in refusals {
      let topic = Array(refusal.topic.utf8.prefix(Self.topicByteLimit))
      let cause = Cause(reason: refusal.reason, topic: topic)
      guard !told.contains(cause), told.count < Self.causeLimit else {
        untoldCount += 1
        continue
      }
      told.insert(cause)
      var metadata: Logger.Metadata = [
        "refusal.reason": "\(refusal.reason.rawValue)",
        "refusal.topic": "\(TextTable.Cell(String(decoding: topic, as: UTF8.self)).text)",
        "refusal.detail": "\(refusal.detail)",
      ]
      if untoldCount > 0 { metadata["refusals.untold"] = "\(untoldCount)" }
      untoldCount = 0
      logger.warning("message refused", metadata: metadata)
    }
  }
}
