import ArgumentParser
import Foundation
import LinuxSystem
import PoolModel

/// The thresholds of quality control as a JSON file; keys and units as of ioos_qc's tests.
///
/// ```
/// {"gross": {"fail": [0, 14], "suspect": [0.1, 9]},
///  "spike": {"suspect": 0.1, "fail": 0.3},
///  "rate_of_change": {"suspect": 0.0008, "fail": 0.0033},
///  "flat_line": {"suspect": 900, "fail": 1800, "tolerance": 1e-9},
///  "attenuated": {"suspect": 0.004, "fail": 0.001, "period": 1800, "min_obs": 15},
///  "gap_hours": 0.1}
/// ```
/// Rates are per second, times in seconds. Every key may be left out.
struct QualitySettingsFile {
  private let path: String
  private let top: [String: Any]

  /// The settings in the file at `path` for a series that comes every `interval`.
  ///
  /// - Throws: `CommandFailure` that names the file, the key and what was expected.
  static func load(path: String, interval: Duration) throws -> QualitySettings {
    let bytes: [UInt8]
    do {
      bytes = try Files.bytes(atPath: path)
    } catch {
      throw CommandFailure("\(path) cannot be read: \(error)", exitCode: .failure)
    }
    let value: Any
    do {
      value = try JSONSerialization.jsonObject(with: Data(bytes))
    } catch {
      let detail = (error as NSError).userInfo[NSDebugDescriptionErrorKey] ?? "it cannot be read"
      throw CommandFailure("\(path): no JSON: \(detail)", exitCode: .configuration)
    }
    guard let top = value as? [String: Any] else {
      throw CommandFailure("\(path): expected an object", exitCode: .configuration)
    }
    return try QualitySettingsFile(path: path, top: top).settings(interval: interval)
  }

  private func settings(interval: Duration) throws -> QualitySettings {
    try refuseOthers(
      top, than: ["gross", "spike", "rate_of_change", "flat_line", "attenuated", "gap_hours"],
      in: "")
    var settings = QualitySettings(failSpan: -Double.infinity...Double.infinity)
    if let gross = try section("gross", keys: ["fail", "suspect"]) {
      settings.failSpan = try span(gross, "gross", "fail")
      if gross["suspect"] != nil { settings.suspectSpan = try span(gross, "gross", "suspect") }
    }
    if let spike = try section("spike", keys: ["suspect", "fail", "method"]) {
      try require(spike, "spike", "method", is: "differential")
      settings.spike = try levels(spike, "spike")
    }
    if let rate = try section("rate_of_change", keys: ["suspect", "fail"]) {
      settings.rateOfChange = try levels(rate, "rate_of_change")
    }
    if let flat = try section("flat_line", keys: ["suspect", "fail", "tolerance"]) {
      let times = try levels(flat, "flat_line")
      guard
        let line = QualitySettings.FlatLine(
          suspect: seconds(times.suspect), fail: seconds(times.fail),
          tolerance: try number(flat, "flat_line", "tolerance"), interval: interval)
      else {
        throw mistake(
          "flat_line", "found \(times.suspect) and \(times.fail) s",
          "at least the interval of \(interval.inSeconds) s")
      }
      settings.flatLine = line
    }
    if let quiet = try section(
      "attenuated", keys: ["suspect", "fail", "period", "min_obs", "type"])
    {
      try require(quiet, "attenuated", "type", is: "std")
      let count = quiet["min_obs"] == nil ? 1 : try number(quiet, "attenuated", "min_obs")
      settings.attenuation = QualitySettings.Attenuation(
        levels: try levels(quiet, "attenuated"),
        period: seconds(try number(quiet, "attenuated", "period")),
        minimumCount: Int(count))
    }
    if top["gap_hours"] != nil {
      settings.gap = seconds((try number(top, "", "gap_hours") * 3600).rounded(.towardZero))
    }
    return settings
  }

  private func seconds(_ seconds: Double) -> Duration {
    .milliseconds(Int64((seconds * 1000).rounded()))
  }

  private func section(_ name: String, keys: Set<String>) throws -> [String: Any]? {
    guard let value = top[name] else { return nil }
    guard let section = value as? [String: Any] else {
      throw mistake(name, "found \(value)", "an object")
    }
    try refuseOthers(section, than: keys, in: name)
    return section
  }

  private func refuseOthers(
    _ section: [String: Any], than keys: Set<String>, in name: String
  ) throws {
    for key in section.keys.sorted() where !keys.contains(key) {
      throw mistake(
        name.isEmpty ? key : "\(name).\(key)", "found an unknown key",
        "one of \(keys.sorted().joined(separator: ", "))")
    }
  }

  private func require(
    _ section: [String: Any], _ name: String, _ key: String, is word: String
  ) throws {
    guard let found = section[key] else { return }
    guard found as? String == word else {
      throw mistake("\(name).\(key)", "found '\(found)'", "'\(word)'")
    }
  }

  private func levels(
    _ section: [String: Any], _ name: String
  ) throws -> QualitySettings.Levels {
    QualitySettings.Levels(
      suspect: try number(section, name, "suspect"), fail: try number(section, name, "fail"))
  }

  private func span(
    _ section: [String: Any], _ name: String, _ key: String
  ) throws -> ClosedRange<Double> {
    guard let ends = section[key] as? [Double], ends.count == 2, ends[0] <= ends[1] else {
      throw mistake(
        "\(name).\(key)", section[key].map { "found \($0)" } ?? "found nothing",
        "two numbers, the lower first")
    }
    return ends[0]...ends[1]
  }

  /// A number that is not negative, and of which no time overflows.
  private func number(
    _ section: [String: Any], _ name: String, _ key: String
  ) throws -> Double {
    guard let value = section[key] as? Double, value >= 0, value <= 1e9 else {
      throw mistake(
        name.isEmpty ? key : "\(name).\(key)",
        section[key].map { "found \($0)" } ?? "found nothing",
        "a number from 0 to 1e9")
    }
    return value
  }

  private func mistake(_ key: String, _ found: String, _ expected: String) -> CommandFailure {
    CommandFailure("\(path): \(key): \(found), expected \(expected)", exitCode: .configuration)
  }
}
