import PoolModel

@testable import Decoding

/// What a decoder is told by two gateways of one dialect, and what has to hold besides the promises.
///
/// - Neither gateway notices the other: a decoder that hears one alone says the same of it.
/// - The same state and the same message give the same result, so that a batch can be taken back.
struct Conversation {
  let bindings: [GatewayBinding]
  /// The clock of the decoder.
  var now = Surroundings.now
  private(set) var decoder: PayloadDecoder
  private var alone: [PayloadDecoder]
  private let promises: [Promises]
  /// The last message, and the state that it met.
  private var last: Step?

  private struct Step {
    let decoder: PayloadDecoder
    let delivery: Delivery
    let now: Timestamp
    let decoded: DecodedDelivery
  }

  /// Nothing said yet by the gateways of `bindings`.
  ///
  /// - Parameters:
  ///   - bindings: the gateways.
  ///   - rememberedByteCount: How many bytes of earlier messages a refusal may be about.
  init(_ bindings: [GatewayBinding], rememberedByteCount: Int = 0) {
    self.bindings = bindings
    let limits = Surroundings.smallLimits
    decoder = PayloadDecoder(plan: Surroundings.plan, bindings: bindings, limits: limits)
    alone = bindings.map {
      PayloadDecoder(plan: Surroundings.plan, bindings: [$0], limits: limits)
    }
    promises = bindings.map { binding in
      Promises(
        limits: limits,
        series: Set(binding.values.map { Series(pool: $0.pool, parameter: $0.parameter) }),
        rememberedByteCount: rememberedByteCount)
    }
  }

  /// Lets a while pass that `byte` chooses; the clock can also be set back.
  mutating func pass(_ byte: UInt8) {
    let spans: [Int64] = [0, 1, 30, 59, 60, 599, 601, 3600, 86_400, -1, -3600, -86_400]
    now = now + .seconds(spans[Int(byte) % spans.count])
  }

  /// Decodes the last message once more, from the state that was there before it.
  func checkLastAgain() {
    guard let last else { return }
    var decoder = last.decoder
    let decoded = decoder.decode(last.delivery, now: last.now)
    demand(decoded == last.decoded, "another result from the same state")
  }

  /// What `delivery` of the gateway at `index` comes to.
  mutating func receive(_ delivery: Delivery, from index: Int) -> DecodedDelivery {
    let before = decoder
    let decoded = decoder.decode(delivery, now: now)
    last = Step(decoder: before, delivery: delivery, now: now, decoded: decoded)
    demand(alone[index].decode(delivery, now: now) == decoded, "one gateway notices the other")
    let isTooLong = delivery.topic.utf8.count > Surroundings.smallLimits.topicByteCount
    demand(
      decoded.gateway == (isTooLong ? nil : bindings[index].id),
      "a message of \(decoded.gateway ?? "nobody")")
    if let status = decoded.status {
      demand(status.venue == bindings[index].venue, "a status of another venue")
    }
    promises[index].check(decoded, of: delivery, now: now)
    return decoded
  }
}
