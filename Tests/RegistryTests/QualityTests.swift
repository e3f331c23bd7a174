import PoolModel
import Registry
import Testing

@Suite struct `Thresholds of quality control` {
  private static let chlorine = ParameterNumber(0)
  private static let pH = ParameterNumber(3)

  @Test func `are those proposed where the file says nothing`() throws {
    let configuration = try Fixture().load()
    #expect(configuration.quality == .standard(of: configuration.plan))
    #expect(
      configuration.quality.parameters[Self.chlorine]?.rateOfChange
        == .init(suspect: 0.5 / 60, fail: 2.0 / 60))
    // Of what nothing is proposed for the range alone is looked at.
    let orp = try #require(configuration.quality.parameters[ParameterNumber(5)])
    #expect(orp.spike == nil && orp.rateOfChange == nil && orp.flatLine == nil)
  }

  @Test func `are replaced test by test, by parameter and then by pool`() throws {
    let text =
      Fixture.rules + """
        quality:
          parameters:
            ph:
              spike: off
              flat_line: {suspect_hours: 1, fail_hours: 2, tolerance: 0.02}
          pools:
            jade/main:
              ph: {expected: {low: 5, high: 10}, flat_line: off}

        """
    let configuration = try Fixture().adding(text, as: "rules.yaml").load()
    let plan = configuration.plan
    let standard = QualityRules.standard(of: plan)
    var everywhere = try #require(standard.parameters[Self.pH])
    everywhere.spike = nil
    everywhere.flatLine = .init(
      suspect: .seconds(3600), fail: .seconds(7200), tolerance: 0.02, interval: .seconds(60))
    var jade = everywhere
    jade.suspectSpan = 5...10
    jade.flatLine = nil
    for pool in plan.poolNumbersInOrder {
      let series = Series(pool: pool, parameter: Self.pH)
      let isJade = plan[pool].id == PoolID(venue: "jade", pool: "main")
      #expect(configuration.quality.settings(of: series) == (isJade ? jade : everywhere))
      let other = Series(pool: pool, parameter: Self.chlorine)
      #expect(configuration.quality.settings(of: other) == standard.settings(of: other))
    }
  }

  @Test func `of sensors' alarms are those of the sample where the file says nothing`() throws {
    let sample = try Configuration.load(
      path: "\(Samples.directory)/poolwatch.yaml", read: Samples.read)
    let silent = try Fixture().load()
    for configuration in [sample, silent] {
      let monitoring = configuration.rules.monitoring
      #expect(monitoring.stuck == configuration.quality)
      #expect(monitoring.badShare == .init(percent: 20, window: .seconds(3600)))
    }
    let gateways =
      Fixture.rules.replacing("silence_seconds: 120", with: "silence_seconds: 600")
      + "monitoring: {clock_offset: {seconds: 90}, gateway_offline: {minutes: 5, said_minutes: 0}}\n"
    let monitoring = try Fixture().adding(gateways, as: "rules.yaml").load().rules.monitoring
    #expect(monitoring.clockOffset == .seconds(90))
    #expect(monitoring.gatewayOffline == .init(silence: .seconds(300), afterWord: .zero))
    let orp =
      Fixture.rules
      + "monitoring: {orp_disagreement: {chlorine_above: 0.5, orp_below: 600, minutes: 60}}\n"
    let disagreement = try Fixture().adding(orp, as: "rules.yaml").load().rules.monitoring
      .disagreement
    #expect(disagreement?.weakORP == .init(chlorine: 0.5, orp: 600))
    #expect(disagreement?.strongORP == nil && disagreement?.delay == .seconds(3600))
    let share = Fixture.rules + "monitoring: {transmission_below: {percent: 75}}\n"
    let transmission = try Fixture().adding(share, as: "rules.yaml").load().rules.monitoring
      .transmission
    #expect(transmission == .init(percent: 75, window: .seconds(86_400)))
    let off = Fixture.rules + "monitoring: {stuck: false, bad_share: off}\n"
    #expect(try Fixture().adding(off, as: "rules.yaml").load().rules.monitoring.isEmpty)
  }

  @Test(arguments: [
    (
      "bad_share: {percent: 0, window_minutes: 60}",
      "9:35: 'percent' is '0', expected a number 0.1…100"
    ),
    (
      "bad_share: {percent: 20, window_minutes: 9}",
      "9:55: 'window_minutes' is 9, expected at least ten intervals of the plan, 10 minutes"
    ),
    ("bad_share: on", "9:25: 'bad_share' is 'on', expected off or a mapping: lines 'key: value'"),
    ("clock_offset: {seconds: 0}", "9:38: 'seconds' is '0', expected a number of seconds 1…86400"),
    (
      "gateway_offline: {minutes: 10}",
      "9:41: 'minutes' is 10, expected less than 'silence_seconds', 2 minutes: the pools would be silent before"
    ),
    (
      "gateway_offline: {minutes: 1.9}",
      "9:41: 'minutes' is 1.9, expected at least two intervals of the plan, 2 minutes"
    ),
    (
      "gateway_offline: 5",
      "9:31: 'gateway_offline' is '5', expected off or a mapping: lines 'key: value'"
    ),
    (
      "orp_disagreement: {chlorine_above: 0.5, orp_below: 600, minutes: 60, orp_above: 800}",
      "9:94: found one of 'chlorine_below' and 'orp_above', expected both or none"
    ),
    (
      "orp_disagreement: {chlorine_above: 0.5, orp_below: 600}",
      "9:32: 'minutes' is missing, expected a number 0…1440"
    ),
    (
      "transmission_below: {percent: 75, hours: 0.5}",
      "9:55: 'hours' is '0.5', expected a number 1…720"
    ),
    ("stuck: maybe", "9:21: 'stuck' is 'maybe', expected true or false"),
  ])
  func `of sensors' alarms that are wrong are named`(entry: String, mistake: String) {
    let text = Fixture.rules + "monitoring: {\(entry)}\n"
    #expect(
      Fixture().adding(text, as: "rules.yaml").mistakes() == ["rules.yaml:\(mistake)"])
  }

  @Test func `of the sample file are those proposed`() throws {
    // The manual says what holds without it.
    let configuration = try Configuration.load(
      path: "\(Samples.directory)/poolwatch.yaml", read: Samples.read)
    #expect(configuration.quality == .standard(of: configuration.plan))
  }
}
