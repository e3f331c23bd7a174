import PoolModel

/// The thresholds of quality control as their file has them; what they are about is known only beside a plan.
struct QualityDraft {
  var parameters: [QualityEntry] = []
  var pools: [(id: Placed<PoolID>, entries: [QualityEntry])] = []
}

/// What a file says of one parameter: nil where it says nothing of a test.
struct QualityEntry {
  /// When a series rests, as times.
  struct Rest {
    let suspect: Placed<Duration>
    let fail: Duration
    let tolerance: Double
  }

  /// A test that is made by a setting, or not made.
  enum Choice<Setting> {
    case off
    case on(Setting)

    /// The setting; nil when the test is not made.
    var setting: Setting? { if case .on(let setting) = self { setting } else { nil } }
  }

  let parameter: Placed<String>
  let expected: Choice<ClosedRange<Double>>?
  let spike: Choice<QualitySettings.Levels>?
  let rateOfChange: Choice<QualitySettings.Levels>?
  let flatLine: Choice<Rest>?
  let attenuation: Choice<QualitySettings.Attenuation>?
}

/// Reads `quality` in a file of the kind `rules`.
struct QualityReader {
  let report: Report

  func quality(_ root: inout Section) -> QualityDraft {
    var draft = QualityDraft()
    guard var section = root.optionalSection("quality") else { return draft }
    if let parameters = section.optionalSection("parameters") {
      draft.parameters = parameters.namedPairs().compactMap { entry($0) }
    }
    if let pools = section.optionalSection("pools") {
      for pair in pools.namedPairs() {
        guard let id = PoolID(pair.key) else {
          report.add(pair.place, "\(quoted(pair.key)) is no pool, expected venue/pool")
          continue
        }
        guard let parameters = Section(pair.value, name: quoted(pair.key), report: report)
        else { continue }
        draft.pools.append(
          (
            Placed(value: id, place: pair.place),
            parameters.namedPairs().compactMap { entry($0) }
          ))
      }
    }
    section.end()
    return draft
  }

  private func entry(_ pair: Element.Pair) -> QualityEntry? {
    guard var section = Section(pair.value, name: quoted(pair.key), report: report) else {
      return nil
    }
    let entry = QualityEntry(
      parameter: Placed(value: pair.key, place: pair.place),
      expected: choice("expected", of: &section, expected),
      spike: choice("spike", of: &section) { levels("suspect", "fail", of: &$0) },
      rateOfChange: choice("rate_of_change", of: &section) {
        levels("suspect_per_minute", "fail_per_minute", of: &$0).map {
          QualitySettings.Levels(suspect: $0.suspect / 60, fail: $0.fail / 60)
        }
      },
      flatLine: choice("flat_line", of: &section, rest),
      attenuation: choice("attenuated", of: &section, attenuation))
    section.end()
    return entry
  }

  /// What `key` says: `off`, or a mapping that `read` reads; nil when it is not there, or wrong.
  private func choice<Setting>(
    _ key: String, of section: inout Section, _ read: (inout Section) -> Setting?
  ) -> QualityEntry.Choice<Setting>? {
    guard let element = section.element(key) else { return nil }
    switch Switched(element, name: "'\(key)'", report: report) {
    case .off: return .off
    case .on(var test):
      let setting = read(&test)
      test.end()
      return setting.map { .on($0) }
    case nil: return nil
    }
  }

  private func expected(_ section: inout Section) -> ClosedRange<Double>? {
    let low = section.placed("low", .anyNumber)
    let high = section.placed("high", .anyNumber)
    guard let low, let high else { return nil }
    guard low.value < high.value else {
      report.add(
        high.place,
        "'high' is \(shown(high.value)), expected more than 'low', which is \(shown(low.value))")
      return nil
    }
    return low.value...high.value
  }

  /// Two bounds, the one to fail at not the smaller.
  private func levels(
    _ suspectKey: String, _ failKey: String, of section: inout Section
  ) -> QualitySettings.Levels? {
    let suspect = section.placed(suspectKey, .number(0...1_000_000))
    let fail = section.placed(failKey, .number(0...1_000_000))
    guard let suspect, let fail else { return nil }
    guard fail.value >= suspect.value else {
      report.add(
        fail.place,
        "'\(failKey)' is \(shown(fail.value)), expected at least '\(suspectKey)', which is"
          + " \(shown(suspect.value))")
      return nil
    }
    return QualitySettings.Levels(suspect: suspect.value, fail: fail.value)
  }

  private func rest(_ section: inout Section) -> QualityEntry.Rest? {
    let hours = Self.restHours
    let suspect = section.placed("suspect_hours", .number(0...hours))
    let fail = section.placed("fail_hours", .number(0...hours))
    let tolerance = section.placed("tolerance", .number(0...1_000_000))
    guard let suspect, let fail, let tolerance else { return nil }
    guard fail.value >= suspect.value else {
      report.add(
        fail.place,
        "'fail_hours' is \(shown(fail.value)), expected at least 'suspect_hours', which is"
          + " \(shown(suspect.value))")
      return nil
    }
    return QualityEntry.Rest(
      suspect: Placed(value: duration(suspect.value * 3600), place: suspect.place),
      fail: duration(fail.value * 3600), tolerance: tolerance.value)
  }

  private func attenuation(_ section: inout Section) -> QualitySettings.Attenuation? {
    let suspect = section.placed("suspect", .number(0...1_000_000))
    let fail = section.placed("fail", .number(0...1_000_000))
    let minutes = section.value("period_minutes", .number(0.1...720))
    let count = section.value("minimum_count", .whole(1...10_000))
    guard let suspect, let fail, let minutes, let count else { return nil }
    guard fail.value <= suspect.value else {
      report.add(
        fail.place,
        "'fail' is \(shown(fail.value)), expected at most 'suspect', which is"
          + " \(shown(suspect.value))")
      return nil
    }
    return QualitySettings.Attenuation(
      levels: .init(suspect: suspect.value, fail: fail.value), period: duration(minutes * 60),
      minimumCount: count)
  }

  private func duration(_ seconds: Double) -> Duration {
    .milliseconds(Int64((seconds * 1000).rounded()))
  }

  /// Thirty days: what rests longer is found by a person first, and a series is read back so far at the start.
  private static let restHours = 720.0
}
