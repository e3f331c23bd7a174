import PoolModel
import Registry
import Testing

@Suite struct `Rules that cannot have been meant` {
  /// Rules of which nothing looks wrong beside the other files: 60 s between readings, free chlorine and pH
  /// required, pH 7.0 to below 7.8 limited.
  static let sound = """
    kind: rules
    silence_seconds: 300
    broker_down_seconds: 15
    limits:
      ph:
        deadband: 0.05
        on_delay_seconds: 120
        off_delay_seconds: 7
        critical: {low: 6.5, high: 8.2}
    quality:
      parameters:
        ph: {expected: {low: 6, high: 9}}
    monitoring:
      bad_share: {percent: 20, window_minutes: 60}
    circulation: {minimum: 1, on_delay_seconds: 120, off_delay_seconds: 60}
    trend: {ph: {resolution: 0.01}}

    """

  /// What is found with `new` in the place of `old`.
  func found(
    _ old: String, _ new: String, in file: String = "rules.yaml"
  ) -> (mistakes: [String], warnings: [String]) {
    let fixture = Fixture().adding(Self.sound, as: "rules.yaml").replacing(old, with: new, in: file)
    let found = Configuration.checkRules(
      at: "rules.yaml", of: "poolwatch.yaml", read: fixture.read)
    return (found.mistakes.map(\.description), found.warnings.map(\.description))
  }

  @Test func `rules of which nothing looks wrong bring no warning`() {
    let found = found("kind", "kind")
    #expect(found.mistakes.isEmpty)
    #expect(found.warnings.isEmpty)
  }

  @Test(arguments: [
    (
      "deadband: 0.05", "deadband: 0",
      "6:15: 'deadband' is 0, expected more: noise at the limit makes alarms come and go"
    ),
    (
      "deadband: 0.05", "deadband: 0.009",
      "6:15: 'deadband' is 0.009, expected at least 0.01, one step of the sensor of lotus/main: noise at the limit makes alarms come and go"
    ),
    (
      "on_delay_seconds: 120\n    off", "on_delay_seconds: 119\n    off",
      "7:23: 'on_delay_seconds' is 119, expected at least two intervals of the plan, 120 s: an alarm takes two readings in any case"
    ),
    // The one pool with a limit is open for 16 hours.
    (
      "on_delay_seconds: 120\n    off", "on_delay_seconds: 57600\n    off",
      "7:23: 'on_delay_seconds' is 57600, and no pool with a limit on ph is open for so long: nothing is ever raised, expected less than 57600 s"
    ),
    (
      "low: 6.5", "low: 7",
      "9:21: 'critical.low' is 7, which is inside the limit in profile.yaml:7: every alarm of it is critical, expected less than 7"
    ),
    (
      "high: 8.2", "high: 7.5",
      "9:32: 'critical.high' is 7.5, which is inside the limit in profile.yaml:7: every alarm of it is critical, expected more than 7.8"
    ),
    (
      "high: 8.2", "high: 14",
      "9:32: 'critical.high' is 14, the plausible range of ph is 0…14: it can never be reached, expected a level inside"
    ),
    (
      "  ph:\n    deadband",
      "  orp: {deadband: 5, on_delay_seconds: 120, off_delay_seconds: 60}\n  ph:\n    deadband",
      "5:3: no profile limits 'orp': this judges nothing, expected a parameter that is limited"
    ),
    (
      "expected: {low: 6, high: 9}", "expected: {low: 0, high: 14}",
      "12:5: 'expected' is all of the plausible range, 0…14: it makes nothing suspect, expected another threshold or off"
    ),
    (
      "expected: {low: 6, high: 9}", "spike: {suspect: 14, fail: 20}",
      "12:5: 'spike' says suspect at 14, as far apart as plausible values are: it can never be reached, expected another threshold or off"
    ),
    // 14 in a minute are all of the plausible range in one interval.
    (
      "expected: {low: 6, high: 9}",
      "rate_of_change: {suspect_per_minute: 14, fail_per_minute: 15}",
      "12:5: 'rate_of_change' says suspect at 14 in one interval of the plan, as far apart as plausible values are: it can never be reached, expected another threshold or off"
    ),
    (
      "expected: {low: 6, high: 9}",
      "flat_line: {suspect_hours: 1, fail_hours: 2, tolerance: 0}",
      "12:5: 'flat_line' has a 'tolerance' of 0, and rest is a range below it: it can never be reached, expected another threshold or off"
    ),
    // The store keeps 30 days, 720 hours; ten minutes have ten values.
    (
      "expected: {low: 6, high: 9}",
      "attenuated: {suspect: 0.01, fail: 0.001, period_minutes: 10, minimum_count: 11}",
      "12:5: 'attenuated' wants 11 values in a period that has 10 at the plan's interval, 60 s: it can never be reached, expected another threshold or off"
    ),
    (
      "percent: 20", "percent: 100",
      "14:24: 'percent' is 100: more than all that is due never fails, expected less than 100"
    ),
    (
      "minimum: 1", "minimum: -10000",
      "15:24: 'minimum' is -10000, the plausible range of flow is -10000…10000: water never stands, expected a number inside"
    ),
    (
      "on_delay_seconds: 120, off", "on_delay_seconds: 60, off",
      "15:45: 'on_delay_seconds' is 60, expected at least two intervals of the plan, 120 s: an alarm takes two readings in any case"
    ),
  ])
  func `is a warning with its place`(old: String, new: String, warning: String) {
    let found = found(old, new)
    #expect(found.mistakes.isEmpty)
    #expect(found.warnings == ["rules.yaml:\(warning)"])
  }

