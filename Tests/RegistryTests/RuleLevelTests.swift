import PoolModel
import Registry
import Testing

@Suite struct `Critical bounds and circulation in the rules` {
  private func rules(_ old: String, _ new: String) -> Fixture {
    Fixture().replacing(old, with: new, in: "rules.yaml")
  }

  private static let delays = "minimum: 1, on_delay_seconds: 120, off_delay_seconds: 60"

  @Test func `are none unless the file has them`() throws {
    let rules = try Fixture().load().rules
    #expect(rules.circulation == nil)
    #expect(rules.limits.values.allSatisfy { $0.criticalLow == nil && $0.criticalHigh == nil })
  }

  @Test(
    arguments: [
      ("{low: 6.5}", 6.5, nil), ("{high: 9}", nil, 9), ("{low: 6.5, high: 9}", 6.5, 9),
    ] as [(String, Double?, Double?)])
  func `have one end or both`(text: String, low: Double?, high: Double?) throws {
    let configuration = try rules(
      "    on_delay_seconds: 6\n", "    on_delay_seconds: 6\n    critical: \(text)\n"
    ).load()
    let ph = try #require(configuration.plan.parameterNumber("ph"))
    #expect(configuration.rules.limits[ph]?.criticalLow == low)
    #expect(configuration.rules.limits[ph]?.criticalHigh == high)
  }

  @Test(arguments: [("", "flow"), ("parameter: water_level, ", "water_level")])
  func `go by the flow unless another parameter is named`(text: String, name: String) throws {
    let configuration = try rules(
      "limits:", "circulation: {\(text)\(Self.delays)}\nlimits:"
    ).load()
    #expect(
      configuration.rules.circulation
        == CirculationRule(
          parameter: try #require(configuration.plan.parameterNumber(name)), minimum: 1,
          onDelay: .seconds(120), offDelay: .seconds(60)))
  }

  @Test(arguments: [
    (
      "    on_delay_seconds: 6\n", "    on_delay_seconds: 6\n    critical: {}\n",
      "rules.yaml:8:15: 'critical' is empty, expected 'low', 'high' or both"
    ),
    (
      "    on_delay_seconds: 6\n", "    on_delay_seconds: 6\n    critical: {low: 9, high: 6}\n",
      "rules.yaml:8:30: 'high' is 6, expected more than 'low', 9"
    ),
    (
      "    on_delay_seconds: 6\n", "    on_delay_seconds: 6\n    critical: {lo: 6}\n",
      "rules.yaml:8:16: unknown key 'lo', expected one of low, high; did you mean 'low'?"
    ),
    (
      "limits:", "circulation: {parameter: flo, \(delays)}\nlimits:",
      "rules.yaml:4:26: unknown parameter 'flo', expected one of "
    ),
    (
      "limits:", "circulation: {minimum: 1, on_delay_seconds: -1, off_delay_seconds: 60}\nlimits:",
      "rules.yaml:4:45: 'on_delay_seconds' is '-1', expected a number of seconds 0…86400"
    ),
    (
      "limits:", "circulation: {on_delay_seconds: 1, off_delay_seconds: 60}\nlimits:",
      "rules.yaml:4:14: 'minimum' is missing, expected a number"
    ),
  ])
  func `are refused with the place of what is wrong`(old: String, new: String, mistake: String) {
    let mistakes = rules(old, new).mistakes()
    #expect(mistakes.first?.hasPrefix(mistake) == true, "\(mistakes)")
    #expect(mistakes.count == 1)
  }
}
