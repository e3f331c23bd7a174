import Foundation
import MQTTTransport
import Synchronization
import TestSupport

/// Publishes messages at a steady rate on a thread of its own, as a gateway with a buffer does: when
/// the broker goes it connects again, and sends again what was not acknowledged.
final class Publishing: Sendable {
  private struct Progress {
    var acknowledgedCount = 0
    /// Each time more was acknowledged, and how much it was in all.
    var milestones: [(time: Date, count: Int)] = []
    /// What was acknowledged when a connection broke, one count for each time.
    var interruptions: [Int] = []
    var failure: String?
    /// How many messages may be sent.
    var allowance: Int
  }

  private let messages: any MessageSource
  private let port: UInt16
  private let messagesPerSecond: Int
  private let progress: Mutex<Progress>
  /// A broker that is away for longer does not come back in any trial.
  private static let patience = Duration.seconds(120)

  init(_ messages: any MessageSource, port: UInt16, messagesPerSecond: Int) {
    self.messages = messages
    self.port = port
    self.messagesPerSecond = messagesPerSecond
    progress = Mutex(Progress(allowance: messages.count))
  }

  /// Begins; `acknowledgedCount` says how far it is.
  func start() {
    Thread { self.run() }.start()
  }

  /// Sends the first `count` messages and waits with the rest, until more are allowed.
  func allow(_ count: Int) {
    progress.withLock { $0.allowance = count }
  }

  /// Of how many messages, the first ones, the broker has said that it took them.
  ///
  /// - Throws: `TestFailure` when publishing has failed.
  func acknowledgedCount() throws -> Int {
    try progress.withLock { progress in
      if let failure = progress.failure { throw TestFailure("publishing failed: \(failure)") }
      return progress.acknowledgedCount
    }
  }

  /// How many of them are known to have been acknowledged before `time`.
  func acknowledgedCount(before time: Date) -> Int {
    progress.withLock { $0.milestones.last { $0.time < time }?.count ?? 0 }
  }

  /// When the acknowledgement of message `n` was seen; nil when it was not.
  func acknowledgementTime(of n: Int) -> Date? {
    progress.withLock { $0.milestones.first { $0.count > n }?.time }
  }

  /// What was acknowledged each time that a connection broke.
  var interruptions: [Int] { progress.withLock { $0.interruptions } }

  /// Waits until all messages are acknowledged.
  func finish(within deadline: Duration) async throws {
    try await eventually(within: deadline, "all messages are published") {
      try acknowledgedCount() == messages.count
    }
  }

  private func run() {
    do {
      let publisher = try MQTTPublisher(
        settings: MQTTSettings(
          port: port, clientID: "stream", sessionExpiry: .zero, cleanStart: true),
        inFlightLimit: 500)
      try publisher.connect()
      let start = ContinuousClock.now
      var sent = 0
      while publisher.acknowledgedCount < messages.count {
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let due = min(
          progress.withLock { $0.allowance }, Int(elapsed * Double(messagesPerSecond)) + 1)
        // What the broker cannot take yet waits here, as in a gateway's buffer.
        while sent < due, publisher.waitingCount < 2000 {
          try publisher.publish(Array(messages.payload(sent).utf8), to: messages.topic(sent))
          sent += 1
        }
        try drive(publisher)
      }
      try publisher.disconnect()
    } catch {
      progress.withLock { $0.failure = "\(error)" }
    }
  }

  /// Sends and receives for about a millisecond: a few messages at the rates used here.
  private func drive(_ publisher: MQTTPublisher) throws {
    do {
      try publisher.drive()
      note(publisher.acknowledgedCount)
      try MQTTPublisher.wait(for: [publisher], atMost: .milliseconds(1))
    } catch {
      note(publisher.acknowledgedCount)
      progress.withLock { $0.interruptions.append(publisher.acknowledgedCount) }
      try reconnect(publisher)
    }
  }

  private func reconnect(_ publisher: MQTTPublisher) throws {
    let end = ContinuousClock.now + Self.patience
    while true {
      do {
        return try publisher.connect()
      } catch {
        guard ContinuousClock.now < end else { throw error }
        Thread.sleep(forTimeInterval: 0.02)
      }
    }
  }

  private func note(_ count: Int) {
    progress.withLock { progress in
      guard count > progress.acknowledgedCount else { return }
      progress.acknowledgedCount = count
      progress.milestones.append((Date(), count))
    }
  }
}