  @Test func `what is made of required parameters and limited ought to be judged`() {
    let fixture = Fixture().adding(Self.sound, as: "rules.yaml")
      .replacing("ph]", with: "ph, temperature]", in: "plan.yaml")
      .adding(
        Fixture.profile
          + """
            - derived: hypochlorous_acid
              low: {value: 0.4}
              mandatory: true
              clause: c
              source: s
              status: primary

          """, as: "profile.yaml")
    let found = Configuration.checkRules(at: "rules.yaml", of: "poolwatch.yaml", read: fixture.read)
    #expect(found.mistakes.isEmpty)
    #expect(
      found.warnings.map(\.description) == [
        "rules.yaml:5:3: 'limits' has no 'hypochlorous_acid', which is made of what every pool reports, and profile.yaml:16 limits: it is not judged, expected an entry"
      ])
  }

  @Test func `a limit that no pool has, that is never left or that is not judged is a warning`() {
    #expect(
      found("kinds: [indoor]", "kinds: [foot_bath]", in: "profile.yaml").warnings == [
        "rules.yaml:5:3: no profile limits 'ph' for a pool of the plan, by kind and disinfectant: this judges nothing, expected a parameter that is limited",
        "rules.yaml:9:21: 'critical.low' is 6.5, and no mandatory limit on ph has a lower bound: it can never be reached, expected none",
        "rules.yaml:9:32: 'critical.high' is 8.2, and no mandatory limit on ph has an upper bound: it can never be reached, expected none",
        "rules.yaml:16:9: 'trend' watches 'ph', and no profile limits it mandatorily for a pool of the plan: no drift is ever seen, expected a parameter with such a limit, or off",
      ])
    #expect(
      found("low: {value: 7.0}", "low: {value: 0}", in: "profile.yaml").warnings.first
        == "rules.yaml:5:3: the lower bound of ph in profile.yaml:7 is at the end of its plausible range, 0…14: it can never be left, expected a bound inside"
    )
    #expect(
      found(
        "required: [free_chlorine, ph]", "required: [free_chlorine, ph, turbidity]", in: "plan.yaml"
      )
      .warnings.isEmpty)
    let other = "  orp: {deadband: 5, on_delay_seconds: 120, off_delay_seconds: 60}\n"
    let rules = Self.sound.split(separator: "\n", omittingEmptySubsequences: false)
    let without = (rules[..<4] + [other.dropLast()] + rules[9...]).joined(separator: "\n")
    let fixture = Fixture().adding(without, as: "rules.yaml")
    let warnings = Configuration.checkRules(
      at: "rules.yaml", of: "poolwatch.yaml", read: fixture.read
    ).warnings.map(\.description)
    #expect(
      warnings.contains(
        "rules.yaml:5:3: 'limits' has no 'ph', which every pool reports and profile.yaml:7 limits: it is not judged, expected an entry"
      ))
  }

  @Test func `all mistakes of all files are told beside the warnings`() {
    let fixture = Fixture().adding(
      Self.sound.replacing("broker_down_seconds: 15", "broker_down_seconds: -15")
        .replacing("deadband: 0.05", "deadband: 0").replacing("  ph: {exp", "  pH: {exp"),
      as: "rules.yaml"
    ).replacing("status: primary", with: "status: sure", in: "profile.yaml")
    let found = Configuration.checkRules(
      at: "rules.yaml", of: "poolwatch.yaml", read: fixture.read)
    #expect(
      found.mistakes.map(\.place) == ["rules.yaml:3:22", "rules.yaml:12:5", "profile.yaml:15:13"])
    #expect(found.warnings.map(\.place) == ["rules.yaml:6:15"])
  }

  @Test func `the file takes the place of the installation's own rules`() throws {
    let fixture = Fixture().adding(Self.sound, as: "new.yaml").adding("kind: x", as: "rules.yaml")
    let found = Configuration.checkRules(at: "new.yaml", of: "poolwatch.yaml", read: fixture.read)
    #expect(found.mistakes.isEmpty)
    let configuration = try Configuration.load(
      path: "poolwatch.yaml", rules: "new.yaml", read: fixture.read)
    #expect(configuration.rules.silence == .seconds(300))
    let lost = Configuration.checkRules(at: "lost.yaml", of: "poolwatch.yaml", read: fixture.read)
    #expect(
      lost.mistakes.map(\.description) == [
        "lost.yaml:1:1: 'lost.yaml' cannot be read (no such file), expected a readable file"
      ])
  }
}

extension String {
  func replacing(_ old: String, _ new: String) -> String {
    precondition(contains(old))
    return split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
      .joined(separator: new)
  }
}
