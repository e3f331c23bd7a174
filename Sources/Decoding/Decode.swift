public import PoolModel

/// Turns what the broker delivered into readings, and says by name what it could not use.
///
/// One gateway's deliveries never affect another's. A value: what dialects remember of earlier messages is
/// put back with the batch that could not be made durable.
public struct PayloadDecoder: Sendable {
  /// What a message may be at most.
  public struct Limits: Hashable, Sendable {
    /// A payload of more bytes is refused as `too_large`: ten thousand buffered readings of a small
    /// gateway fit, and a batch of a thousand such payloads still fits in memory.
    public var payloadByteCount: Int
    /// An array of more readings is refused as `too_large`.
    public var arrayReadingCount: Int
    /// A topic of more bytes is refused as `unknown_topic`.
    public var topicByteCount: Int

    /// Limits; the defaults are those of the configuration.
    public init(
      payloadByteCount: Int = 256 * 1024, arrayReadingCount: Int = 10_000,
      topicByteCount: Int = 256
    ) {
      self.payloadByteCount = payloadByteCount
      self.arrayReadingCount = arrayReadingCount
      self.topicByteCount = topicByteCount
    }
  }

  /// The topic filters to subscribe to with QoS 1.
  ///
  /// The native one leaves all but the beginning open, so that a gateway with a wrong district or a
  /// misspelt topic is refused by name and not merely unheard.
  public let subscriptions: [String]

  private let limits: Limits
  private let district: String
  private let venues: Set<String>
  private let topics: TopicTable
  /// Where each of `topics` leads.
  private let destinations: [Destination]
  /// The native dialect, once for each part of a batch that is decoded by itself: threads that count
  /// references to the same object wait for each other.
  private let nativeDialects: [NativeDialect]
  private let bindings: TopicFilterTree<Int>
  private let gateways: [GatewayBinding]
  /// When each gateway's last message counts as arrived.
  private var arrivals: [Timestamp]
  private(set) var dialects: [any GatewayDialect]

  /// A decoder for the venues, pools and parameters of `plan`.
  ///
  /// Costs one table entry per venue and per pool.
  ///
  /// - Parameters:
  ///   - plan: what is watched.
  ///   - bindings: the gateways of other dialects; their filters do not overlap.
  ///   - limits: what a message may be at most.
  public init(plan: Plan, bindings: [GatewayBinding] = [], limits: Limits = Limits()) {
    self.limits = limits
    district = plan.district.code
    venues = Set(plan.venues.map(\.id))
    let district = plan.district.code
    topics = TopicTable(
      plan.poolNumbersInOrder.map { TopicPattern.telemetry(district: district, pool: plan[$0].id) }
        + plan.venues.map { TopicPattern.status(district: district, venue: $0.id) })
    destinations =
      plan.poolNumbersInOrder.map { Destination(venue: plan[$0].id.venue, pool: $0) }
      + plan.venues.map { Destination(venue: $0.id, pool: nil) }
    nativeDialects = (0..<Self.partLimit).map { _ in NativeDialect(parameters: plan.parameters) }
    var tree = TopicFilterTree<Int>()
    for (index, binding) in bindings.enumerated() {
      do {
        tree.insert(index, for: try TopicFilter(binding.filter))
      } catch {
        preconditionFailure("the filter of \(binding.id) was not checked: \(error)")
      }
    }
    self.bindings = tree
    gateways = bindings
    arrivals = bindings.map { _ in .distantPast }
    dialects = bindings.map { Self.dialect(of: $0, plan: plan) }
    subscriptions = TopicPattern.filters + bindings.map(\.filter)
  }

