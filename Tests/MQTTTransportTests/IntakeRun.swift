import Foundation
import LinuxSystem
import PoolModel
import Synchronization
import TestSupport

@testable import MQTTTransport

/// An intake loop on a thread of its own, whose delegate the test controls.
///
/// Stopped and waited for with `stop`; a run that nobody owns any more is asked to stop.
final class IntakeRun: Sendable {
  let record: IntakeRecord
  private let stopping: IntakeStop
  private let ended = Mutex(false)

  // `clock` is what the loop takes for the time, `record` what it is to do and what it did, `way` how it
  // connects.
  init(
    _ settings: MQTTSettings, subscriptions: [String] = ["pools/v1/#"],
    clock: any PoolModel.Clock = SystemClock(), record: IntakeRecord,
    way: @escaping Opening.Way = Opening.connect
  ) throws {
    MQTTTransport.initialize()
    let stop = IntakeStop(wakeUp: try WakeUp())
    self.record = record
    stopping = stop
    record.change { $0.filters = subscriptions }
    let thread = Thread { [weak self] in
      let delegate = RecordingDelegate(record)
      let loop = IntakeLoop(
        settings: settings, clock: clock, stop: stop, delegate: delegate, backoffSeed: 1)
      loop.way = way
      loop.run()
      self?.ended.withLock { $0 = true }
    }
    thread.start()
  }

  deinit { stopping.request() }

  func wake() { stopping.wakeUp.signal() }

  /// Requests the stop and waits until `run` has returned.
  func stop() async throws {
    stopping.request()
    try await eventually("the loop ends") { ended.withLock { $0 } }
  }
}

/// What a loop's delegate is told to do and what it was told; shared with the test.
final class IntakeRecord: Sendable {
  struct Contents {
    /// Payloads as numbers, in the order of `received`.
    var received: [Int] = []
    var topics: Set<String> = []
    var retainedCount = 0
    /// What each successful commit made durable.
    var commits: [[Int]] = []
    /// What each commit that failed had.
    var undone: [[Int]] = []
    var changes: [(isUp: Bool, sessionPresent: Bool, reason: String)] = []
    var idleCount = 0
    /// Failures of expectations inside the delegate.
    var failures: [String] = []
    var accepts = true
    /// What is to be subscribed to.
    var filters: [String] = []
    /// What the broker may have in the session, as it was last told.
    var held: [String] = []
    /// What else is to be subscribed to, with QoS 0.
    var figureTopics: [String] = []
    /// Why those are not asked for any more, each time that was said.
    var figuresGivenUp: [String] = []
    /// What is to be published, taken once.
    var outgoing: [OutgoingMessage] = []
    /// What is to be published before a stop.
    var farewell: [OutgoingMessage] = []
    /// Close a batch after so many; nil for never.
    var fullAfter: Int?

    var stored: [Int] { commits.flatMap(\.self) }
    var isUp: Bool { changes.last?.isUp ?? false }
  }

  private let contents = Mutex(Contents())
  /// Called on the loop's thread with the batch; what it returns is the commit's result.
  let onCommit: @Sendable ([Int]) throws -> Bool
  /// Called on the loop's thread for each delivery.
  let onReceive: @Sendable (Int) throws -> Void

  init(
    onReceive: @escaping @Sendable (Int) throws -> Void = { _ in },
    onCommit: @escaping @Sendable ([Int]) throws -> Bool = { _ in true }
  ) {
    self.onReceive = onReceive
    self.onCommit = onCommit
  }

  var now: Contents { contents.withLock { $0 } }

  func change<R: Sendable>(_ body: (inout sending Contents) -> sending R) -> R {
    contents.withLock { body(&$0) }
  }
}

/// The delegate: notes everything, and asks the record's closures.
private final class RecordingDelegate: IntakeDelegate {
  private let record: IntakeRecord
  private var batch: [Int] = []

  init(_ record: IntakeRecord) { self.record = record }

  var acceptsDeliveries: Bool { record.now.accepts }
  var batchIsFull: Bool { record.now.fullAfter.map { batch.count >= $0 } ?? false }

  func received(_ delivery: Delivery, now: Moment) {
    let text = String(decoding: delivery.payload, as: UTF8.self)
    let number = Int(text.trimmingCharacters(in: .whitespaces)) ?? -1
    batch.append(number)
    record.change {
      $0.received.append(number)
      $0.topics.insert(delivery.topic)
      $0.retainedCount += delivery.isRetained ? 1 : 0
    }
    noting { try record.onReceive(number) }
  }

  func commit(now: Moment) -> Bool {
    var isDurable = false
    noting { isDurable = try record.onCommit(batch) }
    let (isKept, done) = (isDurable, batch)
    record.change { if isKept { $0.commits.append(done) } else { $0.undone.append(done) } }
    batch = []
    return isDurable
  }

  var subscriptions: [String] { record.now.filters }

  var figureTopics: [String] { record.now.figureTopics }

  func figuresGivenUp(reason: String, now: Moment) {
    record.change { $0.figuresGivenUp.append(reason) }
  }

  var heldSubscriptions: [String] { record.now.held }

  func sessionHolds(_ filters: [String]) { record.change { $0.held = filters } }

  func farewell() -> [OutgoingMessage] { record.now.farewell }

  func takeOutgoing() -> [OutgoingMessage] {
    record.change {
      let messages = $0.outgoing
      $0.outgoing = []
      return messages
    }
  }

  func linkChanged(isUp: Bool, sessionPresent: Bool, reason: String, now: Moment) {
    record.change { $0.changes.append((isUp, sessionPresent, reason)) }
  }

  func idle(now: Moment) -> Duration {
    record.change { $0.idleCount += 1 }
    return .milliseconds(100)
  }

  private func noting(_ body: () throws -> Void) {
    do {
      try body()
    } catch {
      let words = "\(error)"
      record.change { $0.failures.append(words) }
    }
  }
}

/// A clock that only the test moves.
final class ManualClock: PoolModel.Clock {
  private let moment = Mutex(
    Moment(wall: Timestamp(milliseconds: 1_767_225_600_000), monotonic: .seconds(1)))

  func now() -> Moment { moment.withLock { $0 } }

  func advance(by span: Duration) {
    moment.withLock { $0 = $0.advanced(by: span) }
  }
}
