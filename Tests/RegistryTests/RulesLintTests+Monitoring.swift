import PoolModel
import Registry
import Testing

extension `Rules that cannot have been meant` {
  // Rules about gateways, ORP and drifts stand in line 14 in the place of the share; the plan's interval is 60 s.
  @Test(arguments: [
    ("clock_offset: {seconds: 299}", []),
    (
      "clock_offset: {seconds: 300}",
      [
        "27: 'seconds' is 300: readings of a clock more than 300 s ahead are refused, so that only one behind is ever told of, expected less than 300"
      ]
    ),
    // Silence is 300 s.
    ("gateway_offline: {minutes: 4}", []),
    (
      "gateway_offline: {minutes: 4.1, said_minutes: 4.1}",
      [
        "30: 'minutes' is 4.1: pools whose last reading is an interval older than their gateway's are silent before it is offline, expected at most 4 minutes",
        "49: 'said_minutes' is 4.1, and 'minutes' is 4.1: that a gateway was said to be gone changes nothing, expected less",
      ]
    ),
    (
      "transmission_below: {percent: 100}",
      ["33: 'percent' is 100: a single missing value raises it, expected less than 100"]
    ),
    // 60 values of each of two parameters are due within an hour.
    ("transmission_below: {percent: 0.9, hours: 1}", []),
    (
      "transmission_below: {percent: 0.8, hours: 1}",
      [
        "33: 'percent' is 0.8 of 120 values that are due: it is raised only where none comes, which is silence, expected more"
      ]
    ),
  ])
  func `about gateways is a warning with its place`(rule: String, warnings: [String]) {
    let found = found("bad_share: {percent: 20, window_minutes: 60}", rule)
    #expect(found.mistakes.isEmpty)
    #expect(found.warnings == warnings.map { "rules.yaml:14:\($0)" })
  }

  @Test(arguments: [
    ("chlorine_above: 0.5, orp_below: 600, minutes: 2", []),
    ("chlorine_above: 0.5, orp_below: 600, chlorine_below: 0.6, orp_above: 600, minutes: 2", []),
    (
      "chlorine_above: 0.5, orp_below: 600, minutes: 1.9",
      [
        "68: 'minutes' is 1.9, expected at least two intervals of the plan, 2 minutes: an alarm takes two readings in any case"
      ]
    ),
    (
      "chlorine_above: 20, orp_below: -1500, minutes: 60",
      [
        "38: 'chlorine_above' is 20, the plausible range of free_chlorine is 0…20: no value is above, expected a number inside",
        "53: 'orp_below' is -1500, the plausible range of orp is -1500…1500: no value is below, expected a number inside",
      ]
    ),
    (
      "chlorine_above: 0.5, orp_below: 1600, minutes: 60",
      [
        "54: 'orp_below' is 1600, the plausible range of orp is -1500…1500: every value is below, expected a number inside"
      ]
    ),
    (
      "chlorine_above: 0.5, orp_below: 600, minutes: 60, chlorine_below: 0.6, orp_above: 599",
      [
        "88: 'chlorine_below' is more than 'chlorine_above', 0.5, and 'orp_above' less than 'orp_below', 600: what lies between counts both ways, expected bounds apart"
      ]
    ),
  ])
  func `about ORP is a warning with its place`(bounds: String, warnings: [String]) throws {
    let fixture = Fixture().adding(
      Self.sound.replacing(
        "bad_share: {percent: 20, window_minutes: 60}", "orp_disagreement: {\(bounds)}"),
      as: "rules.yaml")
    let missing =
      "21: 'orp_disagreement' compares with orp, which no pool of the plan has to report: where it is not sent nothing is ever raised, expected orp among 'required' in the plan, or off"
    for (plan, more) in [
      (fixture, [missing]),
      (fixture.replacing("required: [free_", with: "required: [orp, free_", in: "plan.yaml"), []),
    ] {
      let found = Configuration.checkRules(
        at: "rules.yaml", of: "poolwatch.yaml", read: plan.read)
      #expect(found.mistakes.isEmpty)
      #expect(
        found.warnings.map(\.description) == (more + warnings).map { "rules.yaml:14:\($0)" })
    }
  }
}
