import PoolModel
import Testing

@testable import Alerting

@Suite struct `Trend alarms and what they go by` {
  /// A fall of 0.24 an hour from 0.6, with a restless last digit: in limits for an hour and a quarter.
  private static let falling: [Double] = (0..<70).map { minute in
    let noise = Double(minute * 7 % 3 - 1) / 100
    return ((0.6 - Double(minute) * 0.004 + noise) * 100).rounded() / 100
  }

  private static let steady: [Double] = (0..<300).map { 0.5 + Double($0 * 7 % 3 - 1) / 100 }

  @Test func `leave out what fails with its final flag`() {
    var bench = TrendBench()
    let expected = bench.judge(Self.falling).trends
    #expect(expected.contains { $0.hasPrefix("raised free_chlorine_trend_low") })
    bench = TrendBench()
    var steps: [AlarmTransition] = []
    for (minute, value) in Self.falling.enumerated() {
      steps += bench.judge(TrendBench.row(minute * 60, value))
      // Between the values one that stands out: known with the next.
      for flag in [QualityFlag.good, minute.isMultiple(of: 2) ? .fail : .suspect] {
        var row = TrendBench.row(minute * 60 + 20, 0.9)
        row.samples[0].flag = flag
        steps += bench.judge(row)
      }
    }
    #expect(steps.trends == expected)
  }

  @Test func `do not go by what comes late`() {
    var bench = TrendBench()
    let expected = bench.judge(Self.falling).trends
    bench = TrendBench()
    var steps: [AlarmTransition] = []
    for (minute, value) in Self.falling.enumerated() {
      steps += bench.judge(TrendBench.row(minute * 60, value))
      if minute > 10 {
        steps += bench.judge(TrendBench.row(minute * 60 - 500, 0.95, isLate: true))
      }
    }
    #expect(steps.trends == expected)
  }

  @Test func `stay as they are while nothing comes, and end by a new line`() throws {
    var bench = TrendBench()
    let raised = bench.judge(Self.falling).trends
    #expect(raised.count == 1 && raised.allSatisfy { $0.contains(" warning active ") })
    // Twelve hours later, in limits: 20 buckets make a line, and ten lines end the drift.
    let from = 12 * 3600
    let steps = bench.judge(Self.steady, from: from)
    let ends = steps.trends.filter { !$0.hasPrefix("raised") }
    // The bucket with the number 19 has the first line.
    #expect(
      ends == [
        "returned free_chlorine_trend_low warning returnedUnacknowledged \(from + 19 * 120) told"
      ])
  }

  @Test func `begin anew after a closure, and stay as they are in it`() throws {
    var bench = TrendBench()
    let raised = bench.judge(Self.falling)
    #expect(raised.trends.count == 1)
    let actor = AlarmTransition.Actor(name: "li", comment: "")
    let closure = bench.engine.registerClosure(
      .closure, venue: "v", pool: nil, from: TrendBench.instant(70 * 60), to: nil, by: actor,
      now: TrendBench.moment(70 * 60))
    #expect(bench.judge(Self.steady, from: 70 * 60).trends == [])
    _ = try bench.engine.endClosure(
      id: closure.id, by: actor, now: TrendBench.moment(370 * 60 + 1))
    let after = bench.judge(Self.steady, from: 371 * 60)
    let ended = try #require(after.first { $0.kind == .returned })
    // The values of the closed time do not count: the first line is that of the twentieth bucket after it.
    #expect(ended.time == TrendBench.instant((371 * 60 / 120 + 19) * 120))
    #expect(ended.occurrence.id == raised.first?.occurrence.id)
  }

  @Test func `are none of water that stands`() {
    var setting = TrendBench.Setting()
    setting.hasCirculation = true
    for (flow, isExpected) in [(10.0, true), (0.0, false)] {
      var bench = TrendBench(setting)
      let steps = bench.judge(
        Self.falling, others: [Sample(parameter: TrendBench.flow, value: flow, flag: .good)])
      #expect(steps.trends.isEmpty != isExpected)
    }
  }

  @Test func `found while catching up are told at its end when they are warnings`() {
    var bench = TrendBench()
    let steps = Self.falling.enumerated().flatMap { minute, value in
      // Judged at once, two hours later, up to the last.
      bench.engine.judge(
        TrendBench.row(minute * 60, value),
        now: Moment(
          wall: TrendBench.instant(minute < 69 ? 7200 : 4140),
          monotonic: .seconds(1_000_000) + .milliseconds(minute)))
    }
    let told = steps.filter { $0.isAnnouncement && $0.occurrence.alarmClass == .trend }
    #expect(told.map(\.kind) == [.announced])
    #expect(told.map(\.occurrence.severity) == [.warning])
  }

  @Test func `take less than two KiB a series that comes every ten seconds`() {
    var setting = TrendBench.Setting()
    setting.intervalSeconds = 10
    setting.asksLastDay = true
    var bench = TrendBench(setting)
    // A day and a half.
    _ = bench.judge((0..<12_960).map { Self.steady[$0 % 300] })
    #expect(bench.engine.trends[0].byteCount < 2048)
  }
}

extension SeriesTrend {
  /// What it takes with its buffers, whose headers have 32 bytes each.
  fileprivate var byteCount: Int { MemoryLayout<Self>.stride + window.bufferByteCount }
}
