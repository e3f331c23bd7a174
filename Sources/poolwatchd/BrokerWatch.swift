import Logging
import MQTTTransport
import PoolModel
import Records

/// What the broker tells of its queues, and the alarms about it.
///
/// Everything here runs on the intake thread.
struct BrokerWatch {
  private var backlog: BrokerBacklog
  /// The messages dropped lately, and when the newest of them were heard of.
  private var loss: (count: Int, since: Timestamp, newest: Duration)?
  private let writer: RecordsWriter
  private let systemAlarms: SystemAlarms
  private let logger: Logger

  /// How long an alarm about dropped messages stays: somebody looks once a day at least.
  private static let lossSpan: Duration = .seconds(86_400)

  /// A broker that lets `limit` messages wait.
  init(
    limit: Int, records: Records, writer: RecordsWriter, systemAlarms: SystemAlarms, logger: Logger
  ) {
    self.writer = writer
    self.systemAlarms = systemAlarms
    self.logger = logger
    var known: Int?
    do {
      known = try records.brokerDropCount()
    } catch {
      logger.warning("earlier drops of the broker are not known", metadata: ["error": "\(error)"])
    }
    backlog = BrokerBacklog(limit: limit, droppedCount: known)
  }

  /// How many messages it holds; nil while that is not known.
  var heldCount: Int? { backlog.heldCount }

  mutating func received(_ delivery: Delivery, now: Moment) {
    let known = backlog.droppedCount
    let action = backlog.received(delivery)
    switch action {
    case .tell(let level, let isWorse): tell(level, isWorse: isWorse)
    case .tellDropped(let count): tellDropped(count, now: now)
    case nil: break
    }
    // Told before it is noted: after a crash in between it is told again.
    if let count = backlog.droppedCount, count != known, !writer.write(brokerDropCount: count) {
      logger.warning("drops of the broker were not noted: too much waits for Records")
    }
  }

  /// The link went: what was said of the queue is not known any more.
  mutating func linkLost() {
    backlog.linkLost()
    systemAlarms.clear(.brokerQueue)
  }

  /// Ends what was said of messages dropped a day ago.
  mutating func tick(now: Moment) {
    guard let loss, now.monotonic - loss.newest >= Self.lossSpan else { return }
    self.loss = nil
    systemAlarms.clear(.brokerDrops)
  }

  private func tell(_ level: BrokerBacklog.Level, isWorse: Bool) {
    guard level > .inOrder, let held = backlog.heldCount else {
      return systemAlarms.clear(.brokerQueue)
    }
    let advice =
      level == .nearlyFull
      ? "beyond the limit it drops without a word: mend what slows Poolwatch, or raise "
        + "max_queued_messages, now"
      : "see what keeps Poolwatch from fetching them as they come"
    systemAlarms.raise(
      .brokerQueue,
      "the broker holds \(held) messages of \(backlog.limit) that may wait for one client "
        + "(broker.queue_messages): \(advice)", isWorse: isWorse)
  }

  private mutating func tellDropped(_ count: Int, now: Moment) {
    let loss = (
      count: (loss?.count ?? 0) + count, since: loss?.since ?? now.wall, newest: now.monotonic
    )
    self.loss = loss
    systemAlarms.raise(
      .brokerDrops,
      "the broker dropped \(loss.count) \(loss.count == 1 ? "message" : "messages"), heard of since "
        + "\(Zone.utc.rfc3339(loss.since)): gap possible, see 'poolwatch gaps'; raise "
        + "max_queued_messages and broker.queue_messages", isWorse: true)
  }
}
