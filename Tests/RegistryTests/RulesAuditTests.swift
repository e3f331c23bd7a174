import PoolModel
import Registry
import Testing

/// Files with several mistakes at once, as `poolwatch rules check` and `poolwatch config check` are given them.
///
/// Lines and columns are counted by eye in `Fixture`.
struct Slips: Sendable, CustomTestStringConvertible {
  let name: String
  /// In which file what is put in whose place.
  let edits: [(file: String, old: String, new: String)]
  /// Beginnings of what is named, in its order.
  let mistakes: [String]

  init(_ name: String, _ edits: [(String, String, String)], _ mistakes: [String]) {
    self.name = name
    self.edits = edits
    self.mistakes = mistakes
  }

  /// The same of lines that are put at the end of the rules, from line 9 on.
  init(rules lines: String, _ mistakes: [String]) {
    self.init(
      lines,
      [("rules.yaml", "    off_delay_seconds: 7\n", "    off_delay_seconds: 7\n\(lines)\n")],
      mistakes.map { "rules.yaml:\($0)" })
  }

  var testDescription: String { name }
}

@Suite struct `Every mistake is named with its place, all of a file at once` {
  @Test(arguments: [
    Slips(
      rules: "trend: {hp: {resolution: 0.1}, orp: {resolution: 1}, ph: {resolution: -1, step: 2}}",
      [
        "9:9: unknown parameter 'hp', expected one of free_chlorine, combined_chlorine,",
        "9:32: 'trend' watches 'orp', expected an entry of it in 'limits' as well",
        "9:71: 'resolution' is '-1', expected a number 0.0001…1000",
        "9:75: unknown key 'step', expected one of resolution",
      ]),
    Slips(
      rules: "trend: {hypochlorous_acid: {resolution: 0.1}}",
      ["9:9: unknown parameter 'hypochlorous_acid', expected one of free_chlorine,"]),
    Slips(
      rules: "trend: [ph]", ["9:8: 'trend' is a list, expected a mapping: lines 'key: value'"]),
    Slips(
      rules: "monitoring: {stuck: 1, bad_share: {percent: 0.01, window: 5}, clock_offset: {},\n"
        + "  gateway_offline: {minutes: -5, said_minutes: x}, orp_disagreement: [0.5],\n"
        + "  transmission_below: {percent: '75'}, silence: 5}",
      [
        "9:21: 'stuck' is '1', expected true or false",
        "9:35: 'window_minutes' is missing, expected a number 1…1440",
        "9:45: 'percent' is '0.01', expected a number 0.1…100",
        "9:51: unknown key 'window', expected one of percent, window_minutes",
        "9:77: 'seconds' is missing, expected a number of seconds 1…86400",
        "10:30: 'minutes' is '-5', expected a number 0.1…10080",
        "10:48: 'said_minutes' is 'x', expected a number 0…10080",
        "10:70: 'orp_disagreement' is a list, expected off or a mapping: lines 'key: value'",
        "11:33: 'percent' is the text '75', expected a number 0.1…100",
        "11:40: unknown key 'silence', expected one of stuck, bad_share, clock_offset,",
      ]),
    Slips(
      rules: "monitoring: {bad_share: {percent: 20, window_minutes: 9},\n"
        + "  gateway_offline: {minutes: 2}}",
      [
        "9:55: 'window_minutes' is 9, expected at least ten intervals of the plan, 10 minutes",
        "10:30: 'minutes' is 2, expected less than 'silence_seconds', 2 minutes",
      ]),
    Slips(
      rules: "circulation: {parameter: flwo, minimum: low, on_delay_seconds: -1}",
      [
        "9:14: 'off_delay_seconds' is missing, expected a number of seconds 0…86400",
        "9:41: 'minimum' is 'low', expected a number",
        "9:64: 'on_delay_seconds' is '-1', expected a number of seconds 0…86400",
      ]),
    Slips(
      rules: "silence_seconds: 300\nmonitorin: {}\n  ",
      [
        "9:1: 'silence_seconds' is given again, expected each key once (the first is in line 2)",
        "10:1: unknown key 'monitorin', expected one of kind, silence_seconds,",
      ]),
    Slips(
      "all of the damping",
      [
        ("rules.yaml", "  ph:\n", "  hp: {deadband: 1}\n  ph:\n"),
        ("rules.yaml", "    deadband: 0.05\n", "    deadband: -1\n    deadband: 2\n"),
        ("rules.yaml", "on_delay_seconds: 6", "on_delay_seconds: -6"),
        ("rules.yaml", "off_delay_seconds: 7", "off_delay_seconds: 7 s\n    critical: {}"),
      ],
      [
        "rules.yaml:5:3: unknown parameter 'hp', expected one of free_chlorine,",
        "rules.yaml:5:7: 'off_delay_seconds' is missing, expected a number of seconds 0…86400",
        "rules.yaml:5:7: 'on_delay_seconds' is missing, expected a number of seconds 0…86400",
        "rules.yaml:8:5: 'deadband' is given again, expected each key once (the first is in line 7)",
        "rules.yaml:8:15: 'deadband' is 2, expected less than 0.8, the width of the limit in",
        "rules.yaml:9:23: 'on_delay_seconds' is '-6', expected a number of seconds 0…86400",
        "rules.yaml:10:24: 'off_delay_seconds' is '7 s', expected a number of seconds 0…86400",
        "rules.yaml:11:15: 'critical' is empty, expected 'low', 'high' or both",
      ]),
    Slips(
      "four files",
      [
        ("plan.yaml", "interval_seconds: 60", "interval_seconds: 60\ninterval_seconds: -60"),
        ("plan.yaml", "kind: indoor", "kind: in"),
        ("rules.yaml", "silence_seconds: 120", "silence_seconds: soon"),
        ("people.yaml", "role: inspector", "role: inspector\n    rank: 1"),
        ("profile.yaml", "to: 2020-12-31", "to: 2019-12-31"),
        ("profile.yaml", "mandatory: true", "mandatory: yes"),
      ],
      [
        "plan.yaml:7:1: 'interval_seconds' is given again, expected each key once",
        "plan.yaml:7:19: 'interval_seconds' is '-60', expected a number of seconds 0.1…86400",
        "plan.yaml:18:15: 'kind' is 'in', expected one of indoor, outdoor,",
        "profile.yaml:5:5: 'to' is 2019-12-31, which is before 'from' 2020-01-01",
        "profile.yaml:10:16: 'mandatory' is 'yes', expected true or false",
        "rules.yaml:2:18: 'silence_seconds' is 'soon', expected a number of seconds 0.2…604800",
        "people.yaml:6:5: unknown key 'rank', expected one of id, name, role,",
      ]),
  ])
  func `by load and by check`(slips: Slips) {
    var fixture = Fixture()
    for edit in slips.edits {
      fixture = fixture.replacing(edit.old, with: edit.new, in: edit.file)
    }
    for mistakes in [
      fixture.mistakes(),
      Configuration.checkRules(at: "rules.yaml", of: "poolwatch.yaml", read: fixture.read)
        .mistakes.map(\.description),
    ] {
      #expect(
        Set(
          mistakes.map { mistake in
            slips.mistakes.first { mistake.hasPrefix($0) } ?? mistake
          }) == Set(slips.mistakes), "\(mistakes)")
      #expect(mistakes.count == slips.mistakes.count)
    }
  }
}
