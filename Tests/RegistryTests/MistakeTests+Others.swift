import Registry
import Testing

@Suite struct `Mistakes in a profile` {
  static let file = "profile.yaml"

  @Test(arguments: [
    Wrong(file, "id: p1", "id: p 1", "profile.yaml:2:5: 'id' is 'p 1', expected 1…64"),
    Wrong(
      file, "from: 2020-01-01", "from: 2020-02-30",
      "profile.yaml:4:7: 'from' is '2020-02-30', expected a date YYYY-MM-DD"),
    Wrong(
      file, "to: 2020-12-31", "to: 2019-12-31",
      "profile.yaml:5:5: 'to' is 2019-12-31, which is before 'from' 2020-01-01"),
    Wrong(
      file, "to: 2020-12-31", "to: forever", "profile.yaml:5:5: 'to' is 'forever', expected a date"),
    Wrong(
      file, "parameter: ph", "parameter: pH",
      "profile.yaml:7:16: unknown parameter 'pH', expected one of free_chlorine,"),
    Wrong(
      file, "{value: 7.0}", "{value: 7.8}",
      "profile.yaml:9:19: 'high' is 7.8, expected more than 'low', which is 7.8"),
    Wrong(
      file, "{value: 7.0}", "{value: -1}",
      "profile.yaml:8:18: 'low' is -1, expected a number inside the plausible range of ph, 0…14"),
    Wrong(
      file, "{value: 7.0}", "{inclusive: true}",
      "profile.yaml:8:10: 'value' is missing, expected a number"),
    Wrong(
      file, "{value: 7.0}", "7.0",
      "profile.yaml:8:10: 'low' is '7.0', expected a mapping: lines 'key: value'"),
    Wrong(
      file, "inclusive: false", "inclusive: no",
      "profile.yaml:9:35: 'inclusive' is 'no', expected true or false"),
    Wrong(
      file, "    low: {value: 7.0}\n    high: {value: 7.8, inclusive: false}\n", "",
      "profile.yaml:7:5: the limit has no bound, expected 'low', 'high' or both"),
    Wrong(
      file, "mandatory: true", "mandatory: \"true\"",
      "profile.yaml:10:16: 'mandatory' is the text 'true', expected true or false"),
    Wrong(
      file, "[indoor]", "[indoor, indoors]",
      "profile.yaml:11:21: an item of 'kinds' is 'indoors', expected one of indoor,"),
    Wrong(file, "[indoor]", "[]", "profile.yaml:11:12: 'kinds' is an empty list"),
    Wrong(
      file, "status: primary", "status: sure",
      "profile.yaml:15:13: 'status' is 'sure', expected one of primary, secondary, unverified"),
    Wrong(file, "    clause: c\n", "", "profile.yaml:7:5: 'clause' is missing, expected text"),
  ])
  func `a wrong piece is one mistake at its place`(wrong: Wrong) {
    wrong.verify()
  }

  static let second = """
      - parameter: ph
        high: {value: 9}
        mandatory: false
        KINDS
        clause: c
        source: s
        status: unverified

    """

  @Test(arguments: [
    ("kinds: [outdoor, indoor]", true), ("kinds: [outdoor]", false),
    ("disinfectants: [ozone]", false), ("disinfectants: [bromine, chlorine]", true),
  ])
  func `two limits for the same water are a mistake`(kinds: String, isMistake: Bool) {
    let text = Fixture.profile + Self.second.replacing("KINDS", with: kinds)
    let expected =
      "profile.yaml:16:5: ph of a pool of kind indoor with chlorine is limited in line 7 too,"
      + " expected one limit for each parameter, kind and disinfectant"
    #expect(
      Fixture().adding(text, as: "profile.yaml").mistakes() == (isMistake ? [expected] : []))
  }

  @Test(arguments: [
    ("2020-12-31", "", true), ("2021-01-01", "", false), ("2019-01-01", "to: 2019-12-31", false),
    ("2019-01-01", "to: 2020-01-01", true),
  ])
  func `two profiles may not limit the same water on the same day`(
    from: String, to: String, isMistake: Bool
  ) {
    let text = Fixture.profile.replacing("id: p1", with: "id: p2")
      .replacing("from: 2020-01-01", with: "from: \(from)")
      .replacing("to: 2020-12-31", with: to)
    let mistakes = Fixture().adding(text, as: "second.yaml")
      .replacing("[profile.yaml]", with: "[profile.yaml, second.yaml]", in: "poolwatch.yaml")
      .mistakes()
    let expected =
      "second.yaml:7:5: ph of a pool of kind indoor with chlorine is limited in profile.yaml:7"
      + " too, in force on the same days, expected 'from' and 'to' that do not overlap"
    #expect(mistakes == (isMistake ? [expected] : []))
  }

  @Test func `two profiles may not have the same id`() {
    let text = Fixture.profile.replacing("2020-", with: "2021-")
    let mistakes = Fixture().adding(text, as: "second.yaml").check("profile.yaml", "second.yaml")
    #expect(
      mistakes == [
        "second.yaml:2:5: the profile id 'p1' is also in profile.yaml:2, expected one profile per id"
      ])
  }
}

