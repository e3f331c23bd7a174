import PoolModel

@testable import Decoding

/// Two venues of one district, three pools; what every test here decodes for.
enum SamplePlan {
  static let plan = Plan(
    district: District(
      code: "310107", title: Title(english: "Putuo", chinese: "普陀区"), zone: .utc),
    interval: .seconds(60), parameters: Parameter.standard, required: [],
    venues: [venue("venue-01"), venue("venue-02")],
    pools: [
      pool(PoolID(venue: "venue-01", pool: "main"), 0),
      pool(PoolID(venue: "venue-01", pool: "children"), 0),
      pool(PoolID(venue: "venue-02", pool: "main"), 1),
    ])

  private static let decoder = PayloadDecoder(plan: plan)

  /// What a decoder that remembers nothing makes of `delivery`.
  static func decode(_ delivery: Delivery, now: Timestamp) -> DecodedDelivery {
    var decoder = decoder
    return decoder.decode(delivery, now: now)
  }
  /// 2026-01-01T00:00:00Z.
  static let now = Timestamp(milliseconds: 1_767_225_600_000)
  static let topic = "pools/v1/310107/venue-01/main/telemetry"
  static let statusTopic = "pools/v1/310107/venue-01/status"

  static let chlorine = ParameterNumber(0)
  static let pH = ParameterNumber(3)
  static let temperature = ParameterNumber(4)

  static func decode(_ payload: String, topic: String = topic) -> DecodedDelivery {
    decode(Delivery(topic: topic, payload: Array(payload.utf8)), now: now)
  }

  /// The only refusal, as `reason: detail`; all of them, one per line, when there are more.
  static func refusal(_ decoded: DecodedDelivery) -> String {
    decoded.refusals.map { "\($0.reason.rawValue): \($0.detail)" }.joined(separator: "\n")
  }

  private static func venue(_ id: String) -> Venue {
    Venue(id: id, title: Title(english: id, chinese: ""), street: "S", openingHours: [])
  }

  private static func pool(_ id: PoolID, _ venue: Int) -> Pool {
    Pool(
      id: id, venue: venue, title: Title(english: id.pool, chinese: ""), kind: .indoor,
      disinfectant: .chlorine, resolution: [:])
  }
}
