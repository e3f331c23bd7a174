import PoolModel
import Registry
import Testing

@Suite struct `Fast changes in the rules` {
  @Test func `are none where the file says nothing, and in the sample`() throws {
    #expect(try Fixture().load().rules.rates.isEmpty)
    let sample = try Configuration.load(
      path: "\(Samples.directory)/poolwatch.yaml", read: Samples.read)
    #expect(sample.rules.rates.isEmpty)
  }

  @Test func `have a speed and a time, or are off, and need no limit`() throws {
    let text =
      Fixture.rules + "rate_of_change: {orp: {per_minute: 5, minutes: 2}, ph: off}\n"
    let configuration = try Fixture().adding(text, as: "rules.yaml").load()
    let orp = try #require(configuration.plan.parameterNumber("orp"))
    #expect(
      configuration.rules.rates == [orp: RateRule(perMinute: 5, window: .seconds(120))])
  }

  @Test(arguments: [
    (
      "{ph: {per_minute: -1, minutes: 0, over: 5}}",
      [
        "9:35: 'per_minute' is '-1', expected a number 0.0001…1000000",
        "9:48: 'minutes' is '0', expected a number 0.1…1440",
        "9:51: unknown key 'over', expected one of per_minute, minutes",
      ]
    ),
    (
      "{ph: {minutes: 1.9, per_minute: 1}}",
      ["9:32: 'minutes' is 1.9, expected at least two intervals of the plan, 2 minutes"]
    ),
    (
      "{ph: {}, orp: on}",
      [
        "9:22: 'minutes' is missing, expected a number 0.1…1440",
        "9:22: 'per_minute' is missing, expected a number 0.0001…1000000",
        "9:31: 'orp' is 'on', expected off or a mapping: lines 'key: value'",
      ]
    ),
    (
      "{hp: {per_minute: 1, minutes: 5}}",
      ["9:18: unknown parameter 'hp', expected one of free_chlorine, "]
    ),
    ("5", ["9:17: 'rate_of_change' is '5', expected a mapping: lines 'key: value'"]),
  ])
  func `are refused with the place of what is wrong`(entry: String, mistakes: [String]) {
    let text = Fixture.rules + "rate_of_change: \(entry)\n"
    let found = Fixture().adding(text, as: "rules.yaml").mistakes()
    #expect(found.count == mistakes.count, "\(found)")
    for (found, mistake) in zip(found, mistakes) {
      #expect(found.hasPrefix("rules.yaml:\(mistake)"), "\(found)")
    }
  }

  // 2 × 50.7 s are 1.69 minutes, and 1.69 × 60 is less than 101.4 in doubles. 2 × 10.1 s are 0.33666… minutes.
  @Test(arguments: [
    ("50.7", "1.69", nil), ("50.7", "1.68", "1.69 minutes"), ("10.1", "0.34", nil),
    ("10.1", "0.33", "0.34 minutes"), ("30", "0.9", "1 minute"),
  ])
  func `have to last two intervals, said in minutes`(
    interval: String, minutes: String, least: String?
  ) {
    let text =
      Fixture.rules + "rate_of_change: {ph: {per_minute: 1, minutes: \(minutes)}}\n"
    let mistakes = Fixture().adding(text, as: "rules.yaml").replacing(
      "interval_seconds: 60", with: "interval_seconds: \(interval)", in: "plan.yaml"
    ).mistakes()
    let expected = least.map {
      "rules.yaml:9:47: 'minutes' is \(minutes), expected at least two intervals of the plan, \($0)"
    }
    #expect(mistakes == [expected].compactMap(\.self))
  }

  // 1.89 a minute is kept by the second, and 1.89 ÷ 60 × 60 is more than 1.89 in doubles; of 0.49 it is less.
  @Test(arguments: [
    (1.89, 1.89, true), (1.89, 1.88, false), (0.49, 0.49, true), (0.49, 0.48, false),
  ])
  func `that fail are known by what a person wrote`(fail: Double, rate: Double, isWarned: Bool) {
    let rules = `Rules that cannot have been meant`.sound.replacing(
      "trend: {ph: {resolution: 0.01}}", "rate_of_change: {ph: {per_minute: \(rate), minutes: 2}}"
    ).replacing(
      "expected: {low: 6, high: 9}",
      "rate_of_change: {suspect_per_minute: 0.1, fail_per_minute: \(fail)}")
    let fixture = Fixture().adding(rules, as: "rules.yaml")
    let found = Configuration.checkRules(at: "rules.yaml", of: "poolwatch.yaml", read: fixture.read)
    #expect(found.mistakes.isEmpty)
    let warning =
      "rules.yaml:16:35: 'per_minute' is \(rate), and 'quality' fails values that change by \(fail) a minute: they are never looked at, expected less"
    #expect(found.warnings.map(\.description) == (isWarned ? [warning] : []))
  }

  @Test(arguments: [
    ("per_minute: 0.003, minutes: 4", []),
    (
      "per_minute: 0.0025, minutes: 4",
      [
        "35: 'per_minute' is 0.0025, 0.01 in 4 minutes, and one step of the sensor of lotus/main is 0.01: noise makes alarms come and go, expected more"
      ]
    ),
    // Without thresholds of its own pH fails when it changes by 1.5 a minute.
    ("per_minute: 1.4, minutes: 2", []),
    (
      "per_minute: 1.5, minutes: 9",
      [
        "35: 'per_minute' is 1.5, and 'quality' fails values that change by 1.5 a minute: they are never looked at, expected less"
      ]
    ),
    (
      "per_minute: 0.1, minutes: 140",
      [
        "35: 'per_minute' is 0.1, 14 in 140 minutes, and the plausible range of ph is 0…14: it can never be reached, expected less"
      ]
    ),
  ])
  func `that say nothing are a warning`(entry: String, warnings: [String]) {
    let fixture = Fixture().adding(
      `Rules that cannot have been meant`.sound.replacing(
        "trend: {ph: {resolution: 0.01}}", "rate_of_change: {ph: {\(entry)}}"),
      as: "rules.yaml")
    let found = Configuration.checkRules(
      at: "rules.yaml", of: "poolwatch.yaml", read: fixture.read)
    #expect(found.mistakes.isEmpty)
    #expect(found.warnings.map(\.description) == warnings.map { "rules.yaml:16:\($0)" })
  }
}
