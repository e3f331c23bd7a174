import PoolModel
import Testing

@testable import Alerting

private typealias Scenario = LimitScenario

@Suite struct `A limit on a condition` {
  /// DIN 19643 for ORP, New South Wales for chlorine; which bound holds follows from the row's own pH.
  @Test(
    arguments: [
      (765.0, 7.3, nil), (765, 7.31, 770), (749, 7.3, 750), (750, 6.5, nil), (770, 7.5, nil),
      (600, 7.51, nil), (600, 6.49, nil),
    ] as [(Double, Double, Double?)])
  func `is the one whose condition the row's own value meets`(
    orp: Double, pH: Double, broken: Double?
  ) {
    var scenario = Scenario([Scenario.din])
    scenario.judge(minutes: 0..<3, [Scenario.orp: orp, Scenario.pH: pH])
    #expect(scenario.events == (broken == nil ? [] : ["raised orp_low"]))
    #expect(scenario.limit == broken)
  }

  @Test func `goes by a value of at most two intervals before where the row has none`() {
    var scenario = Scenario([Scenario.newSouthWales])
    scenario.judge(Scenario.minute(0), [Scenario.pH: 7.2])
    // Two intervals: pH 7.2 still counts, and 1.5 mg/L are enough.
    scenario.judge(minutes: 1..<3, [Scenario.freeChlorine: 1.5])
    #expect(scenario.events.isEmpty)
    // Then pH is unknown.
    scenario.judge(minutes: 3..<5, [Scenario.freeChlorine: 1.5])
    #expect(scenario.events == ["raised free_chlorine_low"])
  }

  @Test func `is the strictest while the other parameter is not known, and the alarm says so`() {
    var scenario = Scenario([Scenario.newSouthWales])
    scenario.judge(minutes: 0..<2, [Scenario.freeChlorine: 1.5])
    #expect(scenario.events == ["raised free_chlorine_low"])
    #expect(scenario.limit == 2.0)
    #expect(scenario.basis == "limit for pH above 7.6, the strictest, as pH is not known")
    // What is in the strictest limit is in limits.
    scenario.judge(minutes: 2..<4, [Scenario.freeChlorine: 2.0])
    #expect(scenario.events == ["raised free_chlorine_low", "returned free_chlorine_low"])
  }

  @Test(arguments: [QualityFlag.fail, .unknown, .missing])
  func `goes by no value that says nothing of the water`(flag: QualityFlag) {
    var scenario = Scenario([Scenario.newSouthWales])
    scenario.judge(
      minutes: 0..<2, [Scenario.freeChlorine: 1.5, Scenario.pH: 7.2], flags: [Scenario.pH: flag])
    #expect(scenario.events == ["raised free_chlorine_low"])
  }

  @Test func `goes by the newest usable value where the row's own one is a fault`() {
    var scenario = Scenario([Scenario.newSouthWales])
    scenario.judge(Scenario.minute(0), [Scenario.pH: 7.2])
    scenario.judge(
      minutes: 1..<3, [Scenario.freeChlorine: 1.5, Scenario.pH: 14], flags: [Scenario.pH: .fail])
    #expect(scenario.events.isEmpty)
  }

  @Test func `names its condition with the alarm`() {
    var scenario = Scenario([Scenario.newSouthWales])
    scenario.judge(minutes: 0..<2, [Scenario.freeChlorine: 1.5, Scenario.pH: 7.7])
    #expect(scenario.basis == "limit for pH above 7.6")
    scenario = Scenario([Scenario.din])
    scenario.judge(minutes: 0..<2, [Scenario.orp: 700, Scenario.pH: 7])
    #expect(scenario.basis == "limit for pH from 6.5 to 7.3")
  }

