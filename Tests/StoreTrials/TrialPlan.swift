import PoolModel

/// The plan of the trials: pools of one venue that report every 10 s.
enum TrialPlan {
  /// A gateway's nominal time between two readings, in milliseconds.
  static let intervalMilliseconds: Int64 = 10_000

  /// As many names as a plan can have parameters.
  private static let names =
    ["free_chlorine", "ph", "temperature", "orp"] + (4..<64).map { "sensor_\($0)" }

  /// `poolCount` pools with the first `parameterCount` parameters, all of them required.
  static func plan(poolCount: Int, parameterCount: Int, zone: Zone = .utc) -> Plan {
    let parameters = names[..<parameterCount].map { name in
      Parameter(
        name: name, unit: "", title: Title(english: name, chinese: name), plausible: -1e9...1e9)
    }
    return Plan(
      district: District(
        code: "310107", title: Title(english: "Putuo", chinese: "普陀区"), zone: zone),
      interval: .milliseconds(intervalMilliseconds), parameters: parameters,
      required: parameters.indices.map(ParameterNumber.init),
      venues: [
        Venue(
          id: "venue-01", title: Title(english: "one", chinese: "一"), street: "s",
          openingHours: [])
      ],
      pools: (0..<poolCount).map { index in
        Pool(
          id: PoolID(venue: "venue-01", pool: "p\(index)"), venue: 0,
          title: Title(english: "p", chinese: "p"), kind: .indoor, disinfectant: .chlorine,
          resolution: [:])
      })
  }
}
