import PoolModel
import Testing

@testable import Alerting

/// A venue that lets the public in from 18:00 to 02:00 every day.
struct `Opening hours` {
  private static let nights = OpeningHours(
    days: [1, 2, 3, 4, 5, 6, 7], opensMinute: 18 * 60, closesMinute: 2 * 60)
  private static let close = 2 * 3600
  private static let open = 18 * 3600

  private func station(
    state: JudgementState = JudgementState(), startSeconds: Int = 0
  ) -> Station {
    Station(state: state, startSeconds: startSeconds, hours: [Self.nights])
  }

  @Test func `are judged to their end, which crosses midnight`() {
    var station = station()
    #expect(station.chlorine(Self.close - 181, 0.1) == [])
    #expect(
      station.chlorine(Self.close - 1, 0.1) == ["raised free_chlorine_low active 7019… told"])
  }

  @Test func `begin with their first instant, not before`() {
    var station = station()
    for second in [Self.open - 600, Self.open - 60, Self.open, Self.open + 120] {
      #expect(station.chlorine(second, 0.1) == [])
    }
    #expect(
      station.chlorine(Self.open + 180, 0.1) == ["raised free_chlorine_low active 64800… told"])
  }

  @Test func `end what is pending, also when nothing comes meanwhile`() {
    for seconds in [[Self.close, Self.open], [Self.open]] {
      var station = station()
      #expect(station.chlorine(Self.close - 60, 0.1) == [])
      for second in seconds { #expect(station.chlorine(second, 0.1) == []) }
      #expect(
        station.chlorine(Self.open + 180, 0.1) == ["raised free_chlorine_low active 64800… told"])
    }
  }

  @Test func `leave an active alarm as it is when they end: it neither ends nor begins again`() {
    var station = station()
    _ = station.chlorine(Self.close - 300, 0.1)
    #expect(
      station.chlorine(Self.close - 120, 0.1) == ["raised free_chlorine_low active 6900… told"])
    // Half of the off-delay is over when the venue closes.
    #expect(station.chlorine(Self.close - 60, 0.5) == [])
    for minute in 0..<60 { #expect(station.chlorine(Self.close + minute * 60, 0.5) == []) }
    #expect(station.chlorine(Self.open, 0.5) == [])
    #expect(station.chlorine(Self.open + 240, 0.5) == [])
    #expect(
      station.chlorine(Self.open + 300, 0.5)
        == ["returned free_chlorine_low returnedUnacknowledged 6900–64800 told"])
  }

  @Test func `do not keep a silence from being called, and what is pending is not raised with it`()
  {
    var station = station()
    _ = station.chlorine(Self.close - 60, 0.1)
    #expect(station.tick(Self.close + 660).first == "raised silence active 7140… told")
    #expect(station.chlorine(Self.open, 0.1).map { $0.prefix(16) } == ["returned silence"])
    #expect(station.chlorine(Self.open + 60, 0.1) == [])
  }

  @Test func `are not looked at in a silence that began while open`() {
    var station = station()
    _ = station.chlorine(Self.close - 3600, 0.1)
    let transitions = station.tick(Self.close - 2900)
    #expect(transitions.contains("raised free_chlorine_low active 3600… told"))
  }

  @Test(arguments: [(-60, 1), (0, 0)])
  func `count for late readings by their own time`(offset: Int, count: Int) {
    var station = station()
    _ = station.chlorine(Self.close + 3600, 0.5)
    #expect(station.chlorine(Self.close + offset, 0.1, isLate: true).count == count)
  }

  @Test func `are the same after a restart in the middle of a pending exceedance`() {
    let seconds = [Self.close - 60, Self.close, Self.open - 60, Self.open, Self.open + 60]
    for restart in seconds.indices {
      var station = station()
      for second in seconds[...restart] { #expect(station.chlorine(second, 0.1) == []) }
      let state = JudgementState(sources: station.engine.takeChangedSources())
      var other = self.station(state: state, startSeconds: seconds[restart] + 2)
      for second in seconds[...restart] {
        other.engine.warm(
          SampleRow(
            pool: Station.hall, time: Station.instant(second),
            samples: [Station.sample(Station.freeChlorine, 0.1)]))
      }
      for second in seconds[(restart + 1)...] { #expect(other.chlorine(second, 0.1) == []) }
      #expect(
        other.chlorine(Self.open + 180, 0.1) == ["raised free_chlorine_low active 64800… told"])
    }
  }

  @Test func `of a pool take the place of the venue's`() {
    let plan = Station.plan(hours: [Self.nights])
    let pool = Pool(
      id: PoolID(venue: "baths", pool: "spa"), venue: 0, title: plan.pools[0].title, kind: .indoor,
      disinfectant: .chlorine, resolution: [:], openingHours: [])
    let other = Plan(
      district: plan.district, interval: plan.interval, parameters: plan.parameters,
      required: plan.required, venues: plan.venues, pools: [pool, plan.pools[0]])
    #expect(other.openingSchedule(of: PoolNumber(0)).isAlwaysOpen)
    #expect(other.openingSchedule(of: PoolNumber(1)).weekly == [Self.nights])
  }
}
