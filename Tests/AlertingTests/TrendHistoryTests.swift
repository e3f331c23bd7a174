import PoolModel
import Testing

@testable import Alerting

@Suite struct `What a value did in the day before` {
  /// Straight from the definition, over all buckets there ever were.
  private static func range(
    _ medians: [Int64: Double], before first: Int64, perHour: Int64, perDay: Int64
  ) -> ClosedRange<Double>? {
    let hour = Int64((Double(first) / Double(perHour)).rounded(.down))
    let counting = medians.filter { bucket, _ in
      let other = Int64((Double(bucket) / Double(perHour)).rounded(.down))
      return other < hour && other >= hour - perDay
    }
    let hours = Set(counting.keys.map { Int64((Double($0) / Double(perHour)).rounded(.down)) })
    guard hours.count >= 6, let low = counting.values.min(), let high = counting.values.max()
    else { return nil }
    return low...high
  }

  @Test(arguments: [120_000, 300_000, 2_400_000, 7_200_000] as [Int64])
  func `is its range over 24 hours, six of them with samples`(width: Int64) {
    let perHour = max(1, 3_600_000 / width)
    // 24 hours, 36 times 40 minutes, twelve times two hours.
    let perDay: Int64 = [120_000: 24, 300_000: 24, 2_400_000: 36][width] ?? 12
    var numbers = SplitMix64(seed: UInt64(width))
    var history = TrendHistory(width: width)
    var medians: [Int64: Double] = [:]
    var (bucket, known, unknown) = (-40 * perHour, 0, 0)
    for _ in 0..<3000 * max(1, perHour / 4) {
      // Now and then hours without a sample, and once a day or two.
      bucket +=
        Int64.random(in: 0..<40 * perHour, using: &numbers) == 0
        ? Int64.random(in: 1..<perHour * 30, using: &numbers) : 1
      let median = Double(Int.random(in: 0..<100_000, using: &numbers)) / 1000
      history.note(median, of: bucket)
      medians[bucket] = median
      let found = history.range(before: bucket - 29)
      #expect(found == Self.range(medians, before: bucket - 29, perHour: perHour, perDay: perDay))
      if found == nil { unknown += 1 } else { known += 1 }
    }
    #expect(known > 100 && unknown > 5)
  }

  /// Falls by 0.16 in 80 minutes, and is back within ten.
  private static func teeth(_ count: Int) -> [Double] {
    (0..<count).flatMap { _ in
      (0..<90).map { minute in
        let value = minute < 80 ? 0.56 - 0.002 * Double(minute) : 0.4 + 0.016 * Double(minute - 80)
        return (value * 100).rounded() / 100
      }
    }
  }

  @Test func `makes no warning of a limb as it was before, and one of a longer limb`() throws {
    var setting = TrendBench.Setting()
    let calm = Self.teeth(10)
    let fall = (0..<150).map { ((0.56 - 0.002 * Double($0)) * 100).rounded() / 100 }
    var bench = TrendBench(setting)
    #expect(bench.judge(calm).contains { $0.occurrence.severity == .warning })

    setting.asksLastDay = true
    bench = TrendBench(setting)
    let steps = bench.judge(calm)
    #expect(steps.contains { $0.kind == .raised })
    #expect(steps.allSatisfy { $0.occurrence.severity == .advisory })
    let later = bench.judge(fall, from: calm.count * 60)
    let worsened = try #require(later.first { $0.kind == .worsened })
    #expect(worsened.occurrence.rule == "free_chlorine_trend_low" && worsened.isAnnouncement)
    // Two hundredths below 0.4, which is at minute 90, and before it is out of limits at minute 130.
    let minute = Int((worsened.time - TrendBench.start).inSeconds) / 60 - 900
    #expect((86..<130).contains(minute), "\(minute)")
  }

  @Test func `is not known of a pool in its first six hours: no warning`() throws {
    var setting = TrendBench.Setting()
    setting.asksLastDay = true
    var bench = TrendBench(setting)
    let fall = (0..<150).map { ((0.59 - 0.002 * Double($0)) * 100).rounded() / 100 }
    let steps = bench.judge(fall)
    #expect(steps.trends.map { $0.prefix(38) } == ["raised free_chlorine_trend_low advisor"])
  }
}
