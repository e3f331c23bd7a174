import PoolModel
import Registry
import Testing

@Suite struct `Mistakes in a limit's condition` {
  static let file = "profile.yaml"
  static let old = "    mandatory: true\n"

  private static func wrong(_ when: String, _ mistake: String) -> Wrong {
    Wrong(file, old, "    when: \(when)\n" + old, "profile.yaml:10:" + mistake)
  }

  @Test(arguments: [
    wrong("{parameter: orp}", "11: 'when' has no bound, expected 'from' or 'above', 'to' or"),
    wrong("{above: 1}", "11: 'parameter' is missing, expected 1…64"),
    wrong("{parameter: orb, above: 1}", "23: unknown parameter 'orb', expected one of"),
    wrong(
      "{parameter: orp, above: 1, from: 2}",
      "35: 'from' and 'above' are both given, expected one of them"),
    wrong(
      "{parameter: orp, to: 1, below: 2}",
      "42: 'to' and 'below' are both given, expected one of them"),
    wrong(
      "{parameter: orp, from: 700, below: 700}",
      "46: no value meets 'when': it ends at 700, expected more than 700, where it begins"),
    wrong(
      "{parameter: orp, above: 9999}",
      "35: the bound of 'when' is 9999, expected a number inside the plausible range of orp"),
    wrong(
      "{parameter: ph, above: 7}",
      "23: the limit on ph has a condition on ph, expected another parameter"),
    wrong("{parameter: orp, over: 7}", "28: unknown key 'over', expected one of parameter, from"),
    wrong("7.6", "11: 'when' is '7.6', expected a mapping"),
  ])
  func `a wrong piece is named at its place`(wrong: Wrong) {
    let mistakes = Fixture().replacing(wrong.old, with: wrong.new, in: wrong.file).mistakes()
    #expect(mistakes.contains { $0.hasPrefix(wrong.mistake) }, "\(mistakes)")
  }

  /// The limits of one parameter on conditions: which overlap, and where.
  @Test(
    arguments: [
      ("{parameter: orp, to: 700}", "{parameter: orp, above: 700}", nil),
      ("{parameter: orp, below: 700}", "{parameter: orp, from: 700}", nil),
      ("{parameter: orp, to: 700}", "{parameter: orp, from: 700}", "where orp is 700"),
      ("{parameter: orp, from: 600, to: 700}", "{parameter: orp, above: 650}", "where orp is 700"),
      (
        "{parameter: orp, above: 600, below: 700}", "{parameter: orp, above: 650}",
        "where orp is 675"
      ),
      (
        "{parameter: orp, to: 700}", "{parameter: turbidity, above: 700}",
        ", on conditions on turbidity and orp,"
      ),
      ("{parameter: orp, to: 700}", nil, ", with a condition and without one,"),
    ] as [(String, String?, String?)])
  func `conditions of one limit may not overlap`(
    first: String, second: String?, overlap: String?
  ) {
    let text = Fixture.profile.replacing(Self.old, with: "    when: \(first)\n" + Self.old)
    let other = """
        - parameter: ph
          high: {value: 9}\(second.map { "\n    when: \($0)" } ?? "")
          mandatory: true
          kinds: [indoor]
          clause: c
          source: s
          status: primary

      """
    let mistakes = Fixture().adding(text + other, as: "profile.yaml").mistakes()
    if let overlap {
      #expect(mistakes.count == 1, "\(mistakes)")
      let beginning = "profile.yaml:17:5: ph of a pool of kind indoor with chlorine"
      #expect(mistakes.first?.hasPrefix(beginning) == true, "\(mistakes)")
      #expect(mistakes.first?.contains(overlap) == true, "\(mistakes)")
      #expect(mistakes.first?.contains("is limited in line 7 too") == true, "\(mistakes)")
    } else {
      #expect(mistakes.isEmpty, "\(mistakes)")
    }
  }

  @Test(arguments: [
    Wrong(
      file, "parameter: ph", "derived: hypochlorous",
      "profile.yaml:7:14: 'derived' is 'hypochlorous', expected one of hypochlorous_acid"),
    Wrong(
      file, "parameter: ph", "parameter: ph\n    derived: hypochlorous_acid",
      "profile.yaml:7:16: 'parameter' and 'derived' are both given, expected one of them"),
    Wrong(
      file, "parameter: ph\n    low: {value: 7.0}",
      "derived: hypochlorous_acid\n    low: {value: -0.1}",
      "profile.yaml:8:18: 'low' is -0.1, expected a number inside the plausible range of"
        + " hypochlorous_acid, 0…20"),
    Wrong(
      "rules.yaml", "  ph:", "  hypochlorus_acid:",
      "rules.yaml:5:3: unknown parameter 'hypochlorus_acid', expected one of free_chlorine"),
  ])
  func `a wrong computed parameter is one mistake at its place`(wrong: Wrong) {
    wrong.verify()
  }

