import PoolModel
import Registry
import Testing

extension `Rules that cannot have been meant` {
  @Test func `a drift that is never seen is a warning`() {
    let words =
      "rules.yaml:16:9: 'trend' watches 'ph', and no profile limits it mandatorily for a pool of the plan: no drift is ever seen, expected a parameter with such a limit, or off"
    #expect(
      found("mandatory: true", "mandatory: false", in: "profile.yaml").warnings.contains(words))
    #expect(
      found("kinds: [indoor]", "kinds: [foot_bath]", in: "profile.yaml").warnings.contains(words))
    #expect(
      found("resolution: 0.01", "resolution: 14").warnings == [
        "rules.yaml:16:26: 'resolution' is 14, the plausible range of ph is 0…14: no drift is ever seen, expected the sensor's smallest step"
      ])
  }

  // The hours of lotus/main, in Shanghai, where hours begin when those of UTC do. Drifts are in line 16. Buckets are of
  // two minutes: a drift is seen with the 24th, which ends with a value in the 25th.
  @Test(arguments: [
    ("10:00", "16:00", nil),
    // Six hours have some of it.
    ("10:30", "15:10", nil),
    ("22:30", "03:10", nil),
    (
      "10:00", "15:00",
      "warned of at lotus/main, as it is open in 5 hours of a day, expected at least 6 hours, or 'beyond_last_day: false'"
    ),
    (
      "22:00", "02:30",
      "warned of at lotus/main, as it is open in 5 hours of a day, expected at least 6 hours, or 'beyond_last_day: false'"
    ),
    (
      "10:00", "10:47",
      "warned of at lotus/main, as it is open in 1 hour of a day, expected at least 6 hours, or 'beyond_last_day: false'"
    ),
    (
      "10:00", "10:46",
      "seen at lotus/main, as it is open for 46 minutes at a stretch, expected more than 46 minutes, or off"
    ),
  ])
  func `a drift at a pool that is open for too short a time is a warning`(
    opens: String, closes: String, words: String?
  ) {
    let found = found(
      "from: \"06:00\", to: \"22:00\"", "from: \"\(opens)\", to: \"\(closes)\"", in: "plan.yaml")
    #expect(found.mistakes.isEmpty)
    #expect(found.warnings.count == (words == nil ? 0 : 1))
    let start = words.map { "rules.yaml:16:9: a drift of ph can never be \($0)" } ?? ""
    #expect(found.warnings.allSatisfy { $0.hasPrefix(start) }, "\(found.warnings)")
  }

  @Test func `a drift at pools that are open for too short a time says what else would do`() {
    let short = Fixture().adding(Self.sound, as: "rules.yaml")
      .replacing(
        "from: \"06:00\", to: \"22:00\"", with: "from: \"10:00\", to: \"15:00\"", in: "plan.yaml")
    func warnings(_ fixture: Fixture) -> [String] {
      Configuration.checkRules(at: "rules.yaml", of: "poolwatch.yaml", read: fixture.read)
        .warnings.map(\.description)
    }
    let alike = short.replacing(
      "kinds: [indoor]\n    disinfectants: [chlorine]",
      with: "kinds: [indoor, children]\n    disinfectants: [chlorine, ozone]", in: "profile.yaml")
    #expect(
      warnings(alike) == [
        "rules.yaml:16:9: a drift of ph can never be warned of at lotus/main and 1 other pool, as it is open in 5 hours of a day, expected at least 6 hours, or 'beyond_last_day: false'"
      ])
    let anyDrift = short.replacing(
      "{resolution: 0.01}", with: "{resolution: 0.01, beyond_last_day: false}", in: "rules.yaml")
    #expect(warnings(anyDrift).isEmpty)
    // On that day it is open for longer.
    let festival = short.replacing(
      "    pools:",
      with: "    opening_exceptions:\n"
        + "      - {date: 2026-05-01, hours: [{from: \"08:00\", to: \"20:00\"}]}\n    pools:",
      in: "plan.yaml")
    #expect(warnings(festival).isEmpty)
    let closed = short.replacing(
      "    pools:", with: "    opening_exceptions: [{date: 2026-05-01}]\n    pools:",
      in: "plan.yaml")
    #expect(warnings(closed).count == 1)
  }

  // Buckets of seven minutes, and blocks of eight of them, counted from 1970 by a script: 180 in a week, so that
  // they lie alike each Sunday and each Monday.
  @Test(arguments: [
    ("13:00", "in 3.73 hours of a day, expected at least 5.6 hours"),
    ("14:00", "in 4.67 hours of a day, expected at least 5.6 hours"), ("15:00", nil),
    ("12:41", "for 161 minutes at a stretch, expected more than 161 minutes"),
  ])
  func `a drift at a slower plan asks for longer hours`(closes: String, words: String?) {
    let rules = Self.sound.replacing("silence_seconds: 300", "silence_seconds: 3000")
      .replacing("window_minutes: 60", "window_minutes: 70")
    let fixture = Fixture().adding(rules, as: "rules.yaml")
      .replacing("interval_seconds: 60", with: "interval_seconds: 420", in: "plan.yaml")
      .replacing(
        "from: \"06:00\", to: \"22:00\"", with: "from: \"10:00\", to: \"\(closes)\"",
        in: "plan.yaml")
    let found = Configuration.checkRules(at: "rules.yaml", of: "poolwatch.yaml", read: fixture.read)
    #expect(found.mistakes.isEmpty, "\(found.mistakes)")
    let drifts = found.warnings.map(\.description).filter { $0.contains("a drift of ph") }
    #expect(drifts.count == (words == nil ? 0 : 1))
    #expect(drifts.allSatisfy { $0.contains(words ?? "") }, "\(drifts)")
  }

  @Test func `all files together bring the warnings of their rules, too`() {
    let fixture = Fixture().adding(
      Self.sound.replacing("deadband: 0.05", "deadband: 0"), as: "rules.yaml")
    for paths in [
      ["poolwatch.yaml"], ["profile.yaml", "rules.yaml", "plan.yaml"],
      ["poolwatch.yaml", "rules.yaml"],
    ] {
      let found = Configuration.findings(in: paths, read: fixture.read)
      #expect(found.mistakes.isEmpty)
      #expect(found.warnings.map(\.place) == ["rules.yaml:6:15"])
    }
    // Without a plan nobody knows.
    #expect(Configuration.findings(in: ["rules.yaml"], read: fixture.read).warnings.isEmpty)
  }
}
