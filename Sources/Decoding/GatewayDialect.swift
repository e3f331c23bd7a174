import PoolModel

/// What a dialect needs to know of one gateway: its names, and what they stand for.
struct GatewayNames: Sendable {
  let binding: GatewayBinding
  private let values: [String: ValueBinding]

  init(_ binding: GatewayBinding) {
    self.binding = binding
    values = Dictionary(uniqueKeysWithValues: binding.values.map { ($0.name, $0) })
  }

  /// What `name` stands for; nil when the gateway's map does not have it.
  subscript(name: String) -> ValueBinding? { values[name] }

  /// Whether `other` has the same names, whatever they stand for.
  func areNamed(as other: GatewayNames) -> Bool { Set(values.keys) == Set(other.values.keys) }
}

/// One gateway's dialect: the seam behind which each way of writing payloads lies.
///
/// A value: what a dialect remembers of earlier messages (births, parts of frames) is bounded, and is put
/// back with the batch that could not be made durable.
protocol GatewayDialect: Sendable {
  /// The readings or the status that `delivery` holds, and what was refused of it.
  ///
  /// One message never affects another gateway. A message that is not of the dialect is refused whole,
  /// with exactly one refusal; a value of an unknown name is refused alone and its neighbours kept.
  ///
  /// - Parameters:
  ///   - delivery: what the broker handed over; its topic matches the binding's filter.
  ///   - now: our wall clock, which a reading's time may run ahead of by 5 minutes.
  /// - Returns: what can be used and what cannot; never nothing of both for a message with values.
  mutating func decode(_ delivery: Delivery, now: Timestamp) -> DecodedDelivery

  /// The messages whose parts have not all come yet.
  var unfinished: [UnfinishedMessage] { get }

  /// Forgets the parts of messages that are not whole yet, because the daemon ends or the gateway is no
  /// longer declared.
  ///
  /// - Parameter when: That, in words.
  /// - Returns: A refusal for each such message, whose parts were acknowledged.
  mutating func giveUp(_ when: String) -> [Refusal]

  /// Goes on with what `former`, the dialect of the same gateway and filter in another configuration,
  /// remembers.
  ///
  /// - Returns: Whether it was taken over; not where the declaration has changed so far that it means
  ///   nothing any more.
  mutating func remember(_ former: any GatewayDialect) -> Bool
}

extension GatewayDialect {
  /// Nothing is ever waited for.
  var unfinished: [UnfinishedMessage] { [] }

  /// Nothing is ever waited for.
  mutating func giveUp(_ when: String) -> [Refusal] { [] }

  /// Nothing is remembered.
  mutating func remember(_ former: any GatewayDialect) -> Bool { false }
}
