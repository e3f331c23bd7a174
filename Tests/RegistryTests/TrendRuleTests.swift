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
    #expect(configuration.rules.trends == [pH: TrendRule(resolution: 0.05)])
  }

  @Test func `are off in the sample`() throws {
    let sample = try Configuration.load(
      path: "\(Samples.directory)/poolwatch.yaml", read: Samples.read)
    #expect(sample.rules.trends.isEmpty)
  }

  @Test(arguments: [
    ("{ph: {}}", "9:13: 'resolution' is missing, expected a number 0.0001…1000"),
    ("{ph: {resolution: 0}}", "9:26: 'resolution' is '0', expected a number 0.0001…1000"),
    ("{ph: {resolution: 0.01, step: 1}}", "9:32: unknown key 'step', expected one of resolution"),
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