@Suite struct `Mistakes in rules` {
  static let file = "rules.yaml"

  @Test(arguments: [
    Wrong(
      file, "silence_seconds: 120", "silence_seconds: 119.9",
      "rules.yaml:2:18: 'silence_seconds' is 119.9, expected at least two intervals of the plan, 120 s"
    ),
    Wrong(
      file, "broker_down_seconds: 15", "broker_down_seconds: -1",
      "rules.yaml:3:22: 'broker_down_seconds' is '-1', expected a number of seconds 0…86400"),
    Wrong(
      file, "  ph:", "  phh:",
      "rules.yaml:5:3: unknown parameter 'phh', expected one of free_chlorine, combined_chlorine, total_chlorine, ph, temperature, orp, turbidity, conductivity, cyanuric_acid, flow, water_level, hypochlorous_acid; did you mean 'ph'?"
    ),
    Wrong(
      file, "deadband: 0.05", "deadband: -0.05",
      "rules.yaml:6:15: 'deadband' is '-0.05', expected a number 0…1000000"),
    Wrong(
      file, "deadband: 0.05", "deadband: 0.8",
      "rules.yaml:6:15: 'deadband' is 0.8, expected less than 0.8, the width of the limit in profile.yaml:7"
    ),
    Wrong(
      file, "on_delay_seconds: 6", "on_delay_seconds: -0.1",
      "rules.yaml:7:23: 'on_delay_seconds' is '-0.1', expected a number of seconds 0…86400"),
    Wrong(
      file, "    off_delay_seconds: 7\n", "",
      "rules.yaml:6:5: 'off_delay_seconds' is missing, expected a number of seconds"),
    Wrong(
      file, "on_delay_seconds: 6", "on_delay: 6\n    on_delay_seconds: 6",
      "rules.yaml:7:5: unknown key 'on_delay', expected one of deadband, on_delay_seconds, off_delay_seconds"
    ),
  ])
  func `a wrong piece is one mistake at its place`(wrong: Wrong) {
    wrong.verify()
  }

  // The entry begins in line 10 at column 16.
  @Test(arguments: [
    ("ph: 3", "rules.yaml:10:20: 'ph' is '3', expected a mapping: lines 'key: value'"),
    (
      "phh: {spike: off}",
      "rules.yaml:10:16: unknown parameter 'phh', expected one of free_chlorine, combined_chlorine, total_chlorine, ph, temperature, orp, turbidity, conductivity, cyanuric_acid, flow, water_level; did you mean 'ph'?"
    ),
    (
      "ph: {spike: on}",
      "rules.yaml:10:28: 'spike' is 'on', expected off or a mapping: lines 'key: value'"
    ),
    (
      "ph: {spike: {suspect: 1}}",
      "rules.yaml:10:28: 'fail' is missing, expected a number 0…1000000"
    ),
    (
      "ph: {spike: {suspect: 1, fail: 0.5}}",
      "rules.yaml:10:47: 'fail' is 0.5, expected at least 'suspect', which is 1"
    ),
    (
      "ph: {expected: {low: 9, high: 6}}",
      "rules.yaml:10:46: 'high' is 6, expected more than 'low', which is 9"
    ),
    (
      "ph: {flat_line: {suspect_hours: 0.01, fail_hours: 1, tolerance: 0.1}}",
      "rules.yaml:10:48: 'suspect_hours' is 0.01, expected at least an interval of the plan, 60 s: one value alone is at rest"
    ),
    (
      "ph: {attenuated: {suspect: 1, fail: 2, period_minutes: 30, minimum_count: 5}}",
      "rules.yaml:10:52: 'fail' is 2, expected at most 'suspect', which is 1"
    ),
    (
      "ph: {spikes: off}",
      "rules.yaml:10:21: unknown key 'spikes', expected one of expected, spike, rate_of_change, flat_line, attenuated; did you mean 'spike'?"
    ),
  ])
  func `a wrong threshold is one mistake at its place`(entry: String, mistake: String) {
    let text = Fixture.rules + "quality: {\n  parameters: {\(entry)}}\n"
    #expect(Fixture().adding(text, as: "rules.yaml").mistakes() == [mistake])
  }

