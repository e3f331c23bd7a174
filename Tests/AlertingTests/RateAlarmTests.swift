import PoolModel
import Testing

@testable import Alerting

/// Chlorine of every minute that may change by 0.05 mg/L a minute over five minutes; what is expected is computed
/// by hand from the manual's words (docs/alarms.md).
@Suite struct `Alarms of fast changes` {
  private static var setting: TrendBench.Setting {
    var setting = TrendBench.Setting()
    setting.isWatched = false
    setting.silenceSeconds = 600
    setting.rate = RateRule(perMinute: 0.05, window: .seconds(300))
    return setting
  }

  /// Values as the decimals that a sensor shows.
  private static func values(_ tenThousandths: [Int]) -> [Double] {
    tenThousandths.map { Double($0) / 10_000 }
  }

  /// 0.5 for eleven minutes, 0.1 more in each of the next five, and 1.0 from then on.
  private static let rise = values(
    Array(repeating: 5000, count: 11) + [6000, 7000, 8000, 9000]
      + Array(repeating: 10_000, count: 20))

  @Test func `are raised by the second value that is too far from the one five minutes before`()
    throws
  {
    var bench = TrendBench(Self.setting)
    let steps = bench.judge(Self.rise)
    // 0.3 in five minutes at 13 min, 0.4 at 14 min; 0.1, which is less than half, from 19 min on.
    #expect(
      steps.rates == [
        "raised free_chlorine_rate_rising warning active \(13 * 60) told",
        "returned free_chlorine_rate_rising warning returnedUnacknowledged \(19 * 60) told",
      ])
    let raised = try #require(steps.first { $0.occurrence.rule.contains("_rate_") })
    #expect(raised.occurrence.alarmClass == .trend && raised.occurrence.limit == nil)
    #expect(raised.occurrence.parameter == "free_chlorine" && raised.occurrence.value == 0.9)
    #expect(raised.occurrence.detectedTime == TrendBench.instant(14 * 60))
    #expect(
      raised.occurrence.basis
        == "rising 0.08 mg/L a minute, from 0.5 to 0.9 mg/L in 5 min; more than 0.05")
    let returned = try #require(steps.last { $0.occurrence.rule.contains("_rate_") })
    #expect(returned.occurrence.id == raised.occurrence.id)

    bench = TrendBench(Self.setting)
    let fall = bench.judge(Self.rise.map { ((1.5 - $0) * 10_000).rounded() / 10_000 })
    #expect(
      fall.rates == steps.rates.map { $0.replacing("rising", with: "falling") })
  }

  @Test(arguments: [
    // As fast as the rule says, to the digit; faster by a ten-thousandth; a drift.
    (500, 0), (501, 1), (-500, 0), (-501, 1), (40, 0),
  ])
  func `are not raised at the bound, and just beyond it`(perMinute: Int, count: Int) {
    var bench = TrendBench(Self.setting)
    let steps = bench.judge(Self.values((0..<40).map { 30_000 + $0 * perMinute }))
    #expect(steps.rates.count { $0.hasPrefix("raised") } == count)
  }

  @Test(arguments: [QualityFlag.good, .suspect, .fail])
  func `are not raised by a single value that stands out`(flag: QualityFlag) {
    var bench = TrendBench(Self.setting)
    var steps: [AlarmTransition] = []
    for minute in 0..<40 {
      steps += bench.judge(TrendBench.row(minute * 60, minute == 20 ? 2.5 : 0.5))
      // Known with the next value; as what five others are compared with it would be a fall.
      if minute == 20, flag != .good {
        steps += bench.judge(TrendBench.row(minute * 60, 2.5, flag: flag))
      }
    }
    #expect(steps.rates == [])
  }

  @Test func `go by values that are good or suspect in the end`() {
    var bench = TrendBench(Self.setting)
    let expected = bench.judge(Self.rise).rates
    bench = TrendBench(Self.setting)
    var steps: [AlarmTransition] = []
    for (minute, value) in Self.rise.enumerated() {
      steps += bench.judge(TrendBench.row(minute * 60, value, flag: .suspect))
      // One that turns out to be a spike, one that failed at once, and one that comes late.
      steps += bench.judge(TrendBench.row(minute * 60 + 20, 3))
      steps += bench.judge(TrendBench.row(minute * 60 + 20, 3, flag: .fail))
      steps += bench.judge(TrendBench.row(minute * 60 + 40, 5, flag: .fail))
      steps += bench.judge(TrendBench.row(minute * 60 - 500, 9, isLate: true))
    }
    #expect(steps.rates == expected && expected.count == 2)
  }

  @Test(arguments: [GatewayMarks.calibration, .maintenance])
  func `are not raised by a sensor that is worked at, nor for half an hour after`(
    marks: GatewayMarks
  ) {
    var bench = TrendBench(Self.setting)
    var steps = bench.judge(Array(repeating: 0.5, count: 20))
    for minute in 20..<23 {
      steps += bench.judge(TrendBench.row(minute * 60, 0.9, flag: .fail, marks: marks))
    }
    // It settles; the first value that counts is that of minute 52, and has to have one to be compared with.
    steps += bench.judge((23..<52).map { $0 < 40 ? 2 : 1 }, from: 23 * 60)
    steps += bench.judge(Array(repeating: 0.9, count: 8), from: 52 * 60)
    #expect(steps.rates == [])
    let later = bench.judge(Self.rise.suffix(25).map { $0 + 1 }, from: 60 * 60)
    #expect(later.rates.first == "raised free_chlorine_rate_rising warning active 3600 told")
  }

  // Over half an hour, so that a pause fits in between.
  @Test(arguments: [(10, 1), (11, 0)])
  func `compare nothing across a pause longer than the silence`(minutes: Int, count: Int) {
    var setting = Self.setting
    setting.rate = RateRule(perMinute: 0.05, window: .seconds(1800))
    var bench = TrendBench(setting)
    var steps = bench.judge(Array(repeating: 0.5, count: 20))
    steps += bench.judge(Array(repeating: 2.5, count: 40), from: (19 + minutes) * 60)
    #expect(steps.rates.count { $0.hasPrefix("raised") } == count)
  }

  @Test(arguments: [(1, 1), (2, 1), (3, 0)])
  func `compare with a neighbour where the value five minutes before is missing`(
    missing: Int, count: Int
  ) {
    var bench = TrendBench(Self.setting)
    var steps: [AlarmTransition] = []
    // 0.5 to minute 9, 1.0 after it; so many of the values between those there are missing.
    for minute in 0..<18 where minute % (missing + 1) == 0 {
      steps += bench.judge(TrendBench.row(minute * 60, minute < 10 ? 0.5 : 1))
    }
    // 0.5 in six minutes are 0.083 a minute. With four minutes between values those of 7 and 11 min have none near.
    #expect(steps.rates.count { $0.hasPrefix("raised") } == count)
  }

  @Test func `are not told where limits are not judged, and what was before is not compared`()
    throws
  {
    var setting = Self.setting
    setting.hasCirculation = true
    func flow(_ value: Double) -> [Sample] {
      [Sample(parameter: TrendBench.flow, value: value, flag: .good)]
    }
    var bench = TrendBench(setting)
    var steps = bench.judge(Array(repeating: 0.9, count: 20), others: flow(10))
    steps += bench.judge((0..<10).map { 0.9 - Double($0) / 10 }, from: 1200, others: flow(0))
    steps += bench.judge(Array(repeating: 0.5, count: 20), from: 1800, others: flow(10))
    #expect(steps.rates == [])

    // Open from midnight to 00:12, closed while it rises.
    setting.hours = [OpeningHours(days: Set(1...7), opensMinute: 0, closesMinute: 12)]
    setting.hasCirculation = false
    bench = TrendBench(setting)
    #expect(bench.judge(Self.rise).rates == [])

    bench = TrendBench(Self.setting)
    let actor = AlarmTransition.Actor(name: "li", comment: "")
    let closure = bench.engine.registerClosure(
      .closure, venue: "v", pool: nil, from: TrendBench.instant(11 * 60), to: nil, by: actor,
      now: TrendBench.moment(0))
    #expect(bench.judge(Array(Self.rise[..<15])).rates == [])
    _ = try bench.engine.endClosure(
      id: closure.id, by: actor, now: TrendBench.moment(14 * 60 + 30))
    #expect(bench.judge(Array(Self.rise[15...]), from: 15 * 60).rates == [])
  }

  @Test func `go on after a restart, wherever it comes`() {
    var bench = TrendBench(Self.setting)
    let expected = Self.rise.enumerated().flatMap {
      bench.judge(TrendBench.row($0 * 60, $1))
    }
    #expect(expected.rates.count == 2)
    for restart in 1..<Self.rise.count {
      var bench = TrendBench(Self.setting)
      var steps: [AlarmTransition] = []
      for (minute, value) in Self.rise.enumerated() {
        if minute == restart {
          var open: [String: AlarmOccurrence] = [:]
          for step in steps { open[step.occurrence.id] = step.occurrence }
          let state = JudgementState(
            occurrences: open.values.filter(\.state.isOpen),
            sources: bench.engine.takeChangedSources())
          bench = TrendBench(Self.setting, state: state, now: TrendBench.moment(minute * 60 - 30))
          for stretch in bench.engine.warmUpStretches(of: TrendBench.pool) {
            for (minute, value) in Self.rise[..<restart].enumerated()
            where stretch.contains(TrendBench.instant(minute * 60)) {
              bench.engine.warm(TrendBench.row(minute * 60, value))
            }
          }
        }
        steps += bench.judge(TrendBench.row(minute * 60, value))
      }
      #expect(steps.map(\.id) == expected.map(\.id), "restart at \(restart)")
    }
  }

  @Test func `cost nothing when they are off, and little when they are on`() {
    var setting = Self.setting
    setting.rate = nil
    #expect(TrendBench(setting).engine.rates.isEmpty)
    setting.rate = RateRule(perMinute: 0.05, window: .seconds(3600))
    setting.intervalSeconds = 10
    var bench = TrendBench(setting)
    _ = bench.judge((0..<2000).map { Double($0 % 7) / 100 })
    // With the trend's windows no more than two kilobytes for a series.
    let byteCount =
      bench.engine.rates[0].bufferByteCount + MemoryLayout<SeriesRate>.stride
    #expect(byteCount <= 1408, "\(byteCount)")
  }
}
