import PoolModel
import Testing

@testable import Alerting

struct `A limit alarm` {
  @Test func `says what was exceeded, since when and where that is written`() throws {
    var station = Station()
    _ = station.chlorine(0, 0.29)
    _ = station.chlorine(60, 0.28)
    _ = station.chlorine(120, 0.27)
    station.now = Station.moment(181)
    let row = SampleRow(
      pool: Station.hall, time: Station.instant(180),
      samples: [Station.sample(Station.freeChlorine, 0.26, flag: .suspect)])
    let transitions = station.engine.judge(row, now: station.now)
    #expect(transitions.count == 1)
    let transition = try #require(transitions.first)
    let expected = AlarmOccurrence(
      id: StableIdentifier.derived(from: [
        "free_chlorine_low", "baths/hall", "free_chlorine", "1772380800000",
      ]),
      alarmClass: .water, state: .active, rule: "free_chlorine_low", profile: "cn-gb37488-2019",
      clause: "cn-gb37488-2019 chlorine", pool: PoolID(venue: "baths", pool: "hall"),
      parameter: "free_chlorine", value: 0.26, limit: 0.3, eventTime: Station.instant(0),
      detectedTime: Station.instant(181), isAnnounced: true)
    #expect(
      transition
        == AlarmTransition(
          kind: .raised, occurrence: expected, time: Station.instant(0), isAnnouncement: true))
  }

  @Test func `returns with the first sample inside and stays visible until acknowledged`() {
    var station = Station()
    _ = station.chlorine(0, 1.2)
    #expect(
      station.chlorine(180, 1.1) == ["raised free_chlorine_high active 0… told"])
    #expect(station.chlorine(240, 0.98) == [])
    #expect(station.chlorine(300, 0.97) == [])
    #expect(station.chlorine(599, 0.9) == [])
    #expect(
      station.chlorine(600, 0.9)
        == ["returned free_chlorine_high returnedUnacknowledged 0–300 told"])
  }

  @Test(arguments: [QualityFlag.fail, .missing, .unknown])
  func `is not raised by samples that say nothing of the water`(flag: QualityFlag) {
    var station = Station()
    for second in stride(from: 0, through: 1200, by: 60) {
      #expect(station.chlorine(second, 0, flag: flag) == [])
    }
  }

  @Test(arguments: [QualityFlag.fail, .missing, .unknown])
  func `is not cleared by samples that say nothing of the water`(flag: QualityFlag) {
    var station = Station()
    _ = station.chlorine(0, 0)
    #expect(station.chlorine(180, 0).count == 1)
    for second in stride(from: 240, through: 4800, by: 60) {
      #expect(station.chlorine(second, 0.5, flag: flag) == [])
    }
  }

  @Test func `is judged by the limit of the pool's kind`() {
    var station = Station()
    _ = station.judge(0, Station.sample(Station.freeChlorine, 6), in: Station.footBath)
    #expect(
      station.judge(180, Station.sample(Station.freeChlorine, 6), in: Station.footBath) == [])
    _ = station.judge(0, Station.sample(Station.freeChlorine, 6), in: Station.garden)
    #expect(
      station.judge(180, Station.sample(Station.freeChlorine, 6), in: Station.garden)
        == ["raised free_chlorine_high active 0… told"])
  }

  @Test func `has a name of its own when the limit is advisory`() {
    var station = Station()
    _ = station.judge(0, Station.sample(Station.temperature, 31))
    #expect(
      station.judge(900, Station.sample(Station.temperature, 31))
        == ["raised temperature_high_advisory active 0… told"])
  }

  @Test func `is not raised for a parameter without rules`() {
    var station = Station()
    for second in stride(from: 0, through: 1200, by: 60) {
      #expect(station.judge(second, Station.sample(Station.orp, -5000)) == [])
    }
  }

  @Test func `keeps the pools apart`() {
    var station = Station()
    _ = station.judge(0, Station.sample(Station.freeChlorine, 0.1), in: Station.hall)
    #expect(
      station.judge(180, Station.sample(Station.freeChlorine, 0.1), in: Station.garden) == [])
    #expect(
      station.judge(180, Station.sample(Station.freeChlorine, 0.1), in: Station.hall).count == 1)
  }

  @Test func `is judged by the tightest of several bounds of one profile`() {
    let base = Station.profile()
    let looser = Station.profile(id: "looser", chlorine: 0.1...3.0)
    let both = LimitsProfile(
      id: base.id, title: base.title, from: base.from, to: nil,
      limits: looser.limits + base.limits)
    var station = Station(profiles: [both])
    _ = station.chlorine(0, 0.29)
    #expect(station.chlorine(180, 0.29).count == 1)
  }

  @Test func `does not judge a sample twice`() {
    var station = Station()
    _ = station.chlorine(0, 0.1)
    #expect(station.chlorine(0, 0.1) == [])
    #expect(station.chlorine(180, 0.1).count == 1)
    #expect(station.chlorine(180, 0.1) == [])
  }
}

struct `A change of profile` {
  /// 0.3…0.5 up to and including 1 March, 0.3…1.0 from 2 March, 00:00 in Shanghai.
  private let profiles = [
    Station.profile(id: "old", from: "2007-01-01", to: "2026-03-01", chlorine: 0.3...0.5),
    Station.profile(id: "new", from: "2026-03-02", chlorine: 0.3...1.0),
  ]

  @Test func `takes place at midnight of the district's zone, by the sample's own time`() {
    var station = Station(profiles: profiles, startSeconds: -600)
    _ = station.chlorine(-240, 0.8)
    // The last millisecond of the old profile is still judged by it, the first of the new is not.
    let last = SampleRow(
      pool: Station.hall, time: Timestamp(milliseconds: Station.midnight.milliseconds - 1),
      samples: [Station.sample(Station.freeChlorine, 0.8)])
    let raised = station.engine.judge(last, now: Station.moment(0))
    #expect(raised.map(\.occurrence.profile) == ["old"])
    #expect(raised.map(\.occurrence.limit) == [0.5])
    #expect(station.chlorine(0, 0.8) == [])
    #expect(
      station.chlorine(300, 0.8)
        == ["returned free_chlorine_high returnedUnacknowledged -240–0 told"])
  }

  @Test func `cancels what is pending when the new profile allows it`() {
    var station = Station(profiles: profiles, startSeconds: -600)
    _ = station.chlorine(-120, 0.8)
    _ = station.chlorine(-60, 0.8)
    #expect(station.chlorine(60, 0.8) == [])
    #expect(station.chlorine(120, 0.8) == [])
  }

  @Test func `judges late readings by the profile of their own day`() {
    var station = Station(profiles: profiles)
    _ = station.chlorine(600, 0.8)
    #expect(
      station.chlorine(-60, 0.8, isLate: true)
        == ["recorded free_chlorine_high historical -60–-60"])
    #expect(station.chlorine(60, 0.8, isLate: true) == [])
  }

  @Test func `leaves days without any profile unjudged`() {
    let ended = Station.profile(id: "old", from: "2007-01-01", to: "2026-03-01")
    var station = Station(profiles: [ended], startSeconds: -600)
    _ = station.chlorine(-180, 0.1)
    #expect(station.chlorine(0, 0.1) == [])
    #expect(station.chlorine(180, 0.1) == [])
  }
}
