import Decoding
import PoolModel
import Presence
import RingStore

extension Intake {
  /// Notes what became of a message, when its venue is watched.
  mutating func observe(
    _ delivery: Delivery, _ decoded: DecodedDelivery, gateway: Int,
    accepted: [(reading: Reading, outcome: AppendOutcome)],
    refusals: [Refusal], tally: MessageTally, now: Moment
  ) {
    guard
      let venue = ledger.venue(of: gateway) ?? TopicPattern.venueNamed(by: delivery.topic),
      watchedVenues.contains(venue)
    else { return }
    let limit = ObservedMessage.detailLimit
    batch.observations.append(
      ObservedMessage(
        time: now.wall, venue: venue, gateway: decoded.gateway, topic: delivery.topic,
        byteCount: delivery.payload.count, isRetained: delivery.isRetained,
        readings: Array(accepted.prefix(limit)), readingCount: accepted.count,
        valueCount: accepted.reduce(0) { $0 + $1.reading.values.count },
        refusals: refusals.prefix(limit).map { ($0.reason, $0.detail) },
        refusalCount: refusals.count, tally: tally, status: decoded.status,
        newestTime: decoded.readings.map(\.time).max(),
        clockOffsetMilliseconds: ledger.clockOffset(of: gateway)))
  }
}

extension Pipeline {
  /// The messages of watched venues that were committed since the last call.
  public func takeObservations() -> Observations {
    guard !observations.isEmpty else { return observations }
    defer { observations = Observations() }
    return observations
  }
}
