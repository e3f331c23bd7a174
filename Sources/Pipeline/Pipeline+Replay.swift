import Decoding
public import PoolModel
import Presence
public import RingStore

extension Pipeline {
  /// A run over quarantined messages with the configuration in force.
  ///
  /// Its decoder begins with nothing remembered: what came since, and what is still to come, is not
  /// disturbed by messages of the past.
  ///
  /// - Parameters:
  ///   - venue: takes only messages of this venue; nil for all.
  ///   - isTrial: whether to tell only what would become of them.
  ///   - judgesTimesNow: whether a time may be as late as now; usually it must not have been ahead of our
  ///     clock when the message came, so that no wrong time becomes right by waiting.
  /// - Returns: the run, which belongs to this pipeline alone.
  public func beginReplay(
    venue: String?, isTrial: Bool, judgesTimesNow: Bool
  ) -> QuarantineReplay {
    QuarantineReplay(
      decoder: freshDecoder, venue: venue, isTrial: isTrial, judgesTimesNow: judgesTimesNow)
  }

  /// Takes in of `messages` what is acceptable now; durable when it returns.
  ///
  /// Call it between two batches. What is stored is marked as replayed: it is neither judged nor a
  /// sign of life, nothing is asked of its gateway, and no figure of a gateway changes. A venue's share of the
  /// intake does not limit it.
  ///
  /// - Parameters:
  ///   - messages: the messages, the oldest first.
  ///   - run: what `beginReplay` gave, from slice to slice.
  ///   - now: the time.
  /// - Returns: what became of the first of them, at least of one: as many as one commit should hold.
  /// - Throws: `RingStoreError` when they cannot be made durable: nothing of them is stored then.
  public func replay(
    _ messages: [QuarantinedMessage], in run: inout QuarantineReplay, now: Moment
  ) throws(RingStoreError) -> [ReplayOutcome] {
    precondition(batchIsEmpty, "messages are replayed between two batches")
    var outcomes: [ReplayOutcome] = []
    for message in messages where outcomes.isEmpty || !batchIsFull {
      outcomes.append(take(message, in: &run, now: now))
    }
    if run.isTrial { undo() } else { try commit(now: now) }
    return outcomes
  }

  private func take(
    _ message: QuarantinedMessage, in run: inout QuarantineReplay, now: Moment
  ) -> ReplayOutcome {
    let delivery = Delivery(
      topic: message.topic, payload: message.payload, isRetained: message.isRetained,
      arrival: message.time)
    let decoded = run.decoder.decode(delivery, now: run.judgesTimesNow ? now.wall : message.time)
    var outcome = ReplayOutcome()
    outcome.isSelected = isSelected(message, decoded, by: run)
    guard outcome.isSelected else { return outcome }
    for reading in decoded.readings {
      outcome.values += intake.append(reading, to: store, marks: .replayed, now: now)
    }
    outcome.isWhole =
      decoded.refusals.isEmpty && outcome.values.tooOld == 0
      && (!decoded.readings.isEmpty || decoded.status != nil)
    return outcome
  }

  private func isSelected(
    _ message: QuarantinedMessage, _ decoded: DecodedDelivery, by run: QuarantineReplay
  ) -> Bool {
    guard let venue = run.venue else { return true }
    if TopicPattern.venueNamed(by: message.topic) == venue { return true }
    if decoded.readings.contains(where: { plan[$0.pool].id.venue == venue }) { return true }
    return intake.ledger.venue(of: intake.ledger.index(of: decoded.gateway)) == venue
  }
}

/// A run over quarantined messages.
public struct QuarantineReplay: Sendable {
  var decoder: PayloadDecoder
  let venue: String?
  let isTrial: Bool
  let judgesTimesNow: Bool
}

/// A message that was refused.
public struct QuarantinedMessage: Hashable, Sendable {
  /// The topic it was published to.
  public let topic: String
  /// Its bytes, all of them.
  public let payload: [UInt8]
  /// When it came, by our clock.
  public let time: Timestamp
  /// Whether the broker replayed it from its retained messages.
  public let isRetained: Bool

  /// `payload` published to `topic`, which came at `time`.
  public init(topic: String, payload: [UInt8], time: Timestamp, isRetained: Bool = false) {
    self.topic = topic
    self.payload = payload
    self.time = time
    self.isRetained = isRetained
  }
}

/// What became of a quarantined message.
public struct ReplayOutcome: Hashable, Sendable {
  /// Whether it is of the venue asked for.
  ///
  /// Nothing of it was looked at otherwise.
  public internal(set) var isSelected = false
  /// Whether it is acceptable as a whole now: nothing of it is refused any more.
  public internal(set) var isWhole = false
  /// What became of the values that are acceptable.
  public internal(set) var values = AppendOutcome()

  /// A message of which nothing was looked at.
  public init() {}

  /// Whether a part of it was acceptable.
  public var isPartial: Bool {
    !isWhole && values.stored + values.duplicate + values.conflict > 0
  }
}
