import Registry
import Testing

@Suite struct `Mistakes in a plan` {
  static let file = "plan.yaml"

  @Test(arguments: [
    Wrong(file, "kind: plan", "kind: rules", "plan.yaml:1:7: 'kind' is 'rules', expected plan"),
    Wrong(file, "\"310107\"", "31010", "plan.yaml:3:9: 'code' is '31010', expected the six digits"),
    Wrong(
      file, "\"310107\"", "３１０１０７", "plan.yaml:3:9: 'code' is '３１０１０７', expected the six digits"),
    Wrong(
      file, "{en: District, zh: 区}", "{}",
      "plan.yaml:4:9: 'name' has no name, expected 'en', 'zh' or both"),
    Wrong(
      file, "{en: District, zh: 区}", "{en: District, cn: 区}",
      "plan.yaml:4:24: unknown key 'cn', expected one of en, zh; did you mean 'en'?"),
    Wrong(
      file, "{en: District, zh: 区}", "District",
      "plan.yaml:4:9: 'name' is 'District', expected a mapping: lines 'key: value'"),
    Wrong(
      file, "Asia/Shanghai", "Asia/Putuo",
      "plan.yaml:5:9: 'zone' is 'Asia/Putuo', expected a zone of the IANA database"),
    Wrong(
      file, "interval_seconds: 60", "interval_seconds: 0.05",
      "plan.yaml:6:19: 'interval_seconds' is '0.05', expected a number of seconds 0.1…86400"),
    Wrong(
      file, "interval_seconds: 60", "interval_seconds: 1_0",
      "plan.yaml:6:19: 'interval_seconds' is '1_0', expected a number"),
    Wrong(
      file, "[free_chlorine, ph]", "[free_chlorin, ph]",
      "plan.yaml:7:12: unknown parameter 'free_chlorin', expected one of free_chlorine, combined_chlorine,"
    ),
    Wrong(
      file, "[free_chlorine, ph]", "[ph, ph]",
      "plan.yaml:7:16: 'ph' is in 'required' twice, expected each item once"),
    Wrong(file, "[free_chlorine, ph]", "[]", "plan.yaml:7:11: 'required' is an empty list"),
    Wrong(
      file, "[free_chlorine, ph]", "[ph]\nparameters: {ph: {plausible: [4, 15]}}",
      "plan.yaml:8:30: 'plausible' is wider than the usual cells can show, expected a range inside 0…14"
    ),
    Wrong(
      file, "[free_chlorine, ph]", "[ph]\nparameters: {ph: {plausible: [9, 4]}}",
      "plan.yaml:8:30: 'plausible' goes from 9 to 4, expected the lower number first"),
    Wrong(
      file, "[free_chlorine, ph]", "[ph]\nparameters: {ph: {unit: mV}}",
      "plan.yaml:8:25: the unit of 'ph' is 'mV', expected '', which is the same in every plan"),
    Wrong(
      file, "[free_chlorine, ph]", "[ph]\nparameters: {urea: {unit: mg/L, name: {en: urea}}}",
      "plan.yaml:8:20: 'plausible' is missing, expected a list of two numbers"),
    Wrong(
      file, "[free_chlorine, ph]", "[ph]\nparameters: {u r: {}}",
      "plan.yaml:8:14: the parameter name 'u r' is wrong, expected 1…64 of the characters"),
    Wrong(
      file, "  - id: jade",
      "  - {id: lotus, name: {en: x}, street: X, pools: [{id: m, name: {en: m}, kind: indoor,"
        + " disinfectant: ozone}]}\n  - id: jade",
      "plan.yaml:21:10: the venue id 'lotus' is also in line 9, expected one venue per id"),
    Wrong(
      file, "  - id: jade",
      "  - {id: poolwatch, name: {en: x}, street: X, pools: [{id: m, name: {en: m}, kind: indoor,"
        + " disinfectant: ozone}]}\n  - id: jade",
      "plan.yaml:21:10: the venue id 'poolwatch' is the daemon's own name at the broker, expected another id"
    ),
    Wrong(
      file, "id: lotus", "id: lo+us",
      "plan.yaml:9:9: 'id' is 'lo+us', expected 1…64 of the characters A–Z a–z 0–9 _ -"),
    Wrong(
      file, "{id: small,", "{id: main,",
      "plan.yaml:20:14: the pool id 'main' is also in line 15, expected one pool per id in a venue"),
    Wrong(
      file, "kind: indoor", "kind: inside",
      "plan.yaml:17:15: 'kind' is 'inside', expected one of indoor, outdoor, children, foot_bath"),
    Wrong(
      file, "disinfectant: ozone}", "disinfectant: uv}",
      "plan.yaml:20:67: 'disinfectant' is 'uv', expected one of chlorine, stabilized_chlorine, bromine, ozone"
    ),
    Wrong(file, "{ph: 0.01}", "{pH: 0.01}", "plan.yaml:19:22: unknown parameter 'pH'"),
    Wrong(
      file, "{ph: 0.01}", "{ph: 0}", "plan.yaml:19:26: 'ph' is '0', expected a number 0.0001…1000"
    ),
    Wrong(
      file, "[mon, sun]", "[mon, son]",
      "plan.yaml:13:22: an item of 'days' is 'son', expected one of mon, tue, wed, thu, fri, sat, sun"
    ),
    Wrong(
      file, "from: \"06:00\"", "from: \"24:00\"",
      "plan.yaml:13:34: 'from' is the text '24:00', expected a time \"HH:MM\" from 00:00 to 23:59"),
    Wrong(
      file, "to: \"22:00\"", "to: 22:60",
      "plan.yaml:13:47: 'to' is '22:60', expected a time \"HH:MM\" from 00:00 to 24:00"),
    Wrong(
      file, "to: \"22:00\"", "to: \"24:01\"",
      "plan.yaml:13:47: 'to' is the text '24:01', expected a time"),
    Wrong(
      file, "to: \"22:00\"", "to: \"6:00\"",
      "plan.yaml:13:47: 'to' is the text '6:00', expected a time"),
  ])
  func `a wrong piece is one mistake at its place`(wrong: Wrong) {
    wrong.verify()
  }

  @Test func `an empty list of venues is a mistake`() {
    let fixture = Fixture().adding(
      """
      kind: plan
      district: {code: 310107, name: {en: D}, zone: UTC}
      interval_seconds: 60
      required: [ph]
      venues: []
      """, as: "p.yaml")
    #expect(
      fixture.check("p.yaml") == [
        "p.yaml:5:9: 'venues' is an empty list, expected a list of venues, at least one"
      ])
  }

  @Test func `an id may have 64 characters and not 65`() {
    for (count, expected) in [(64, true), (65, false)] {
      let id = String(repeating: "a", count: count)
      let fixture = Fixture().replacing("{id: small,", with: "{id: \(id),", in: "plan.yaml")
        .replacing("pool: small", with: "pool: \(id)", in: "gateways.yaml")
      #expect(fixture.mistakes().isEmpty == expected)
    }
  }

  @Test func `a plan holds 64 parameters and not 65`() {
    for (added, expected) in [(53, 0), (54, 1)] {
      let lines = (1...added).map { "  p\($0): {unit: \"\", name: {en: p}, plausible: [0, 1]}\n" }
      let fixture = Fixture().replacing(
        "venues:", with: "parameters:\n\(lines.joined())venues:", in: "plan.yaml")
      #expect(fixture.mistakes().count == expected)
    }
  }
}
