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
  private let top: [String: Any]
  /// What was found wrong so far, each with its key.
  private var mistakes: [String] = []

  /// The settings in the file at `path` for a series that comes every `interval`.
  ///
  /// - Throws: `CommandFailure` that names the file and every mistake in it: the key and what was expected.
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
    var file = QualitySettingsFile(top: top)
    let settings = file.settings(interval: interval)
    guard file.mistakes.isEmpty else {
      throw CommandFailure(
        lines: file.mistakes.map { "\(path): \($0)" }, exitCode: .configuration)
    }
    return settings
  }

  private init(top: [String: Any]) {
    self.top = top
  }

  /// What the file says; only of use where no mistake was noted.
  private mutating func settings(interval: Duration) -> QualitySettings {
    refuseOthers(
      top, than: ["gross", "spike", "rate_of_change", "flat_line", "attenuated", "gap_hours"],
      in: "")
    var settings = QualitySettings(failSpan: -Double.infinity...Double.infinity)
    if let gross = section("gross", keys: ["fail", "suspect"]) {
      settings.failSpan = span(gross, "gross", "fail") ?? settings.failSpan
      if gross["suspect"] != nil { settings.suspectSpan = span(gross, "gross", "suspect") }
      if let good = settings.suspectSpan, good.clamped(to: settings.failSpan) != good {
        note("gross.suspect", "found \(good)", "a span inside of 'fail', \(settings.failSpan)")
      }
    }
    if let spike = section("spike", keys: ["suspect", "fail", "method"]) {
      require(spike, "spike", "method", is: "differential")
      settings.spike = levels(spike, "spike")
    }
    if let rate = section("rate_of_change", keys: ["suspect", "fail"]) {
      settings.rateOfChange = levels(rate, "rate_of_change")
    }
    settings.flatLine = flatLine(interval: interval)
    settings.attenuation = attenuation()
    if top["gap_hours"] != nil {
      settings.gap = number(top, "", "gap_hours").map {
        seconds(($0 * 3600).rounded(.towardZero))
      }
    }
    return settings
  }

  private mutating func flatLine(interval: Duration) -> QualitySettings.FlatLine? {
    guard let flat = section("flat_line", keys: ["suspect", "fail", "tolerance"]) else {
      return nil
    }
    let times = levels(flat, "flat_line")
    let tolerance = number(flat, "flat_line", "tolerance")
    guard let times, let tolerance else { return nil }
    let line = QualitySettings.FlatLine(
      suspect: seconds(times.suspect), fail: seconds(times.fail), tolerance: tolerance,
      interval: interval)
    if line == nil {
      note(
        "flat_line", "found \(times.suspect) and \(times.fail) s",
        "at least the interval of \(interval.inSeconds) s")
    }
    return line
  }

  private mutating func attenuation() -> QualitySettings.Attenuation? {
    let keys: Set = ["suspect", "fail", "period", "min_obs", "type"]
    guard let quiet = section("attenuated", keys: keys) else { return nil }
    require(quiet, "attenuated", "type", is: "std")
    let count = quiet["min_obs"] == nil ? 1 : wholeNumber(quiet, "attenuated", "min_obs")
    // The less a series moves, the worse.
    let levels = levels(quiet, "attenuated", failsBelow: true)
    let period = number(quiet, "attenuated", "period")
    guard let count, let levels, let period else { return nil }
    return QualitySettings.Attenuation(
      levels: levels, period: seconds(period), minimumCount: count)
  }

  // MARK: Keys

  private func seconds(_ seconds: Double) -> Duration {
    .milliseconds(Int64((seconds * 1000).rounded()))
  }

  private mutating func section(_ name: String, keys: Set<String>) -> [String: Any]? {
    guard let value = top[name] else { return nil }
    guard let section = value as? [String: Any] else {
      note(name, "found \(value)", "an object")
      return nil
    }
    refuseOthers(section, than: keys, in: name)
    return section
  }

  private mutating func refuseOthers(
    _ section: [String: Any], than keys: Set<String>, in name: String
  ) {
    for key in section.keys.sorted() where !keys.contains(key) {
      note(
        name.isEmpty ? key : "\(name).\(key)", "found an unknown key",
        "one of \(keys.sorted().joined(separator: ", "))")
    }
  }

  private mutating func require(
    _ section: [String: Any], _ name: String, _ key: String, is word: String
  ) {
    guard let found = section[key], found as? String != word else { return }
    note("\(name).\(key)", "found '\(found)'", "'\(word)'")
  }

  private mutating func levels(
    _ section: [String: Any], _ name: String, failsBelow: Bool = false
  ) -> QualitySettings.Levels? {
    let suspect = number(section, name, "suspect")
    let fail = number(section, name, "fail")
    guard let suspect, let fail else { return nil }
    if failsBelow ? fail > suspect : fail < suspect {
      note(
        "\(name).fail", "found \(fail)",
        "at \(failsBelow ? "most" : "least") 'suspect', \(suspect)")
    }
    return QualitySettings.Levels(suspect: suspect, fail: fail)
  }

  private mutating func span(
    _ section: [String: Any], _ name: String, _ key: String
  ) -> ClosedRange<Double>? {
    guard let ends = section[key] as? [Double], ends.count == 2, ends[0] <= ends[1] else {
      note(
        "\(name).\(key)", section[key].map { "found \($0)" } ?? "found nothing",
        "two numbers, the lower first")
      return nil
    }
    return ends[0]...ends[1]
  }

  /// A number that is not negative, and of which no time overflows.
  private mutating func number(
    _ section: [String: Any], _ name: String, _ key: String
  ) -> Double? {
    guard let value = section[key] as? Double, value >= 0, value <= 1e9 else {
      note(
        name.isEmpty ? key : "\(name).\(key)",
        section[key].map { "found \($0)" } ?? "found nothing",
        "a number from 0 to 1e9")
      return nil
    }
    return value
  }

  /// A number of values, from 1 on.
  private mutating func wholeNumber(
    _ section: [String: Any], _ name: String, _ key: String
  ) -> Int? {
    guard let value = number(section, name, key) else { return nil }
    guard value >= 1, let whole = Int(exactly: value) else {
      note("\(name).\(key)", "found \(value)", "a whole number from 1 on")
      return nil
    }
    return whole
  }

  private mutating func note(_ key: String, _ found: String, _ expected: String) {
    mistakes.append("\(key): \(found), expected \(expected)")
  }
}