  @Test func `whose condition is no longer met ends an alarm only inside the strictest`() {
    var scenario = Scenario([Scenario.din])
    scenario.judge(minutes: 0..<2, [Scenario.orp: 700, Scenario.pH: 7.2])
    #expect(scenario.events == ["raised orp_low"])
    // Above pH 7.5 there is no limit; but 700 mV are no recovery.
    scenario.judge(minutes: 2..<9, [Scenario.orp: 700, Scenario.pH: 7.9])
    #expect(scenario.events == ["raised orp_low"])
    scenario.judge(minutes: 9..<11, [Scenario.orp: 770, Scenario.pH: 7.9])
    #expect(scenario.events == ["raised orp_low", "returned orp_low"])
  }

  @Test func `raises nothing pending once its condition is no longer met`() {
    var scenario = Scenario([Scenario.din])
    scenario.judge(minutes: 0..<1, [Scenario.orp: 700, Scenario.pH: 7.2])
    scenario.judge(minutes: 1..<30, [Scenario.orp: 700, Scenario.pH: 7.9])
    scenario.judge(minutes: 30..<31, [Scenario.orp: 700, Scenario.pH: 7.2])
    #expect(scenario.events.isEmpty)
  }

  @Test func `ends an alarm when another bound is met because the condition changed`() {
    var scenario = Scenario([Scenario.newSouthWales])
    scenario.judge(minutes: 0..<2, [Scenario.freeChlorine: 1.5, Scenario.pH: 7.7])
    scenario.judge(minutes: 2..<4, [Scenario.freeChlorine: 1.5, Scenario.pH: 7.6])
    #expect(scenario.events == ["raised free_chlorine_low", "returned free_chlorine_low"])
    // And the next one is judged by the bound that holds then.
    scenario.judge(minutes: 4..<6, [Scenario.freeChlorine: 0.9, Scenario.pH: 7.6])
    #expect(scenario.limit == 1.0)
  }

  @Test func `makes a late row a historical exceedance by the pH it has itself`() {
    var scenario = Scenario([Scenario.newSouthWales])
    scenario.judge(Scenario.minute(30), [Scenario.freeChlorine: 3, Scenario.pH: 7.2])
    let late = [Scenario.freeChlorine: 1.5]
    scenario.judge(
      Scenario.minute(5), late.merging([Scenario.pH: 7.2]) { first, _ in first }, isLate: true)
    #expect(scenario.events.isEmpty)
    scenario.judge(
      Scenario.minute(15), late.merging([Scenario.pH: 7.8]) { first, _ in first }, isLate: true)
    #expect(scenario.events == ["recorded free_chlorine_low"])
    #expect(scenario.limit == 2.0)
  }

  @Test func `is judged after a restart as without one`() {
    for cut in 1..<8 {
      var whole = Scenario([Scenario.newSouthWales])
      var rows: [SampleRow] = []
      // pH comes every other row, chlorine in every one.
      for minute in 0..<8 {
        var values = [Scenario.freeChlorine: minute < 5 ? 1.5 : 2.5]
        if minute.isMultiple(of: 2) { values[Scenario.pH] = minute < 3 ? 7.2 : 7.7 }
        rows.append(Scenario.row(Scenario.minute(minute), values, flags: [:]))
      }
      let before = rows[..<cut].flatMap {
        whole.engine.judge($0, now: Scenario.moment($0.time + .seconds(1)))
      }
      let open = before.last.map { $0.occurrence.returnedTime == nil ? [$0.occurrence] : [] } ?? []
      let state = JudgementState(
        occurrences: open, sources: whole.engine.takeChangedSources())
      var restarted = Scenario(
        [Scenario.newSouthWales], state: state,
        startSeconds: Int(rows[cut - 1].time.milliseconds / 1000) + 1)
      for row in rows[..<cut] { restarted.engine.warm(row) }
      for row in rows[cut...] {
        let now = Scenario.moment(row.time + .seconds(1))
        let expected = whole.engine.judge(row, now: now)
        let found = restarted.engine.judge(row, now: now)
        #expect(
          found.map { Station.text($0) + ($0.occurrence.basis ?? "") }
            == expected.map { Station.text($0) + ($0.occurrence.basis ?? "") })
      }
    }
  }
}
