import PoolModel

@testable import Decoding

/// A gateway whose messages stand each for itself, and what has to hold of them.
struct StatelessGateway {
  private let decoder: PayloadDecoder
  private let unlimited: PayloadDecoder
  private let usual: PayloadDecoder
  private let promises: Promises

  /// What is said where the library refuses a text that has been looked through.
  private static let disagreement = "a text that the JSON library does not take"

  /// The gateway of `binding`.
  init(_ binding: GatewayBinding) {
    func decoder(_ limits: PayloadDecoder.Limits) -> PayloadDecoder {
      PayloadDecoder(plan: Surroundings.plan, bindings: [binding], limits: limits)
    }
    self.decoder = decoder(Surroundings.smallLimits)
    unlimited = decoder(PayloadDecoder.Limits(payloadByteCount: .max, arrayReadingCount: .max))
    usual = decoder(PayloadDecoder.Limits())
    promises = Promises(
      series: Set(binding.values.map { Series(pool: $0.pool, parameter: $0.parameter) }))
  }

  /// What `delivery` comes to, the same as if nothing had come before it; a reading without a time of its own
  /// is of the instant when it arrives.
  func decode(_ delivery: Delivery) -> DecodedDelivery {
    var decoder = decoder
    let decoded = decoder.decode(delivery, now: Surroundings.now)
    promises.check(decoded, of: delivery, now: Surroundings.now)
    let later = Surroundings.now + .seconds(1)
    var fresh = self.decoder
    var again = decoded
    decoder.decode(delivery, now: later, into: &again)
    demand(again == fresh.decode(delivery, now: later), "another result")
    for refusal in decoded.refusals {
      demand(!refusal.detail.contains(Self.disagreement), refusal.detail)
    }
    if let large = LargePayload.grown(from: delivery.payload) {
      decodeLarge(large, topic: delivery.topic)
    }
    return decoded
  }

  private func decodeLarge(_ payload: [UInt8], topic: String) {
    var decoder = usual
    let delivery = Delivery(topic: topic, payload: payload)
    var promises = promises
    promises.limits = PayloadDecoder.Limits()
    let decoded = Patience.spend("a payload") {
      decoder.decode(delivery, now: Surroundings.now)
    }
    promises.check(decoded, of: delivery, now: Surroundings.now)
  }

  /// Makes sure that `readings`, written in the gateway's dialect as `text`, are the same again.
  func checkAgain(_ readings: [Reading], _ text: String, topic: String) {
    var decoder = unlimited
    let again = decoder.decode(
      Delivery(topic: topic, payload: Array(text.utf8)), now: Surroundings.now)
    demand(again.refusals.isEmpty, "refused when written again: \(again.refusals), \(text)")
    demand(again.readings == readings, "other readings when written again: \(text)")
  }
}