  @Test func `rules damp a computed parameter under its name, and one that is measured too`() throws
  {
    let fixture = Fixture().replacing("  ph:", with: "  combined_chlorine:", in: "rules.yaml")
    let rules = try fixture.load().rules
    #expect(rules.derived[.combinedChlorine]?.deadband == 0.05)
    #expect(rules.limits.values.map(\.deadband) == [0.05])
  }
}

@Suite struct `A district's own limit` {
  static let plan = "plan.yaml"

  private static func fixture(_ item: String) -> Fixture {
    Fixture().replacing(
      "venues:", with: "district_limits:\n  - {\(item)}\nvenues:", in: "plan.yaml")
  }

  @Test func `takes the place of the profile's bound, and keeps what it does not name`() throws {
    let text = Fixture.profile.replacing("kinds: [indoor]", with: "kinds: [indoor, outdoor]")
    let profile = try Self.fixture(
      "profile: p1, parameter: ph, low: {value: 6.8}, kinds: [indoor, children], reason: hard"
        + " water, by: Bureau, date: 2026-03-01"
    ).adding(text, as: "profile.yaml").load().profiles[0]
    #expect(profile.limits.count == 2)
    let outdoor = try #require(profile.limits.first { $0.kinds == [.outdoor] })
    #expect(outdoor.low == Bound(value: 7, isInclusive: true))
    #expect(outdoor.override == nil)
    let indoor = try #require(profile.limits.first { $0.kinds == [.indoor] })
    #expect(indoor.low == Bound(value: 6.8, isInclusive: true))
    #expect(indoor.high == Bound(value: 7.8, isInclusive: false))
    #expect(indoor.isMandatory && indoor.clause == "c")
    #expect(
      indoor.override
        == LimitOverride(
          reason: "hard water", decidedBy: "Bureau", date: CivilDate("2026-03-01"),
          low: Bound(value: 7, isInclusive: true), high: Bound(value: 7.8, isInclusive: false)))
  }

  @Test(arguments: [
    (
      "profile: p1, parameter: ph, low: {value: 6.8}",
      "plan.yaml:9:5: 'reason' is missing, expected the district's reason, one line of 1…500"
    ),
    (
      "profile: p2, parameter: ph, low: {value: 6.8}, reason: r",
      "plan.yaml:9:15: unknown profile 'p2', expected one of p1"
    ),
    (
      "profile: p1, parameter: orp, low: {value: 6.8}, reason: r",
      "plan.yaml:9:5: p1 does not limit orp of such pools on this condition"
    ),
    (
      "profile: p1, parameter: ph, low: {value: 6.8}, kinds: [outdoor], reason: r",
      "plan.yaml:9:5: p1 does not limit ph of such pools on this condition"
    ),
    (
      "profile: p1, parameter: ph, when: {parameter: orp, above: 1}, low: {value: 7}, reason: r",
      "plan.yaml:9:5: p1 does not limit ph of such pools on this condition"
    ),
    (
      "profile: p1, parameter: ph, low: {value: 7.9}, reason: r",
      "plan.yaml:9:5: the limit would go from 7.9 to 7.8 with the profile's other bound"
    ),
    (
      "profile: p1, parameter: ph, reason: r",
      "plan.yaml:9:5: the limit has no bound, expected 'low', 'high' or both"
    ),
    (
      "profile: p1, parameter: ph, low: {value: -1}, reason: r",
      "plan.yaml:9:47: 'low' is -1, expected a number inside the plausible range of ph, 0…14"
    ),
  ])
  func `a wrong piece is one mistake at its place`(item: String, mistake: String) {
    let mistakes = Self.fixture(item).mistakes()
    #expect(mistakes.count == 1, "\(mistakes)")
    #expect(mistakes.first?.hasPrefix(mistake) == true, "\(mistakes)")
  }

  @Test func `may not change the same twice`() {
    let item = "profile: p1, parameter: ph, low: {value: 6.8}, reason: r"
    let mistakes = Self.fixture("\(item)}\n  - {\(item)").mistakes()
    #expect(
      mistakes == [
        "plan.yaml:10:5: ph is changed in line 9 too, expected one change for each parameter,"
          + " kind and disinfectant"
      ])
  }

  @Test func `a deadband wider than it is named with its place`() {
    let mistakes = Self.fixture(
      "profile: p1, parameter: ph, low: {value: 7.76}, reason: r"
    ).mistakes()
    #expect(
      mistakes == [
        "rules.yaml:6:15: 'deadband' is 0.05, expected less than 0.04, the width of the limit in"
          + " plan.yaml:9"
      ])
  }
}
