import PoolModel
import Querying

extension Plan {
  /// One pool with free chlorine and pH, in Shanghai.
  static var sample: Plan { sample(zone: "Asia/Shanghai") }

  /// The same in another zone.
  static func sample(zone name: String) -> Plan {
    let zone = Zone(name: name) ?? .utc
    return Plan(
      district: District(
        code: "310107", title: Title(english: "Putuo", chinese: "普陀区"), zone: zone),
      interval: .seconds(10), parameters: [Parameter.standard[0], Parameter.standard[3]],
      required: [ParameterNumber(0)],
      venues: [
        Venue(
          id: "venue-01", title: Title(english: "one", chinese: "一"), street: "长寿路",
          openingHours: [])
      ],
      pools: [
        Pool(
          id: PoolID(venue: "venue-01", pool: "main"), venue: 0,
          title: Title(english: "main", chinese: "大池"), kind: .indoor, disinfectant: .chlorine,
          resolution: [:])
      ])
  }
}

extension StatusAnswer {
  /// A daemon with something of everything.
  static var sample: StatusAnswer {
    StatusAnswer(
      since: "2026-01-21T08:00:00.000+08:00", received: 10, stored: 9, duplicate: 1, conflict: 0,
      late: 2, refused: 4, refusedByReason: ["unknown_pool": 1, "bad_json": 3],
      brokerConnected: true, brokerBacklog: 61, brokerQueueLimit: 1_000_000,
      brokerFiguresRefused: false,
      judgementLagSeconds: 0.25, commitP50Milliseconds: 0.06,
      commitP99Milliseconds: nil, version: "1.2.3", storeUsedBytes: 5_000_000,
      storeCapacityBytes: 64_000_000, systemAlarms: ["the disk is full"])
  }
}

extension TextSurface {
  /// A surface on which CJK characters take two columns, as `wcwidth` has it.
  static func test(lineWidth: Int?, isColoured: Bool = false) -> TextSurface {
    TextSurface(lineWidth: lineWidth, isColoured: isColoured) { scalar in
      switch scalar.value {
      case 0x300...0x36F: 0
      case 0x2E80...0x9FFF, 0xF900...0xFAFF, 0xFF01...0xFF60: 2
      case 0xE000...0xF8FF: -1
      default: 1
      }
    }
  }
}
