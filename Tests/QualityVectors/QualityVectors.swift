import Foundation
public import PoolModel

/// What ioos_qc 3.0.0 says about 24 series of seeded, troubled pool water.
public struct QualityVectors: Decodable {
  /// One series, a sample a minute.
  public struct Case: Decodable {
    /// What is wrong with it.
    public let name: String
    /// The thresholds.
    public let config: Config
    /// Seconds since the epoch.
    public let t: [Int64]
    /// The values; nil is missing.
    public let x: [Double?]
    /// Beside each value its flag, by test.
    public let flags: [String: [UInt8]]
  }

  /// Thresholds as the vectors have them.
  public struct Config: Decodable {
    private struct Gross: Decodable {
      let fail: [Double]
      let suspect: [Double]
    }
    private struct Pair: Decodable {
      let suspect: Double
      let fail: Double
    }
    private struct FlatLine: Decodable {
      let suspect: Int64
      let fail: Int64
      let tolerance: Double
    }
    private struct Attenuated: Decodable {
      let suspect: Double
      let fail: Double
      let period: Int64
      // The key of the vectors.
      let min_obs: Int
    }

    private let gross: Gross
    private let spike: Pair
    private let rate_of_change: Pair
    private let flat_line: FlatLine
    private let attenuated: Attenuated
    private let gap_hours: Double

    /// The same as ours.
    public var settings: QualitySettings {
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

  /// The series.
  public let cases: [Case]

  /// Reads them from among the fixtures of `QualityControlTests`.
  ///
  /// - Throws: when they are not there.
  public static func load() throws -> [Case] {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../QualityControlTests/Fixtures/qc_vectors.json")
    return try JSONDecoder().decode(QualityVectors.self, from: Data(contentsOf: url)).cases
  }
}
