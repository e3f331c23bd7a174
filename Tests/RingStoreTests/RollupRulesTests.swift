import PoolModel
import Testing

@testable import RingStore

@Suite struct `Rollup rules` {
  private static let parameters = Array(Parameter.standard.prefix(3))

  /// A plan with a pool of every kind and disinfectant.
  static func plan(zone: Zone, interval: Duration = .seconds(60)) -> Plan {
    let title = Title(english: "", chinese: "")
    let classes = PoolKind.allCases.flatMap { kind in
      Disinfectant.allCases.map { (kind, $0) }
    }
    return Plan(
      district: District(code: "310101", title: title, zone: zone), interval: interval,
      parameters: parameters, required: [],
      venues: [Venue(id: "v", title: title, street: "s", openingHours: [])],
      pools: classes.enumerated().map { index, kind in
        Pool(
          id: PoolID(venue: "v", pool: "p\(index)"), venue: 0, title: title, kind: kind.0,
          disinfectant: kind.1, resolution: [:])
      })
  }

  private static func profile(
    from: String, to: String? = nil, _ limits: [Limit]
  ) throws -> LimitsProfile {
    LimitsProfile(
      id: "x", title: Title(english: "", chinese: ""), from: try #require(CivilDate(from)),
      to: try to.map { try #require(CivilDate($0)) }, limits: limits)
  }

  private static func limit(
    _ parameter: Int = 0, low: Bound? = nil, high: Bound? = nil, isMandatory: Bool = true,
    kinds: Set<PoolKind> = Set(PoolKind.allCases),
    disinfectants: Set<Disinfectant> = Set(Disinfectant.allCases)
  ) -> Limit {
    Limit(
      parameter: ParameterNumber(parameter), low: low, high: high, isMandatory: isMandatory,
      kinds: kinds, disinfectants: disinfectants, clause: "", source: "", status: .primary)
  }

  @Test func `the tightest mandatory bounds of the profile in force hold, from local midnight on`()
    throws
  {
    let zone = try zone("Asia/Shanghai")
    let old = try Self.profile(
      from: "2020-01-01",
      [
        Self.limit(low: Bound(value: 0.3, isInclusive: true)),
        Self.limit(low: Bound(value: 0.3, isInclusive: false), kinds: [.children]),
        Self.limit(high: Bound(value: 1, isInclusive: true), isMandatory: false),
        Self.limit(high: Bound(value: 5, isInclusive: true)),
        Self.limit(high: Bound(value: 4, isInclusive: true), disinfectants: [.bromine]),
      ])
    let new = try Self.profile(from: "2026-01-01", to: "2026-06-30", [])
    let rules = RollupRules(plan: Self.plan(zone: zone), profiles: [new, old])
    func bounds(_ pool: Int, _ text: String) throws -> RollupBounds {
      rules.bounds(
        pool: PoolNumber(pool), parameter: ParameterNumber(0), at: try milliseconds(text)
      ).bounds
    }
    // Pool 0 is indoor with chlorine, pool 10 one for children with bromine.
    let plain = RollupBounds(
      low: Bound(value: 0.3, isInclusive: true), high: Bound(value: 5, isInclusive: true))
    let strict = RollupBounds(
      low: Bound(value: 0.3, isInclusive: false), high: Bound(value: 4, isInclusive: true))
    #expect(try bounds(0, "2019-12-31T23:59:59.999+08:00") == .none)
    #expect(try bounds(0, "2020-01-01T00:00:00+08:00") == plain)
    #expect(try bounds(10, "2020-01-01T00:00:00+08:00") == strict)
    #expect(try bounds(0, "2025-12-31T23:59:59.999+08:00") == plain)
    #expect(try bounds(0, "2026-01-01T00:00:00+08:00") == .none)
    #expect(try bounds(10, "2026-06-30T23:59:59.999+08:00") == .none)
    #expect(try bounds(10, "2026-07-01T00:00:00+08:00") == strict)
    let unknown = rules.bounds(
      pool: nil, parameter: ParameterNumber(0), at: try milliseconds("2020-05-01T00:00:00Z"))
    #expect(unknown.bounds == .none)
  }

  @Test(arguments: [
    (0.3, true, false), (0.3, false, true), (0.29, true, true), (0.29, false, true),
    (0.31, false, false),
  ])
  func `a bound itself is in limits when it is inclusive`(
    value: Double, isInclusive: Bool, isOutside: Bool
  ) {
    let bound = Bound(value: 0.3, isInclusive: isInclusive)
    #expect(RollupBounds(low: bound, high: nil).isOutside(value) == isOutside)
    let mirrored = Bound(value: -0.3, isInclusive: isInclusive)
    #expect(RollupBounds(low: nil, high: mirrored).isOutside(-value) == isOutside)
    #expect(!RollupBounds.none.isOutside(value))
  }

  @Test func `lines name zone, interval and each limit once, sorted`() throws {
    let limits = [
      Self.limit(
        low: Bound(value: 0.3, isInclusive: true), high: Bound(value: 1, isInclusive: false),
        kinds: [.indoor, .outdoor], disinfectants: [.chlorine])
    ]
    let first = try Self.profile(from: "2019-11-01", to: "2024-12-31", limits)
    let second = try Self.profile(from: "2025-01-01", limits)
    let plan = Self.plan(zone: try zone("Asia/Shanghai"))
    let expected = [
      "interval 60000",
      "limit free_chlorine 2019-11-01 - >=0.3 <1.0 indoor/chlorine,outdoor/chlorine",
      "zone Asia/Shanghai",
    ]
    #expect(RollupRules(plan: plan, profiles: [first, second]).lines == expected)
    #expect(RollupRules(plan: plan, profiles: [second, first]).lines == expected)
    #expect(
      RollupRules(plan: plan, profiles: [first]).lines[1]
        == "limit free_chlorine 2019-11-01 2024-12-31 >=0.3 <1.0 indoor/chlorine,outdoor/chlorine")
  }

  @Test func `another zone or interval changes everything`() throws {
    let rules = RollupRules(plan: Self.plan(zone: .utc), profiles: [])
    let slower = RollupRules(plan: Self.plan(zone: .utc, interval: .seconds(61)), profiles: [])
    let elsewhere = RollupRules(plan: Self.plan(zone: try zone("Asia/Kathmandu")), profiles: [])
    #expect(rules.earliestDifference(from: rules.lines) == nil)
    #expect(rules.earliestDifference(from: slower.lines) == .min)
    #expect(rules.earliestDifference(from: elsewhere.lines) == .min)
    #expect(rules.earliestDifference(from: rules.lines + ["limit from another planet"]) == .min)
  }

  @Test func `rules differ from the first day on which a bound differs`() throws {
    let zone = try zone("Europe/Berlin")
    let plan = Self.plan(zone: zone)
    var random = SplitMix64(seed: 11)
    var differing = 0
    for _ in 0..<80 {
      let profiles = try Self.randomProfiles(&random)
      var others = profiles
      switch Int.random(in: 0..<4, using: &random) {
      case 0: others = try Self.randomProfiles(&random)
      case 1: others.removeLast()
      case 2: others.append(contentsOf: try Self.randomProfiles(&random))
      default: others.shuffle(using: &random)
      }
      let rules = RollupRules(plan: plan, profiles: profiles)
      let old = RollupRules(plan: plan, profiles: others)
      let expected = Self.firstDifference(plan, rules, old)
      if expected != nil { differing += 1 }
      #expect(rules.earliestDifference(from: old.lines) == expected)
      #expect(old.earliestDifference(from: rules.lines) == expected)
    }
    #expect(differing > 20)
  }

  @Test func `a pool whose kind changes has other limits from the first one that differs`() throws {
    let limit = Self.limit(high: Bound(value: 1, isInclusive: true), kinds: [.children])
    let profiles = [
      try Self.profile(from: "2020-01-01", []), try Self.profile(from: "2022-01-01", [limit]),
    ]
    let rules = RollupRules(plan: Self.plan(zone: .utc), profiles: profiles)
    let indoor: String = try #require(rules.poolClass(of: PoolNumber(0)))
    #expect(indoor == "indoor/chlorine")
    let start = try milliseconds("2022-01-01T00:00:00Z")
    #expect(
      rules.earliestDifference(fromClass: indoor, toClass: "children/chlorine") == start)
    #expect(rules.earliestDifference(fromClass: indoor, toClass: "outdoor/ozone") == nil)
    #expect(rules.earliestDifference(fromClass: "pond/frogs", toClass: indoor) == .min)
  }

