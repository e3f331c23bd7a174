import Foundation
import PoolModel
import Testing

@testable import QualityControl

/// What ioos_qc 3.0.0 says about 24 series of seeded, troubled pool water.
private struct Vectors: Decodable {
  struct Case: Decodable {
    let name: String
    let config: Config
    let t: [Int64]
    let x: [Double?]
    let flags: [String: [UInt8]]
  }

  struct Config: Decodable {
    struct Gross: Decodable {
      let fail: [Double]
      let suspect: [Double]
    }
    struct Pair: Decodable {
      let suspect: Double
      let fail: Double
    }
    struct FlatLine: Decodable {
      let suspect: Int64
      let fail: Int64
      let tolerance: Double
    }
    struct Attenuated: Decodable {
      let suspect: Double
      let fail: Double
      let period: Int64
      // The key of the vectors.
      let min_obs: Int
    }

    let gross: Gross
    let spike: Pair
    let rate_of_change: Pair
    let flat_line: FlatLine
    let attenuated: Attenuated
    let gap_hours: Double

    var settings: QualitySettings {
      var settings = QualitySettings(
        failSpan: gross.fail[0]...gross.fail[1], suspectSpan: gross.suspect[0]...gross.suspect[1])
      settings.spike = .init(suspect: spike.suspect, fail: spike.fail)
      settings.rateOfChange = .init(suspect: rate_of_change.suspect, fail: rate_of_change.fail)
      settings.flatLine = .init(
        suspect: .seconds(flat_line.suspect), fail: .seconds(flat_line.fail),
        tolerance: flat_line.tolerance, interval: .seconds(60))
      settings.attenuation = .init(
        levels: .init(suspect: attenuated.suspect, fail: attenuated.fail),
        period: .seconds(attenuated.period), minimumCount: attenuated.min_obs)
      settings.gap = .seconds(Int64(gap_hours * 3600))
      return settings
    }
  }

  let library: String
  let cases: [Case]

  static func load() throws -> Vectors {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/qc_vectors.json")
    return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
  }
}

/// The flags of a series, test by test, with each spike flag as it is in the end.
private func flags(
  _ values: [Double?], at times: [Timestamp], _ settings: QualitySettings
) -> [TestFlags] {
  var quality = SeriesQuality(settings)
  var all: [TestFlags] = []
  for (value, time) in zip(values, times) {
    let outcome = quality.take(value, at: time)
    if let spike = outcome.previousSpike { all[all.count - 1].spike = spike }
    all.append(outcome.flags)
  }
  return all
}

extension TestFlags {
  /// The flags by the names of the vectors.
  fileprivate var byName: [String: QualityFlag] {
    [
      "gross": grossRange, "spike": spike, "rate_of_change": rateOfChange, "flat_line": flatLine,
      "attenuated": attenuated, "gap": gap, "aggregate": aggregate,
    ]
  }
}

@Suite struct `Series quality against ioos_qc` {
  @Test func `every flag of every test of every series is the same`() throws {
    let vectors = try Vectors.load()
    #expect(vectors.cases.count == 24)
    var seen: [String: Set<UInt8>] = [:]
    for vector in vectors.cases {
      let found = flags(
        vector.x, at: vector.t.map { Timestamp(milliseconds: $0 * 1000) }, vector.config.settings)
      #expect(vector.flags.count == 7)
      for (name, expected) in vector.flags {
        #expect(found.map { $0.byName[name]?.rawValue } == expected, "\(vector.name) \(name)")
        seen[name, default: []].formUnion(expected)
      }
    }
    // Each test finds something to fail somewhere.
    #expect(seen.values.allSatisfy { $0.contains(4) })
  }

  @Test func `a series that goes on from its longest window has the same flags`() throws {
    let vectors = try Vectors.load()
    for vector in vectors.cases {
      let times = vector.t.map { Timestamp(milliseconds: $0 * 1000) }
      let settings = vector.config.settings
      let whole = flags(vector.x, at: times, settings)
      // 1800 s of one sample a minute is the longest window; one sample before it for the steps.
      for start in stride(from: 0, to: vector.x.count - 60, by: 7) {
        let part = flags(Array(vector.x[start...]), at: Array(times[start...]), settings)
        #expect(Array(part[32...]) == Array(whole[(start + 32)...]), "\(vector.name) from \(start)")
      }
    }
  }
}
