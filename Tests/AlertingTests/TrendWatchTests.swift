import Foundation
import PoolModel
import Testing

@testable import Alerting

/// What `Fixtures/make_trend_watch.py` says, with scipy and pymannkendall, about seeded series.
struct TrendVectors: Decodable {
  struct Case: Decodable {
    struct Bucket: Decodable {
      let t: Int64
      /// Slope, S, var S, Z, rho, corrected Z.
      let statistics: [Double]?
      let secondsToLimit: Double?
      let advisory: Bool
      let warning: Bool
    }

    let name: String
    let interval: Int64
    let low: Double?
    let high: Double?
    let resolution: Double
    let t: [Int64]
    let x: [Double]
    let buckets: [Bucket]
  }

  let cases: [Case]

  static func load() throws -> [Case] {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/trend_watch.json")
    return try JSONDecoder().decode(TrendVectors.self, from: Data(contentsOf: url)).cases
  }
}

@Suite struct `Trend watch` {
  @Test func `each bucket's line, time to the limit and states are those of the reference`() throws
  {
    for vector in try TrendVectors.load() {
      var watch = TrendWatch(
        TrendWatch.Settings(
          interval: .seconds(vector.interval), low: vector.low, high: vector.high,
          resolution: vector.resolution))
      var findings: [TrendWatch.Finding] = []
      for (time, value) in zip(vector.t, vector.x) {
        findings += watch.take(value, at: Timestamp(milliseconds: time * 1000))
      }
      let last = watch.finish()
      findings.append(try #require(last))
      try #require(findings.count == vector.buckets.count, "\(vector.name)")
      for (found, expected) in zip(findings, vector.buckets) {
        let place: Comment = "\(vector.name) at \(expected.t)"
        #expect(found.time == Timestamp(milliseconds: expected.t * 1000), place)
        #expect(found.isAdvisory == expected.advisory, place)
        #expect(found.isWarning == expected.warning, place)
        #expect((found.timeToLimit == nil) == (expected.secondsToLimit == nil), place)
        if let time = found.timeToLimit, let seconds = expected.secondsToLimit {
          // It is told in milliseconds.
          #expect(abs(time.inSeconds - seconds) < 0.001, place)
        }
        let numbers = found.statistics.map {
          [
            $0.slope, $0.score, $0.scoreVariance, $0.normalizedScore, $0.autocorrelation,
            $0.correctedScore,
          ]
        }
        #expect(numbers?.count == expected.statistics?.count, place)
        for (number, wanted) in zip(numbers ?? [], expected.statistics ?? []) {
          #expect(abs(number - wanted) <= 1e-9 * abs(wanted) + 1e-12, place)
        }
      }
    }
  }

  @Test func `a pause of a year costs a few buckets`() throws {
    let vector = try #require(try TrendVectors.load().first { $0.name == "slow decay" })
    var watch = TrendWatch(
      TrendWatch.Settings(
        interval: .seconds(vector.interval), low: vector.low, high: vector.high,
        resolution: vector.resolution))
    var last: TrendWatch.Finding?
    for (time, value) in zip(vector.t, vector.x) {
      last = watch.take(value, at: Timestamp(milliseconds: time * 1000)).last ?? last
    }
    #expect(last?.isAdvisory == true)
    let end = Timestamp(milliseconds: (vector.t.last ?? 0) * 1000)
    let findings = watch.pass(to: end + .seconds(365 * 86_400))
    // Nothing is known of the water since: what is missing does not clear a drift.
    #expect(findings.last?.isAdvisory == true)
    #expect(findings.last?.statistics == nil)
    #expect(findings.count == 30)
  }
}
