import PoolModel
import Testing

@testable import Alerting

private typealias Scenario = LimitScenario

@Suite struct `A limit on a computed parameter` {
  /// France: hypochlorous acid 0.4–1.4 mg/L.
  private static let france = Scenario.profile([
    Scenario.limit(.derived(.hypochlorousAcid), low: 0.4, high: 1.4)
  ])
  /// Combined chlorine strictly less than 0.4 mg/L.
  private static let combined = Scenario.profile([
    Scenario.limit(.derived(.combinedChlorine), high: 0.4, isInclusive: false)
  ])

  private static func water(
    _ chlorine: Double, pH: Double, celsius: Double = 28
  ) -> [ParameterNumber: Double] {
    [Scenario.freeChlorine: chlorine, Scenario.pH: pH, Scenario.temperature: celsius]
  }

  /// By Morris's table 0.3402 of free chlorine is hypochlorous acid at 28 °C and pH 7.8: 1.18 mg/L make
  /// 0.4014, 1.17 make 0.3980.
  @Test(arguments: [(1.18, false), (1.17, true)])
  func `is judged by what chlorine, pH and temperature make up`(chlorine: Double, isOut: Bool) {
    var scenario = Scenario([Self.france])
    scenario.judge(minutes: 0..<3, Self.water(chlorine, pH: 7.8))
    #expect(scenario.events == (isOut ? ["raised derived_hypochlorous_acid_low"] : []))
  }

  @Test func `names what it was made of`() {
    var scenario = Scenario([Self.france])
    scenario.judge(minutes: 0..<2, Self.water(0.5, pH: 7.8))
    #expect(scenario.transitions.last?.occurrence.parameter == "hypochlorous_acid")
    #expect(
      scenario.basis
        == "made of 游离性余氯 free chlorine 0.5 mg/L, pH 7.8, 池水温度 temperature 28 °C")
  }

  @Test func `returns when it is inside again`() {
    var scenario = Scenario([Self.france])
    scenario.judge(minutes: 0..<2, Self.water(0.5, pH: 7.8))
    scenario.judge(minutes: 2..<4, Self.water(0.7, pH: 7.0))
    #expect(
      scenario.events == [
        "raised derived_hypochlorous_acid_low", "returned derived_hypochlorous_acid_low",
      ])
  }

  @Test(arguments: [Scenario.freeChlorine, Scenario.pH, Scenario.temperature])
  func `is as bad as the worst of its parts`(faulty: ParameterNumber) {
    var scenario = Scenario([Self.france])
    scenario.judge(minutes: 0..<5, Self.water(0.1, pH: 7.8), flags: [faulty: .fail])
    #expect(scenario.events.isEmpty)
    scenario.judge(minutes: 5..<7, Self.water(0.1, pH: 7.8), flags: [faulty: .suspect])
    #expect(scenario.events == ["raised derived_hypochlorous_acid_low"])
    // And what is no water ends nothing.
    scenario.judge(minutes: 7..<12, Self.water(1, pH: 7.2), flags: [faulty: .fail])
    #expect(scenario.events == ["raised derived_hypochlorous_acid_low"])
  }

  @Test func `takes parts of at most two intervals before, and none older`() {
    var scenario = Scenario([Self.france])
    scenario.judge(Scenario.minute(0), [Scenario.pH: 7.8, Scenario.temperature: 28])
    scenario.judge(minutes: 1..<3, [Scenario.freeChlorine: 0.5])
    #expect(scenario.events == ["raised derived_hypochlorous_acid_low"])
    scenario.judge(minutes: 3..<9, [Scenario.freeChlorine: 1])
    #expect(scenario.events == ["raised derived_hypochlorous_acid_low"])
  }

  @Test func `counts the parts of one instant once, however they come`() {
    var scenario = Scenario([Self.france])
    let water = Self.water(0.5, pH: 7.8)
    for parameter in water.keys.sorted() {
      scenario.judge(Scenario.minute(0), water.filter { $0.key == parameter })
    }
    #expect(scenario.events.isEmpty)
    scenario.judge(Scenario.minute(1), water)
    #expect(scenario.events == ["raised derived_hypochlorous_acid_low"])
  }

  /// 0.7 − 0.3 is 0.4, which touches a bound that is strict.
  @Test(arguments: [(0.7, 0.3, true), (0.69, 0.3, false), (0.3, 0.7, false)])
  func `combined chlorine is total less free chlorine`(total: Double, free: Double, isOut: Bool) {
    var scenario = Scenario([Self.combined])
    scenario.judge(
      minutes: 0..<2, [Scenario.totalChlorine: total, Scenario.freeChlorine: free])
    #expect(scenario.events == (isOut ? ["raised derived_combined_chlorine_high"] : []))
  }

  @Test func `stands beside a limit on the same thing measured`() {
    let profile = Scenario.profile([
      Scenario.limit(.derived(.combinedChlorine), high: 0.4),
      Scenario.limit(.measured(Scenario.combinedChlorine), high: 0.2),
    ])
    var scenario = Scenario([profile])
    scenario.judge(
      minutes: 0..<2,
      [
        Scenario.totalChlorine: 1, Scenario.freeChlorine: 0.5, Scenario.combinedChlorine: 0.3,
      ])
    #expect(
      scenario.events == ["raised combined_chlorine_high", "raised derived_combined_chlorine_high"])
  }

  @Test func `is recorded where a late row is out of it`() {
    var scenario = Scenario([Self.france])
    scenario.judge(Scenario.minute(30), Self.water(1, pH: 7.2))
    scenario.judge(Scenario.minute(5), Self.water(0.1, pH: 7.2), isLate: true)
    #expect(scenario.events == ["recorded derived_hypochlorous_acid_low"])
    #expect(scenario.basis?.contains("0.1 mg/L") == true)
  }

  @Test func `still pending is raised when its source falls silent`() {
    var scenario = Scenario([Self.france])
    scenario.judge(Scenario.minute(0), Self.water(0.1, pH: 7.2))
    let transitions = scenario.engine.tick(now: Scenario.moment(Scenario.minute(15)))
    #expect(
      transitions.map(\.occurrence.rule) == ["silence", "derived_hypochlorous_acid_low"])
    #expect(transitions.last?.occurrence.basis?.contains("0.1 mg/L") == true)
  }

  @Test func `is judged after a restart as without one`() {
    for cut in 1..<6 {
      var whole = Scenario([Self.france])
      let rows = (0..<6).map { minute in
        Scenario.row(
          Scenario.minute(minute), Self.water(minute < 3 ? 0.5 : 1, pH: 7.4), flags: [:])
      }
      let before = rows[..<cut].flatMap {
        whole.engine.judge($0, now: Scenario.moment($0.time + .seconds(1)))
      }
      let open = before.last.map { $0.occurrence.returnedTime == nil ? [$0.occurrence] : [] } ?? []
      var restarted = Scenario(
        [Self.france],
        state: JudgementState(occurrences: open, sources: whole.engine.takeChangedSources()),
        startSeconds: Int(rows[cut - 1].time.milliseconds / 1000) + 1)
      for row in rows[..<cut] { restarted.engine.warm(row) }
      // The newest row once more, as after a crash, changes nothing.
      for row in rows[(cut - 1)...] {
        let now = Scenario.moment(row.time + .seconds(1))
        let expected = whole.engine.judge(row, now: now)
        #expect(restarted.engine.judge(row, now: now).map(\.id) == expected.map(\.id))
      }
    }
  }
}
