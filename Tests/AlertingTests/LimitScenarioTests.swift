import PoolModel
import Testing

@testable import Alerting

private typealias Scenario = LimitScenario

@Suite struct `Scenarios of limits` {
  private static func chlorine(_ low: Double?, _ high: Double?, isInclusive: Bool = true) -> Limit {
    Scenario.limit(
      .measured(Scenario.freeChlorine), low: low, high: high, isInclusive: isInclusive)
  }

  /// GB 37488-2019 is inclusive at 0.3 and 1.0, CJ/T 244 strict.
  @Test(arguments: [
    (0.3, true, false), (0.3, false, true), (0.29, true, true), (1.0, true, false),
    (1.0, false, true), (1.01, true, true),
  ])
  func `a value touching the bound exactly is out only of a strict one`(
    value: Double, isInclusive: Bool, isOut: Bool
  ) {
    var scenario = Scenario([
      Scenario.profile([Self.chlorine(0.3, 1.0, isInclusive: isInclusive)])
    ])
    scenario.judge(minutes: 0..<10, [Scenario.freeChlorine: value])
    #expect(scenario.events.count == (isOut ? 1 : 0))
  }

  @Test func `a limit by pH moves with the pH and returns with it`() {
    var scenario = Scenario([Scenario.newSouthWales])
    for minute in 0..<40 {
      // pH rises over 7.6 after ten minutes, and is back after thirty.
      let pH = (10..<30).contains(minute) ? 7.7 : 7.5
      scenario.judge(
        Scenario.minute(minute), [Scenario.freeChlorine: 1.5, Scenario.pH: pH])
    }
    #expect(scenario.events == ["raised free_chlorine_low", "returned free_chlorine_low"])
    #expect(scenario.transitions[0].occurrence.eventTime == Scenario.minute(10))
    #expect(scenario.transitions[1].occurrence.returnedTime == Scenario.minute(30))
  }

  /// GB 9667-1996 allows 0.3–0.5 mg/L to 2019-10-31, GB 37488-2019 0.3–1.0 from the day after.
  @Test func `the profile changes at midnight of its date`() throws {
    var scenario = Scenario([
      Scenario.profile(
        [Self.chlorine(0.3, 0.5)], id: "old", from: "1996-01-01", to: "2019-10-31"),
      Scenario.profile([Self.chlorine(0.3, 1.0)], id: "new", from: "2019-11-01"),
    ])
    let midnight = try #require(Timestamp(rfc3339: "2019-11-01T00:00:00+08:00"))
    for minute in -10..<10 {
      scenario.judge(midnight + .seconds(60 * minute), [Scenario.freeChlorine: 0.8])
    }
    #expect(scenario.events == ["raised free_chlorine_high", "returned free_chlorine_high"])
    #expect(scenario.transitions[0].occurrence.profile == "old")
    #expect(scenario.transitions[0].occurrence.limit == 0.5)
    #expect(scenario.transitions[1].occurrence.returnedTime == midnight)
  }

  /// Each day's first and last millisecond by the zone database: the days of the change of the clocks in
  /// Berlin have 23 and 25 hours, Beirut skipped the midnight of 2024-03-31, 2028 is a leap year.
  @Test(arguments: [
    ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
    ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
    ("Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00Z", "2024-03-31T21:00:00Z"),
    ("Asia/Shanghai", "2028-02-29", "2028-02-28T16:00:00Z", "2028-02-29T16:00:00Z"),
    ("Asia/Shanghai", "2027-03-01", "2027-02-28T16:00:00Z", "2027-03-01T16:00:00Z"),
  ])
  func `a profile of one day holds on the local day alone, DST change and leap day too`(
    zone: String, day: String, start: String, end: String
  ) throws {
    let start = try #require(Timestamp(rfc3339: start))
    let end = try #require(Timestamp(rfc3339: end))
    for (time, isIn) in [
      (start + .milliseconds(-2), false), (start, true), (end + .milliseconds(-2), true),
      (end, false),
    ] {
      var scenario = Scenario(
        [Scenario.profile([Self.chlorine(0.3, nil)], id: "day", from: day, to: day)], zone: zone)
      scenario.judge(time, [Scenario.freeChlorine: 0.1])
      scenario.judge(time + .milliseconds(1), [Scenario.freeChlorine: 0.1])
      #expect(scenario.events == (isIn ? ["raised free_chlorine_low"] : []), "\(time)")
    }
  }

  @Test func `an advisory limit is advice and no violation`() {
    var scenario = Scenario([
      Scenario.profile([
        Scenario.limit(
          .measured(Scenario.temperature), low: 23, high: 30, isMandatory: false)
      ])
    ])
    scenario.judge(minutes: 0..<2, [Scenario.temperature: 31])
    #expect(scenario.events == ["raised temperature_high_advisory"])
  }

  @Test func `the district's reason for a limit of its own stands with the alarm`() throws {
    let change = LimitOverride(
      reason: "hard water", decidedBy: "Bureau", date: CivilDate("2026-03-01"),
      low: Bound(value: 0.3, isInclusive: true), high: Bound(value: 1, isInclusive: true))
    var scenario = Scenario([
      Scenario.profile([
        Scenario.limit(
          .measured(Scenario.freeChlorine), low: 0.5, high: 1, override: change)
      ])
    ])
    scenario.judge(minutes: 0..<2, [Scenario.freeChlorine: 0.4])
    #expect(
      scenario.basis == "set by the district instead of 0.3: hard water (Bureau, 2026-03-01)")
    // The upper bound is the profile's own.
    scenario.judge(minutes: 2..<4, [Scenario.freeChlorine: 1.1])
    #expect(scenario.events.last == "raised free_chlorine_high")
    #expect(scenario.basis == nil)
  }
}
