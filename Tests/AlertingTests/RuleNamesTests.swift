import PoolModel
import Testing

@testable import Alerting

/// Expected by hand from the rules and the profile of `Station`: chlorine and pH required and limited, foot baths
/// for chlorine alone, temperature as advice, ORP not at all.
@Suite struct `The rules that a reading is judged by` {
  private func names(
    _ pool: PoolNumber, _ parameter: ParameterNumber, at time: Timestamp = Station.instant(0)
  ) -> [String] {
    var limits = Station.rules.limits
    limits[Station.freeChlorine] = LimitDamping(
      deadband: 0.03, onDelay: .seconds(180), offDelay: .seconds(300), criticalLow: 0.1)
    let station = Station(
      rules: AlarmRules(
        limits: limits, silence: .seconds(600), brokerDown: .seconds(120),
        monitoring: MonitoringRules(badShare: .init(percent: 20, window: .seconds(3600)))))
    return station.engine.ruleNames(of: Series(pool: pool, parameter: parameter), at: time)
  }

  @Test func `are those that have a bound for its pool, and those about its source`() {
    #expect(
      names(Station.hall, Station.freeChlorine) == [
        "free_chlorine_low", "free_chlorine_low critical", "free_chlorine_high", "bad_share",
        "missing_parameter", "silence",
      ])
    #expect(
      names(Station.hall, Station.temperature) == [
        "temperature_low_advisory", "temperature_high_advisory", "bad_share", "silence",
      ])
    #expect(
      names(Station.footBath, Station.pH) == ["bad_share", "missing_parameter", "silence"])
    #expect(names(Station.hall, Station.orp) == ["bad_share", "silence"])
  }

  @Test func `have no limits on a day without a profile`() {
    let before = Timestamp(milliseconds: 1_500_000_000_000)
    #expect(
      names(Station.hall, Station.freeChlorine, at: before) == [
        "bad_share", "missing_parameter", "silence",
      ])
  }

  @Test func `are among others about drifts`() {
    let series = Series(pool: TrendBench.pool, parameter: TrendBench.chlorine)
    #expect(
      TrendBench().engine.ruleNames(of: series, at: TrendBench.instant(0)) == [
        "free_chlorine_low", "free_chlorine_high", "free_chlorine_trend_low",
        "free_chlorine_trend_high", "silence",
      ])
  }
}