  /// Goes on with what `former` remembers (births, parts of frames, the last arrival) of the gateways
  /// whose declaration it still fits: their next messages cannot be read without it.
  ///
  /// Pools and parameters may have other numbers in the plan that is in force now.
  ///
  /// - Returns: A refusal for each message in parts whose rest nobody will understand.
  @discardableResult
  public mutating func remember(_ former: PayloadDecoder) -> [Refusal] {
    let places = Dictionary(
      former.gateways.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    var isTakenOver = Array(repeating: false, count: former.gateways.count)
    for (index, gateway) in gateways.enumerated() {
      guard let old = places[gateway.id], former.gateways[old].filter == gateway.filter else {
        continue
      }
      arrivals[index] = former.arrivals[old]
      isTakenOver[old] = dialects[index].remember(former.dialects[old])
    }
    var refusals: [Refusal] = []
    for (old, dialect) in former.dialects.enumerated() where !isTakenOver[old] {
      var dialect = dialect
      refusals += dialect.giveUp("when its gateway was declared otherwise")
    }
    return refusals
  }

  /// The messages whose parts have not all come yet, of all gateways.
  public var unfinished: [UnfinishedMessage] { dialects.flatMap(\.unfinished) }

  /// Forgets the parts of messages that are not whole yet, because the daemon ends.
  ///
  /// - Returns: a refusal for each such message.
  public mutating func giveUp() -> [Refusal] {
    var refusals: [Refusal] = []
    for index in dialects.indices {
      refusals += dialects[index].giveUp("when Poolwatch stopped")
    }
    return refusals
  }

  private static func dialect(
    of binding: GatewayBinding, plan: Plan
  ) -> any GatewayDialect {
    let names = GatewayNames(binding)
    return switch binding.dialect {
    case .senML: SenMLDialect(names, parameters: plan.parameters)
    case .sparkplug: SparkplugDialect(names)
    case .hj212: HJ212Dialect(names)
    case .sensorThings: SensorThingsDialect(names)
    case .mapped(let layout): MappedDialect(names, layout: layout)
    }
  }

  /// The readings or the status that `delivery` holds, and what was refused of it.
  ///
  /// The topic is judged first, then the size, then the payload. A message that is not of its dialect is
  /// refused whole, with exactly one refusal. A reading whose time cannot be is refused alone, a value of
  /// an unknown parameter or name likewise; their neighbours are kept, and what goes beyond 16 refusals
  /// of one reason is told in one summary.
  ///
  /// - Parameters:
  ///   - delivery: What the broker handed over.
  ///   - now: Our wall clock, which a reading's time may run ahead of by 5 minutes.
  /// - Returns: What can be used and what cannot; never nothing of both for a telemetry message.
  public mutating func decode(_ delivery: Delivery, now: Timestamp) -> DecodedDelivery {
    var decoded = DecodedDelivery()
    decode(delivery, now: now, into: &decoded)
    return decoded
  }

  /// As `decode(_:now:)`, into memory that is used again.
  ///
  /// - Parameters:
  ///   - delivery: What the broker handed over.
  ///   - now: Our wall clock.
  ///   - decoded: What becomes of it; what it held before is forgotten.
  public mutating func decode(
    _ delivery: Delivery, now: Timestamp, into decoded: inout DecodedDelivery
  ) {
    if !decodeNative(delivery, now: now, part: 0, into: &decoded) {
      decoded = decodeBound(delivery, now: now)
    }
  }

  /// As `decode(_:now:into:)` for a message on one of the plan's own topics; nothing is remembered of it.
  ///
  /// Several threads may do so at once, each into memory of its own.
  ///
  /// - Parameters:
  ///   - delivery: What the broker handed over.
  ///   - now: Our wall clock.
  ///   - part: A number below `partLimit` that only one thread uses at a time.
  ///   - decoded: What becomes of it; what it held before is forgotten.
  /// - Returns: Whether its topic is such a one; nothing was done otherwise.
  public func decodeNative(
    _ delivery: Delivery, now: Timestamp, part: Int, into decoded: inout DecodedDelivery
  ) -> Bool {
    guard let number = topics.number(of: delivery.topic.utf8.span) else { return false }
    decoded.reset(gateway: destinations[number].venue)
    if let refusal = tooLarge(delivery) {
      decoded.readings = []
      decoded.refusals = [refusal]
      return true
    }
    if let pool = destinations[number].pool {
      nativeDialects[part].telemetry(delivery, of: pool, now: now, into: &decoded)
    } else {
      decoded.readings = []
      nativeDialects[part].status(
        delivery, of: destinations[number].venue, now: now, into: &decoded)
    }
    bound(&decoded, delivery)
    return true
  }

  /// What a message is whose topic is none of the plan's own.
  private mutating func decodeBound(_ delivery: Delivery, now: Timestamp) -> DecodedDelivery {
    // A longer one is not looked up: to compare text with combining characters takes a time that grows
    // with the square of their number.
    let topicByteCount = delivery.topic.utf8.count
    guard topicByteCount <= limits.topicByteCount else {
      let detail =
        "topic: found \(topicByteCount) bytes, expected at most \(limits.topicByteCount)"
      return DecodedDelivery(refusals: [delivery.refusal(.unknownTopic, detail)])
    }
    guard let index = bindings.value(matching: delivery.topic) else {
      return DecodedDelivery(refusals: [misdirected(delivery)])
    }
    if let refusal = tooLarge(delivery) {
      return DecodedDelivery(refusals: [refusal], gateway: gateways[index].id)
    }
    // One that came long ago has a time of its own already.
    let arrival = delivery.arrival == nil ? self.arrival(of: index, now: now) : now
    var decoded = dialects[index].decode(delivery, now: arrival)
    decoded.gateway = gateways[index].id
    if arrival != now { decoded.arrival = arrival }
    // What the broker replays says nothing of now.
    if delivery.isRetained { decoded.commands = [] }
    bound(&decoded, delivery)
    return decoded
  }

  /// When a message of a gateway arrives: no two do so at the same instant, or of several that waited at
  /// the broker, and have no times of their own, all but one would be refused as conflicting.
  private mutating func arrival(of gateway: Int, now: Timestamp) -> Timestamp {
    let last = arrivals[gateway]
    let follows = last >= now && last - now < Self.arrivalLead
    arrivals[gateway] = follows ? last + .milliseconds(1) : now
    return arrivals[gateway]
  }

  /// So many parts of a batch may be decoded at a time: some for each core, of some hundred microseconds.
  public static let partLimit = 8

  /// So far arrivals may lead our clock; farther ahead it was set back.
  private static let arrivalLead: Duration = .seconds(60)

  private func tooLarge(_ delivery: Delivery) -> Refusal? {
    guard delivery.payload.count > limits.payloadByteCount else { return nil }
    return delivery.refusal(
      .tooLarge,
      "message: found \(delivery.payload.count) bytes, expected at most \(limits.payloadByteCount)")
  }

  /// Refuses `decoded` whole when it has too many readings for one message.
  private func bound(_ decoded: inout DecodedDelivery, _ delivery: Delivery) {
    guard decoded.readings.count > limits.arrayReadingCount else { return }
    let detail =
      "message: found \(decoded.readings.count) readings, expected at most \(limits.arrayReadingCount)"
    let arrival = decoded.arrival
    decoded = DecodedDelivery(
      refusals: [delivery.refusal(.tooLarge, detail)], gateway: decoded.gateway)
    decoded.arrival = arrival
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
  private struct Destination {
    let venue: String
    /// nil for the status of the venue's gateway.
    let pool: PoolNumber?
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
