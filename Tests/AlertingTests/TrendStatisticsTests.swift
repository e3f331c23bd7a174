import Alerting
import Foundation
import Testing

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
}
