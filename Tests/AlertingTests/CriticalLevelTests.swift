import PoolModel
import Testing

@testable import Alerting

/// Free chlorine is critical below 0.1 and above 3 mg/L, pH has no critical bound.
struct `A critical level` {
  private static var rules: AlarmRules {
    var limits = Station.rules.limits
    limits[Station.freeChlorine] = LimitDamping(
      deadband: 0.03, onDelay: .seconds(180), offDelay: .seconds(300), criticalLow: 0.1,
      criticalHigh: 3)
    return AlarmRules(limits: limits, silence: .seconds(600), brokerDown: .seconds(120))
  }

  private func station(state: JudgementState = JudgementState(), startSeconds: Int = 0) -> Station {
    Station(rules: Self.rules, state: state, startSeconds: startSeconds)
  }

  /// Judges a value and says of each step kind, severity, value and whether people are told.
  private func judge(
    _ second: Int, _ value: Double, _ station: inout Station, in pool: PoolNumber = Station.hall
  ) -> [String] {
    let row = SampleRow(
      pool: pool, time: Station.instant(second),
      samples: [Station.sample(Station.freeChlorine, value)])
    return station.engine.judge(row, now: Station.moment(second + 1)).map { step in
      let occurrence = step.occurrence
      return "\(step.kind) \(occurrence.severity) \(occurrence.value ?? 0)"
        + (step.isAnnouncement ? " told" : "")
    }
  }

  @Test func `that all values were beyond makes the alarm critical at once`() {
    var station = station()
    #expect(judge(0, 0.05, &station) == [])
    #expect(judge(180, 0.04, &station) == ["raised critical 0.04 told"])
  }

  @Test func `is reached by the same occurrence, and told again`() throws {
    var station = station()
    _ = judge(0, 0.2, &station)
    #expect(judge(180, 0.2, &station) == ["raised warning 0.2 told"])
    #expect(judge(240, 0.09, &station) == [])
    #expect(judge(360, 0.08, &station) == [])
    #expect(judge(420, 0.07, &station) == ["worsened critical 0.07 told"])
    #expect(judge(480, 0.06, &station) == [])
    // By the deadband inside for the off-delay.
    #expect(judge(540, 0.12, &station) == [])
    #expect(judge(600, 0.13, &station) == [])
    #expect(judge(900, 0.2, &station) == ["eased warning 0.07"])
    _ = judge(960, 0.5, &station)
    #expect(judge(1260, 0.5, &station) == ["returned warning 0.07 told"])
  }

  @Test func `begins its delay anew after hours in which nothing was judged and nothing came`() {
    let nights = OpeningHours(
      days: [1, 2, 3, 4, 5, 6, 7], opensMinute: 18 * 60, closesMinute: 2 * 60)
    let (close, open) = (2 * 3600, 18 * 3600)
    var station = Station(rules: Self.rules, hours: [nights])
    _ = judge(close - 600, 0.2, &station)
    #expect(judge(close - 420, 0.2, &station) == ["raised warning 0.2 told"])
    #expect(judge(close - 120, 0.05, &station) == [])
    #expect(judge(open, 0.05, &station) == [])
    #expect(judge(open + 120, 0.05, &station) == [])
    #expect(judge(open + 180, 0.05, &station) == ["worsened critical 0.05 told"])
  }

  @Test func `touched exactly is not beyond`() {
    var station = station()
    _ = judge(0, 0.1, &station)
    #expect(judge(180, 0.1, &station) == ["raised warning 0.1 told"])
    for second in stride(from: 240, to: 1200, by: 60) {
      #expect(judge(second, 0.1, &station) == [])
    }
  }

  @Test func `is over with its alarm`() {
    var station = station()
    _ = judge(0, 0.05, &station)
    _ = judge(180, 0.05, &station)
    _ = judge(240, 0.5, &station)
    #expect(judge(540, 0.5, &station) == ["returned critical 0.05 told"])
    _ = judge(600, 0.2, &station)
    #expect(judge(780, 0.2, &station) == ["raised warning 0.2 told"])
  }

  /// A foot bath has to have 5–10 mg/L: what is critical in a pool is in limits there.
  @Test func `says nothing of a value that is in limits`() {
    var station = station()
    for second in stride(from: 0, to: 1200, by: 60) {
      #expect(judge(second, 6, &station, in: Station.footBath) == [])
    }
  }

  @Test(arguments: 0...9)
  func `is the same after a restart at any row`(restart: Int) {
    let values = [0.2, 0.2, 0.2, 0.2, 0.05, 0.05, 0.05, 0.05, 0.05, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2]
    func run(restartAfter restart: Int?) -> [String] {
      var station = station()
      var occurrences: [String: AlarmOccurrence] = [:]
      var sources: [String: SourceState] = [:]
      var steps: [String] = []
      for (index, value) in values.enumerated() {
        let row = SampleRow(
          pool: Station.hall, time: Station.instant(index * 60),
          samples: [Station.sample(Station.freeChlorine, value)])
        for step in station.engine.judge(row, now: Station.moment(index * 60 + 1)) {
          occurrences[step.occurrence.id] = step.occurrence
          steps.append("\(index) \(step.kind) \(step.occurrence.severity) \(step.id)")
        }
        for source in station.engine.takeChangedSources() {
          sources["\(source.pool) \(source.parameter ?? "")"] = source
        }
        guard index == restart else { continue }
        station = self.station(
          state: JudgementState(
            occurrences: Array(occurrences.values), sources: Array(sources.values)),
          startSeconds: index * 60 + 2)
        for (earlier, value) in values[...index].enumerated() {
          station.engine.warm(
            SampleRow(
              pool: Station.hall, time: Station.instant(earlier * 60),
              samples: [Station.sample(Station.freeChlorine, value)]))
        }
      }
      return steps
    }
    let expected = run(restartAfter: nil)
    #expect(expected.count == 3)
    #expect(run(restartAfter: restart) == expected)
  }

  @Test func `reached while shelved is recorded, and told to nobody`() throws {
    var station = station()
    _ = judge(0, 0.2, &station)
    let row = SampleRow(
      pool: Station.hall, time: Station.instant(180),
      samples: [Station.sample(Station.freeChlorine, 0.2)])
    let raised = try #require(station.engine.judge(row, now: Station.moment(181)).first)
    _ = try station.engine.act(
      .shelve(until: Station.instant(9000)), on: raised.occurrence.id,
      by: AlarmTransition.Actor(name: "li", comment: "known"), now: Station.moment(200))
    _ = judge(240, 0.05, &station)
    #expect(judge(420, 0.05, &station) == ["worsened critical 0.05"])
  }
}
