import Decoding
import PoolModel

/// The plan and the limits that every target decodes for.
enum Surroundings {
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

  /// 2026-01-01T00:00:00Z.
  static let now = Timestamp(milliseconds: 1_767_225_600_000)
  static let telemetryTopic = "pools/v1/310107/venue-01/main/telemetry"
  static let statusTopic = "pools/v1/310107/venue-01/status"

  /// So small that inputs of little more than a kilobyte go beyond them, and room for a frame of HJ 212.
  static let smallLimits = PayloadDecoder.Limits(payloadByteCount: 1050, arrayReadingCount: 20)

  private static func venue(_ id: String) -> Venue {
    Venue(id: id, title: Title(english: id, chinese: ""), street: "S", openingHours: [])
  }

  private static func pool(_ id: PoolID, _ venue: Int) -> Pool {
    Pool(
      id: id, venue: venue, title: Title(english: id.pool, chinese: ""), kind: .indoor,
      disinfectant: .chlorine, resolution: [:])
  }
}
