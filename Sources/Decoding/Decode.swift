public import PoolModel

/// Turns what the broker delivered into readings, and says by name what it could not use.
///
/// One delivery never affects another: the decoder holds the plan's names and nothing else.
public struct PayloadDecoder: Sendable {
  /// A payload of more bytes is refused as `too_large`: ten thousand buffered readings of a small
  /// gateway fit, and a batch of a thousand such payloads still fits in memory.
  public static let payloadByteLimit = 256 * 1024

  private let district: String
  private let venues: Set<String>
  private let destinations: [String: Destination]
  private let dialect: NativeDialect

  /// A decoder for the venues, pools and parameters of `plan`.
  ///
  /// Costs one table entry per venue and per pool.
  public init(plan: Plan) {
    district = plan.district.code
    venues = Set(plan.venues.map(\.id))
    var destinations: [String: Destination] = [:]
    destinations.reserveCapacity(plan.pools.count + plan.venues.count)
    for number in plan.poolNumbersInOrder {
      let topic = TopicPattern.telemetry(district: plan.district.code, pool: plan[number].id)
      destinations[topic] = .pool(number)
    }
    for venue in plan.venues {
      let topic = TopicPattern.status(district: plan.district.code, venue: venue.id)
      destinations[topic] = .venue(venue.id)
    }
    self.destinations = destinations
    dialect = NativeDialect(parameters: plan.parameters)
  }

  /// The topic filters to subscribe to with QoS 1.
  ///
  /// They leave all but the beginning open, so that a gateway with a wrong district or a misspelt
  /// topic is refused by name and not merely unheard.
  public static func subscriptions(for plan: Plan) -> [String] {
    TopicPattern.filters
  }

  /// The readings or the status that `delivery` holds, and what was refused of it.
  ///
  /// The topic is judged first, then the size, then the payload. A message that is not JSON or not
  /// the dialect is refused whole, with exactly one refusal. A reading whose time cannot be is
  /// refused alone, a value of an unknown parameter likewise; their neighbours are kept, and what
  /// goes beyond 16 refusals of one reason is told in one summary.
  ///
  /// - Parameters:
  ///   - delivery: What the broker handed over.
  ///   - now: Our wall clock, which a reading's time may run ahead of by 5 minutes.
  /// - Returns: What can be used and what cannot; never nothing of both for a telemetry message.
  public func decode(_ delivery: Delivery, now: Timestamp) -> DecodedDelivery {
    guard let destination = destinations[delivery.topic] else {
      return DecodedDelivery(refusals: [misdirected(delivery)])
    }
    guard delivery.payload.count <= Self.payloadByteLimit else {
      let detail =
        "message: found \(delivery.payload.count) bytes, expected at most \(Self.payloadByteLimit)"
      return DecodedDelivery(refusals: [delivery.refusal(.tooLarge, detail)])
    }
    switch destination {
    case .pool(let pool): return dialect.telemetry(delivery, of: pool, now: now)
    case .venue(let venue): return dialect.status(delivery, of: venue, now: now)
    }
  }

  /// Says why `delivery`, whose topic is none of the plan's, came to the wrong place.
  private func misdirected(_ delivery: Delivery) -> Refusal {
    guard let topic = TopicPattern(delivery.topic) else {
      return delivery.refusal(
        .unknownTopic,
        "topic: found \(OneLine.quoted(delivery.topic, limit: 60)), expected "
          + TopicPattern.shapes)
    }
    guard topic.district == district else {
      return delivery.refusal(
        .wrongDistrict,
        "topic: found district \(OneLine.quoted(topic.district)), expected '\(district)'")
    }
    guard venues.contains(topic.venue), let pool = topic.pool else {
      return delivery.refusal(
        .unknownVenue,
        "topic: found venue \(OneLine.quoted(topic.venue)), expected a venue of the plan")
    }
    return delivery.refusal(
      .unknownPool,
      "topic: found pool \(OneLine.quoted(pool)), expected a pool of venue "
        + OneLine.quoted(topic.venue))
  }

  /// Where a topic of the plan leads.
  private enum Destination {
    case pool(PoolNumber)
    case venue(String)
  }
}

extension Delivery {
  /// A refusal of this message, its detail in one line of at most 200 characters.
  func refusal(_ reason: RefusalReason, _ detail: String) -> Refusal {
    Refusal(
      reason: reason, detail: OneLine.escaped(detail, limit: OneLine.detailLimit), topic: topic,
      payload: payload)
  }
}
