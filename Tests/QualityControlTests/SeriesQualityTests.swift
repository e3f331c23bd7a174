import PoolModel
import QualityVectors
import Testing

@testable import QualityControl

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
    let vectors = try QualityVectors.load()
    #expect(vectors.count == 24)
    var seen: [String: Set<UInt8>] = [:]
    for vector in vectors {
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
    let vectors = try QualityVectors.load()
    for vector in vectors {
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
