import PoolModel
import Testing

@testable import Alerting

@Suite struct `What is seen of a drift before its line` {
  /// Water of many kinds: what it wanders by, what it drifts by, how coarsely it is shown, and what is lost.
  struct Water: CustomStringConvertible, Sendable {
    var lag: Double
    var noise: Double
    /// Per bucket.
    var drift: Double
    var step: Double
    /// Of so many buckets one has no sample.
    var lossEvery = Int.max

    var description: String { "lag \(lag), σ \(noise), drift \(drift), step \(step)" }

    static let all: [Water] = [0, 0.8, 0.97].flatMap { lag in
      [0, 0.0004, 0.0008, 0.003].flatMap { drift in
        [0.001, 0.02].map { step in
          Water(
            lag: lag, noise: 0.03, drift: drift, step: step, lossEvery: drift == 0.0008 ? 9 : .max)
        }
      }
    }

    /// The medians of `count` buckets, nil for those without a sample; it turns where a limit is near.
    func medians(_ count: Int, seed: UInt64) -> [Double?] {
      var numbers = SplitMix64(seed: seed)
      var (level, drift, deviation) = (0.6, drift, 0.0)
      return (0..<count).map { _ in
        let normal = (0..<12).reduce(-6.0) { sum, _ in sum + .random(in: 0..<1, using: &numbers) }
        deviation = lag * deviation + (1 - lag * lag).squareRoot() * noise * normal
        level += drift
        if level < 0.35 || level > 0.95 { drift = -drift }
        if Int.random(in: 0..<lossEvery, using: &numbers) == 0 { return nil }
        return ((level + deviation) / step).rounded() * step
      }
    }
  }

  private static let question = TrendWindow.Question(
    width: 120_000, low: 0.3, high: 1, resolution: 0.01)

  @Test(arguments: Water.all)
  func `changes nothing of what the lines say`(water: Water) {
    for asksLastDay in [false, true] {
      let history = asksLastDay ? TrendHistory(width: 120_000) : nil
      var windows = [TrendWindow(history: history), TrendWindow(history: history)]
      var scratches = [TrendScratch(), TrendScratch()]
      var every = Self.question
      every.wantsEveryLine = true
      var (seen, drawn) = ([TrendWatch.Finding](), [TrendWatch.Finding]())
      for (bucket, median) in water.medians(600, seed: 7).enumerated() {
        seen += windows[0].pass(to: Int64(bucket), asking: Self.question, scratch: &scratches[0])
        let all = windows[1].pass(to: Int64(bucket), asking: every, scratch: &scratches[1])
        for finding in all {
          let before = drawn.last.map { ($0.low, $0.high) } ?? (.none, .none)
          if before != (finding.low, finding.high) { drawn.append(finding) }
        }
        if let median { for index in windows.indices { windows[index].gather(median) } }
      }
      #expect(seen.map(\.time) == drawn.map(\.time))
      // What is on or off by now, and the line that is told with it.
      for (seen, drawn) in zip(seen, drawn) where drawn.isAdvisory { #expect(seen == drawn) }
      #expect(seen.map(\.low) == drawn.map(\.low) && seen.map(\.high) == drawn.map(\.high))
      if water.drift >= 0.0008, water.lag < 0.9 { #expect(!drawn.isEmpty) }
    }
  }

  @Test func `says no more than the line, and leaves it one of five at most`() {
    var counts: [TrendOutlook: Int] = [:]
    var scratch = TrendScratch()
    let times = (0..<30).map { Double($0) * 120 }
    for water in Water.all where water.lossEvery == .max {
      let medians = water.medians(1500, seed: 11).compactMap(\.self)
      for first in stride(from: 0, to: medians.count - 30, by: 3) {
        let values = Array(medians[first..<first + 30])
        let line = TrendStatistics(times: times, values: values, scratch: &scratch)
        guard abs(line.normalizedScore) >= 1.96 else { continue }
        scratch.fill(values.span, present: 1 << 30 - 1, width: 120)
        let score = RunningScore(values.span).of(30)
        // Two steps of 0.01 an hour; limits that are far away.
        let (visible, warning) = (0.02 / 3600, 0.4 / 3600)
        let outlook = scratch.outlook(score, certain: 1.96, visible: visible, warning: warning)
        counts[outlook, default: 0] += 1
        let isDrift = abs(line.correctedScore) >= 1.96 && abs(line.slope) >= visible
        switch outlook {
        case .none: #expect(!isDrift)
        case .visible: #expect(isDrift && abs(line.slope) < warning)
        case .unclear: break
        }
      }
    }
    let clear = (counts[.none] ?? 0, counts[.visible] ?? 0)
    #expect(clear.0 > 500 && clear.1 > 500)
    #expect((counts[.unclear] ?? 0) * 4 < clear.0 + clear.1, "\(counts)")
  }
}
