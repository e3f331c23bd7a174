import PoolModel
import Testing

@testable import Alerting

/// A pool whose flow is reported beside its chlorine; below 1 m³/h its water stands.
struct `Circulation` {
  private static let chlorine = LimitScenario.freeChlorine
  private static let plan = station().engine.plan
  private static let flow = plan.parameterNumber("flow") ?? ParameterNumber(0)

  private static func station(
    state: JudgementState = JudgementState(), second: Int = 0
  ) -> LimitScenario {
    let limit = LimitScenario.limit(.measured(chlorine), low: 0.3, high: 1)
    let flow = ParameterNumber(Parameter.standard.firstIndex { $0.name == "flow" } ?? 0)
    return LimitScenario(
      [LimitScenario.profile([limit])], state: state, startSeconds: second,
      circulation: CirculationRule(
        parameter: flow, minimum: 1, onDelay: .seconds(120), offDelay: .seconds(60)))
  }

  @Test func `lost makes chlorine that falls to nothing no water alarm, but one of its own`() {
    var station = Self.station()
    for minute in 0..<5 {
      station.judge(LimitScenario.minute(minute), [Self.chlorine: 0.5, Self.flow: 40])
    }
    for minute in 5..<240 {
      let decay = max(0, 0.5 - Double(minute - 5) * 0.02)
      station.judge(LimitScenario.minute(minute), [Self.chlorine: decay, Self.flow: 0])
    }
    #expect(station.events == ["raised circulation"])
    let alarm = station.transitions[0].occurrence
    #expect(alarm.alarmClass == .monitoring)
    #expect(alarm.parameter == "flow" && alarm.value == 0 && alarm.limit == 1)
    #expect(alarm.eventTime == LimitScenario.minute(5))
    // Within five minutes.
    #expect(alarm.detectedTime - LimitScenario.minute(5) <= .seconds(300))
    #expect(alarm.profile == nil && alarm.clause == nil)
  }

  @Test func `that comes back lets chlorine be judged, with its whole delay`() {
    var station = Self.station()
    station.judge(minutes: 0..<10, [Self.chlorine: 0.1, Self.flow: 0])
    #expect(station.events == ["raised circulation"])
    station.judge(minutes: 10..<12, [Self.chlorine: 0.1, Self.flow: 40])
    #expect(
      station.events == ["raised circulation", "raised free_chlorine_low", "returned circulation"])
    #expect(station.transitions[1].occurrence.eventTime == LimitScenario.minute(10))
  }

  @Test func `at its least is circulation`() {
    var station = Self.station()
    station.judge(minutes: 0..<10, [Self.chlorine: 0.1, Self.flow: 1])
    #expect(station.events == ["raised free_chlorine_low"])
  }

  @Test func `that nobody measures changes nothing`() {
    var station = Self.station()
    station.judge(minutes: 0..<10, [Self.chlorine: 0.1])
    #expect(station.events == ["raised free_chlorine_low"])
  }

  @Test func `lost leaves an active water alarm as it is`() {
    var station = Self.station()
    station.judge(minutes: 0..<3, [Self.chlorine: 0.1, Self.flow: 40])
    station.judge(minutes: 3..<60, [Self.chlorine: 0.5, Self.flow: 0])
    #expect(station.events == ["raised free_chlorine_low", "raised circulation"])
    station.judge(minutes: 60..<62, [Self.chlorine: 0.5, Self.flow: 40])
    #expect(station.events.contains("returned free_chlorine_low"))
  }

  @Test func `lost stops what is pending`() {
    var station = Self.station()
    station.judge(LimitScenario.minute(0), [Self.chlorine: 0.1, Self.flow: 40])
    station.judge(LimitScenario.minute(1), [Self.chlorine: 0.1, Self.flow: 0])
    station.judge(LimitScenario.minute(2), [Self.chlorine: 0.1, Self.flow: 40])
    #expect(station.events == [])
    station.judge(LimitScenario.minute(3), [Self.chlorine: 0.1, Self.flow: 40])
    #expect(station.events == ["raised free_chlorine_low"])
  }

  @Test(arguments: [(9, 0), (13, 1)])
  func `is known for ten minutes where it comes less often`(minutes: Int, count: Int) {
    var station = Self.station()
    station.judge(LimitScenario.minute(0), [Self.chlorine: 0.1, Self.flow: 0])
    station.judge(minutes: 1..<minutes, [Self.chlorine: 0.1])
    #expect(station.events.count == count)
  }

  @Test func `that is a failed reading is what it was before`() {
    var station = Self.station()
    station.judge(LimitScenario.minute(0), [Self.chlorine: 0.1, Self.flow: 0])
    station.judge(
      minutes: 1..<8, [Self.chlorine: 0.1, Self.flow: 40], flags: [Self.flow: .fail])
    #expect(!station.events.contains("raised free_chlorine_low"))
  }

  @Test func `counts for late readings of its own rows`() {
    var station = Self.station()
    station.judge(LimitScenario.minute(60), [Self.chlorine: 0.5, Self.flow: 40])
    station.judge(LimitScenario.minute(0), [Self.chlorine: 0, Self.flow: 0], isLate: true)
    #expect(station.events == [])
  }

  @Test(arguments: 0..<12)
  func `is the same after a restart at any row`(restart: Int) {
    func run(restartAfter restart: Int?) -> [String] {
      var station = Self.station()
      var rows: [SampleRow] = []
      var occurrences: [String: AlarmOccurrence] = [:]
      var sources: [String: SourceState] = [:]
      var steps: [String] = []
      for minute in 0..<16 {
        let time = LimitScenario.minute(minute)
        var values = [Self.chlorine: 0.1]
        if minute.isMultiple(of: 2) { values[Self.flow] = (4..<11).contains(minute) ? 0 : 40 }
        let row = LimitScenario.row(time, values, flags: [:])
        rows.append(row)
        for step in station.engine.judge(row, now: LimitScenario.moment(time + .seconds(1))) {
          occurrences[step.occurrence.id] = step.occurrence
          steps.append("\(minute) \(step.kind) \(step.id)")
        }
        for source in station.engine.takeChangedSources() {
          sources["\(source.pool) \(source.parameter ?? "")"] = source
        }
        guard minute == restart else { continue }
        let state = JudgementState(
          occurrences: Array(occurrences.values), sources: Array(sources.values))
        station = Self.station(state: state, second: Int(time.milliseconds / 1000) + 2)
        for row in rows { station.engine.warm(row) }
      }
      return steps
    }
    #expect(run(restartAfter: restart) == run(restartAfter: nil))
  }

  @Test func `that a failed value shows is not what later rows go by`() {
    var station = Self.station()
    station.judge(LimitScenario.minute(0), [Self.chlorine: 0.1, Self.flow: 40])
    station.judge(LimitScenario.minute(1), [Self.chlorine: 0.1, Self.flow: 0])
    // With the next row the flow of nothing is known to be a spike; the flow before it counts again.
    station.judge(LimitScenario.minute(1), [Self.flow: 0], flags: [Self.flow: .fail])
    for minute in 2..<6 { station.judge(LimitScenario.minute(minute), [Self.chlorine: 0.1]) }
    #expect(station.events == ["raised free_chlorine_low"])
    #expect(station.transitions.first?.occurrence.eventTime == LimitScenario.minute(2))
  }
}
