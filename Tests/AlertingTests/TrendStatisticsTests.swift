import Foundation
import PoolModel
import Testing

@testable import Alerting

/// What scipy's `theilslopes` and pymannkendall 1.4.3 say about 37 windows of seeded pool water.
private struct Vectors: Decodable {
  struct Case: Decodable {
    let name: String
    let t: [Double]
    let x: [Double]
    let slope_per_second: Double
    let intercept_at_first_sample: Double
    let S: Double
    let var_S: Double
    let Z: Double
    let rho: Double
    let Z_corrected: Double
    let slope_low_corrected: Double
    let slope_high_corrected: Double
  }

  let cases: [Case]
}

@Suite struct `Trend statistics` {
  @Test func `every number of every window is that of scipy and pymannkendall`() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/trend_vectors.json")
    let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
    #expect(vectors.cases.count == 37)
    var scratch = TrendScratch()
    for vector in vectors.cases {
      let found = TrendStatistics(times: vector.t, values: vector.x, scratch: &scratch)
      let pairs = [
        ("slope", found.slope, vector.slope_per_second),
        ("intercept", found.intercept, vector.intercept_at_first_sample),
        ("S", found.score, vector.S), ("var S", found.scoreVariance, vector.var_S),
        ("Z", found.normalizedScore, vector.Z), ("rho", found.autocorrelation, vector.rho),
        ("corrected Z", found.correctedScore, vector.Z_corrected),
        ("low slope", found.lowSlope, vector.slope_low_corrected),
        ("high slope", found.highSlope, vector.slope_high_corrected),
      ]
      for (name, value, expected) in pairs {
        #expect(abs(value - expected) <= 1e-9 * abs(expected), "\(vector.name) \(name)")
      }
    }
  }

  @Test func `the first time of a window may be any`() throws {
    let times = (0..<30).map { Double($0) * 120 }
    let values = times.map { 0.6 - $0 * 1e-4 + ($0.truncatingRemainder(dividingBy: 360)) * 1e-5 }
    var scratch = TrendScratch()
    let first = TrendStatistics(times: times, values: values, scratch: &scratch)
    let second = TrendStatistics(
      times: times.map { $0 + 1_767_225_600 }, values: values, scratch: &scratch)
    #expect(first == second)
  }

  @Test func `a score is the same whether its values were always there or some have gone`() {
    var numbers = SplitMix64(seed: 3)
    for steps in [2, 5, 40, 1_000_000] {
      var (running, values) = (RunningScore(), [Double]())
      for _ in 0..<500 {
        if values.count == 30 || !values.isEmpty && Int.random(in: 0..<9, using: &numbers) == 0 {
          running.leave(values[0], before: values.span.extracting(1..<values.count))
          values.removeFirst()
        }
        let value = Double(Int.random(in: 0..<steps, using: &numbers))
        running.come(value, after: values.span)
        values.append(value)
        let score = running.of(values.count)
        // From the definition: the sign of every pair, and of each group of equal values its part.
        let pairs = values.indices.flatMap { later in
          values[..<later].map { ($0 < values[later] ? 1 : 0) - ($0 > values[later] ? 1 : 0) }
        }
        func part(_ count: Int) -> Int { count * (count - 1) * (2 * count + 5) }
        let tied = Dictionary(grouping: values) { $0 }.values.reduce(0) { $0 + part($1.count) }
        #expect(score.score == pairs.reduce(0, +))
        #expect(score.variance == Double(part(values.count) - tied) / 18)
      }
    }
  }
}
