import PoolModel

extension Plan {
  /// A venue with so many pools that measure two parameters every 10 s.
  static func ofPools(_ poolCount: Int) -> Plan {
    Plan(
      district: District(
        code: "310107", title: Title(english: "Putuo", chinese: "普陀区"), zone: .utc),
      interval: .seconds(10),
      parameters: ["free_chlorine", "ph"].map {
        Parameter(name: $0, unit: "", title: Title(english: $0, chinese: $0), plausible: -1e9...1e9)
      },
      required: [ParameterNumber(0), ParameterNumber(1)],
      venues: [
        Venue(
          id: "venue", title: Title(english: "one", chinese: "一"), street: "s", openingHours: [])
      ],
      pools: (0..<poolCount).map { index in
        Pool(
          id: PoolID(venue: "venue", pool: "pool-\(index)"), venue: 0,
          title: Title(english: "p", chinese: "p"), kind: .indoor, disinfectant: .chlorine,
          resolution: [:])
      })
  }
}