  @Test(arguments: [
    ("lotus/tiny", "unknown pool 'tiny', expected a pool of the venue 'lotus', one of main, small"),
    ("rose/main", "unknown venue 'rose', expected a venue of the plan, one of jade, lotus"),
    ("main", "'main' is no pool, expected venue/pool"),
  ])
  func `thresholds of a pool that is not in the plan are a mistake`(pool: String, words: String) {
    let text = Fixture.rules + "quality:\n  pools:\n    \(pool): {ph: {spike: off}}\n"
    #expect(
      Fixture().adding(text, as: "rules.yaml").mistakes() == ["rules.yaml:11:5: \(words)"])
  }

  @Test(arguments: ["0", "0.7", "0.799"])
  func `a deadband from zero to less than the band is accepted`(deadband: String) {
    let fixture = Fixture().replacing("0.05", with: deadband, in: "rules.yaml")
    #expect(fixture.mistakes().isEmpty)
  }

  @Test func `delays may be shorter than an interval and silence exactly two`() {
    let fixture = Fixture().replacing(
      "on_delay_seconds: 6", with: "on_delay_seconds: 0", in: "rules.yaml")
    #expect(fixture.mistakes().isEmpty)
  }
}

@Suite struct `Mistakes in people` {
  static let file = "people.yaml"

  @Test(arguments: [
    Wrong(
      file, "id: bob", "id: ann",
      "people.yaml:9:9: the person id 'ann' is also in line 3, expected one person per id"),
    Wrong(
      file, "role: inspector", "role: boss",
      "people.yaml:5:11: 'role' is 'boss', expected one of inspector, venue_staff"),
    Wrong(
      file, "channel: mail", "channel: sms",
      "people.yaml:6:14: 'channel' is 'sms', expected one of mail, log"),
    Wrong(
      file, "    address: ann@example.org\n", "",
      "people.yaml:3:5: 'address' is missing, expected a mail address"),
    Wrong(
      file, "ann@example.org", "ann@@example.org",
      "people.yaml:7:14: 'address' is 'ann@@example.org', expected a mail address"),
    Wrong(
      file, "ann@example.org", "Ann <ann@example.org>",
      "people.yaml:7:14: 'address' is 'Ann <ann@example.org>', expected a mail address"),
    Wrong(
      file, "channel: log", "channel: log\n    address: b@example.org",
      "people.yaml:13:14: 'address' is 'b@example.org', expected no address for the channel log"),
    Wrong(
      file, "[North]", "[Nort]",
      "people.yaml:8:15: unknown street 'Nort', expected a street of the plan, one of North, South; did you mean 'North'?"
    ),
    Wrong(
      file, "[jade]", "[jades]",
      "people.yaml:13:14: unknown venue 'jades', expected a venue of the plan, one of jade, lotus; did you mean 'jade'?"
    ),
    Wrong(
      file, "    venues: [jade]\n", "",
      "people.yaml:9:5: the person has no beat, expected 'streets', 'venues' or both"),
    Wrong(
      file, "[North]", "North", "people.yaml:8:14: 'streets' is 'North', expected a list of streets"
    ),
  ])
  func `a wrong piece is one mistake at its place`(wrong: Wrong) {
    wrong.verify()
  }
}
