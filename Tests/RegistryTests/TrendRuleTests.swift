import PoolModel
import Registry
import Testing

@Suite struct `Trends in the rules` {
  @Test func `are none where the file says nothing`() throws {
    #expect(try Fixture().load().rules.trends.isEmpty)
  }

  @Test func `have the step of the sensors, or are off`() throws {
    let text = Fixture.rules + "trend: {ph: {resolution: 0.05}, orp: off}\n"
    let configuration = try Fixture().adding(text, as: "rules.yaml").load()
    let pH = try #require(configuration.plan.parameterNumber("ph"))
    #expect(configuration.rules.trends == [pH: TrendRule(resolution: 0.05, asksLastDay: true)])
  }

  @Test func `ask for the day before unless it is said`() throws {
    let text = Fixture.rules + "trend: {ph: {resolution: 0.05, beyond_last_day: false}}\n"
    let rules = try Fixture().adding(text, as: "rules.yaml").load().rules
    #expect(rules.trends.values.map(\.asksLastDay) == [false])
  }

  @Test func `watch chlorine and pH in the sample`() throws {
    let sample = try Configuration.load(
      path: "\(Samples.directory)/poolwatch.yaml", read: Samples.read)
    let watched = sample.rules.trends.keys.map { sample.plan[$0].name }
    #expect(watched.sorted() == ["free_chlorine", "ph"])
    #expect(Set(sample.rules.trends.values) == [TrendRule(resolution: 0.01, asksLastDay: true)])
  }

  @Test(arguments: [
    ("{ph: {}}", "9:13: 'resolution' is missing, expected a number 0.0001…1000"),
    ("{ph: {resolution: 0}}", "9:26: 'resolution' is '0', expected a number 0.0001…1000"),
    (
      "{ph: {resolution: 0.01, step: 1}}",
      "9:32: unknown key 'step', expected one of resolution, beyond_last_day"
    ),
    (
      "{ph: {resolution: 0.01, beyond_last_day: 24}}",
      "9:49: 'beyond_last_day' is '24', expected true or false"
    ),
    ("{ph: on}", "9:13: 'ph' is 'on', expected off or a mapping: lines 'key: value'"),
    ("{hp: {resolution: 0.01}}", "9:9: unknown parameter 'hp', expected one of "),
    (
      "{orp: {resolution: 1}}",
      "9:9: 'trend' watches 'orp', expected an entry of it in 'limits' as well"
    ),
  ])
  func `are refused with the place of what is wrong`(entry: String, mistake: String) {
    let text = Fixture.rules + "trend: \(entry)\n"
    let mistakes = Fixture().adding(text, as: "rules.yaml").mistakes()
    #expect(mistakes.first?.hasPrefix("rules.yaml:\(mistake)") == true, "\(mistakes)")
    #expect(mistakes.count == 1)
  }
}
