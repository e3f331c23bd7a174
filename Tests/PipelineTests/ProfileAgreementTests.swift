import PoolModel
import Testing

@testable import Alerting
@testable import RingStore

@Suite struct `Alarms and rolled seconds out of limits` {
  private static let parameter = ParameterNumber(0)
  private static let zones = [
    "Asia/Shanghai", "Europe/Berlin", "Asia/Beirut", "America/St_Johns", "Pacific/Apia", "UTC",
  ]

  /// Days around changes of the clocks, a leap day and a year's end.
  private static let days = [
    "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-30", "2024-03-31", "2024-04-01",
    "2024-10-26", "2024-10-27", "2024-10-28", "2024-12-31", "2025-01-01", "2025-02-28",
    "2025-03-01",
  ]

  @Test(arguments: zones) func `agree on the profile in force at every instant`(name: String) throws
  {
    let zone = try #require(Zone(name: name))
    var random = SplitMix64(seed: 17)
    let dates = try Self.days.map { try #require(CivilDate($0)) }
    var limited = 0
    for _ in 0..<40 {
      let profiles = (0..<Int.random(in: 1...4, using: &random)).map { number in
        let from = Int.random(in: 0..<dates.count, using: &random)
        let to = Int.random(in: from...dates.count, using: &random)
        return LimitsProfile(
          id: "p\(number)", title: Title(english: "", chinese: ""), from: dates[from],
          to: to < dates.count ? dates[to] : nil,
          limits: [
            Limit(
              parameter: Self.parameter,
              low: Bound(value: Double(number + 1), isInclusive: Bool.random(using: &random)),
              high: nil, isMandatory: true, kinds: [.indoor], disinfectants: [.chlorine],
              clause: "", source: "", status: .primary)
          ])
      }
      // With the same first day either of two may win, and the configuration refuses that.
      guard Set(profiles.map(\.from)).count == profiles.count else { continue }
      let (book, rules) = Self.both(profiles, zone: zone)
      for date in dates {
        let midnight = zone.start(of: date).milliseconds
        for shift in [-1, 0, 1, 3_600_000, 43_200_000] as [Int64] {
          let time = Timestamp(milliseconds: midnight + shift)
          let alarm = book.entry(
            profile: book.profile(at: time), pool: PoolNumber(0), rule: 0)?.bound.bound
          let rolled = rules.bounds(
            pool: PoolNumber(0), parameter: Self.parameter, at: time.milliseconds
          ).bounds.low
          #expect(alarm == rolled)
          if alarm != nil { limited += 1 }
        }
      }
    }
    #expect(limited > 100)
  }

  /// Seconds that are out whatever the pH was count; the rest depends on what rollups do not look at.
  @Test func `of a limit on a condition the loosest bound is rolled`() throws {
    func limit(_ low: Double, _ condition: LimitCondition) -> Limit {
      Limit(
        subject: .measured(Self.parameter), condition: condition,
        low: Bound(value: low, isInclusive: true), high: nil, isMandatory: true,
        kinds: [.indoor], disinfectants: [.chlorine], clause: "", source: "", status: .primary)
    }
    let split = Bound(value: 7.6, isInclusive: true)
    let strict = Bound(value: 7.6, isInclusive: false)
    let profile = LimitsProfile(
      id: "p", title: Title(english: "", chinese: ""), from: CivilDate(daysSinceEpoch: 0), to: nil,
      limits: [
        limit(2, LimitCondition(parameter: ParameterNumber(3), low: strict, high: nil)),
        limit(1, LimitCondition(parameter: ParameterNumber(3), low: nil, high: split)),
      ])
    let (book, rules) = Self.both([profile], zone: .utc)
    let rolled = rules.bounds(pool: PoolNumber(0), parameter: Self.parameter, at: 0).bounds
    #expect(rolled.low == Bound(value: 1, isInclusive: true))
    // Alarms begin with the tightest, and choose by pH.
    let entry = try #require(book.entry(profile: 0, pool: PoolNumber(0), rule: 0))
    #expect(entry.bound.bound == Bound(value: 2, isInclusive: true))
    #expect(entry.alternatives.count == 2)
  }

  private static func both(
    _ profiles: [LimitsProfile], zone: Zone
  ) -> (book: RuleBook, rules: RollupRules) {
    let title = Title(english: "", chinese: "")
    let plan = Plan(
      district: District(code: "310107", title: title, zone: zone), interval: .seconds(60),
      parameters: Parameter.standard, required: [],
      venues: [Venue(id: "v", title: title, street: "s", openingHours: [])],
      pools: [
        Pool(
          id: PoolID(venue: "v", pool: "p"), venue: 0, title: title, kind: .indoor,
          disinfectant: .chlorine, resolution: [:])
      ])
    let damping = AlarmRules(
      limits: [parameter: LimitDamping(deadband: 0, onDelay: .zero, offDelay: .zero)],
      silence: .seconds(600), brokerDown: .seconds(60))
    return (
      RuleBook(plan: plan, profiles: profiles, rules: damping),
      RollupRules(plan: plan, profiles: profiles)
    )
  }
}
