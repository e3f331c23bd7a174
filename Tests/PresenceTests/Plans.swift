import PoolModel

extension Plan {
  /// Venues `v0`, `v1`, … with so many pools each, a reading of each due every `interval`.
  static func sample(
    poolCounts: [Int], interval: Duration = .seconds(10), prefix: String = "v"
  ) -> Plan {
    let title = Title(english: "a", chinese: "甲")
    return Plan(
      district: District(code: "310107", title: title, zone: .utc), interval: interval,
      parameters: Parameter.standard, required: [],
      venues: poolCounts.indices.map {
        Venue(id: "\(prefix)\($0)", title: title, street: "s", openingHours: [])
      },
      pools: poolCounts.enumerated().flatMap { venue, count in
        (0..<count).map { pool in
          Pool(
            id: PoolID(venue: "\(prefix)\(venue)", pool: "p\(pool)"), venue: venue, title: title,
            kind: .indoor, disinfectant: .chlorine, resolution: [:])
        }
      })
  }
}

extension GatewayBinding {
  static func sample(_ id: String, venue: String, dialect: Dialect = .senML) -> GatewayBinding {
    GatewayBinding(id: id, venue: venue, filter: "\(id)/#", dialect: dialect, values: [])
  }
}

extension Reading {
  /// A reading of the first pool.
  static func at(_ time: Timestamp, _ sequence: UInt64? = nil, pool: Int = 0) -> Reading {
    Reading(pool: PoolNumber(pool), time: time, sequence: sequence, values: [])
  }
}

extension Refusal {
  static func of(_ reason: RefusalReason) -> Refusal {
    Refusal(reason: reason, detail: "d", topic: "t", payload: [])
  }
}

/// 2026-01-21T08:00:00+08:00 on the wall, an hour after the machine's start.
let start = Moment(
  wall: Timestamp(milliseconds: 1_768_953_600_000), monotonic: .seconds(3600))