  /// Days of June 2026, one after the other, every pool and parameter.
  private static func firstDifference(
    _ plan: Plan, _ rules: RollupRules, _ others: RollupRules
  ) -> Int64? {
    let first = 20_605
    for day in first..<first + 35 {
      let noon = Int64(day) * 86_400_000 + 43_200_000
      for pool in plan.poolNumbersInOrder {
        for parameter in plan.parameters.indices {
          let number = ParameterNumber(parameter)
          if rules.bounds(pool: pool, parameter: number, at: noon).bounds
            != others.bounds(pool: pool, parameter: number, at: noon).bounds
          {
            return plan.district.zone.start(of: CivilDate(daysSinceEpoch: day)).milliseconds
          }
        }
      }
    }
    return nil
  }

  private static func randomProfiles(_ random: inout SplitMix64) throws -> [LimitsProfile] {
    try (0..<Int.random(in: 1...3, using: &random)).map { _ in
      let from = Int.random(in: 1...20, using: &random)
      let to = Bool.random(using: &random) ? nil : Int.random(in: from...30, using: &random)
      let limits = (0..<Int.random(in: 0...2, using: &random)).map { _ in
        limit(
          Int.random(in: 0...1, using: &random),
          low: Bound(value: 0.3, isInclusive: Bool.random(using: &random)),
          high: Bool.random(using: &random) ? Bound(value: 1, isInclusive: true) : nil,
          isMandatory: Int.random(in: 0..<4, using: &random) > 0,
          kinds: Bool.random(using: &random) ? [.indoor] : [.indoor, .children])
      }
      return try profile(
        from: "2026-06-" + (from < 10 ? "0" : "") + "\(from)",
        to: to.map { "2026-06-" + ($0 < 10 ? "0" : "") + "\($0)" }, limits)
    }
  }
}
