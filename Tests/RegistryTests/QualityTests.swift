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

  @Test func `of the sample file are those proposed`() throws {
    // The manual says what holds without it.
    let configuration = try Configuration.load(
      path: "\(Samples.directory)/poolwatch.yaml", read: Samples.read)
    #expect(configuration.quality == .standard(of: configuration.plan))
  }
}
