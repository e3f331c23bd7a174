import PoolModel
import Testing

@testable import Alerting

/// A source is silent after 600 s, a broker link down for long after 120 s.
struct `Silence` {
  private let both = [
    Station.sample(Station.freeChlorine, 0.5), Station.sample(Station.pH, 7.2),
  ]

  /// A station whose other pools are left out of what a test sees.
  private func hallOnly(_ lines: [AlarmTransition]) -> [String] {
    lines.filter { $0.occurrence.pool?.pool == "hall" || $0.occurrence.pool == nil }
      .map(Station.text)
  }

  private func row(_ seconds: Int, _ samples: [Sample]) -> SampleRow {
    SampleRow(pool: Station.hall, time: Station.instant(seconds), samples: samples)
  }

  private func tick(_ station: inout Station, _ seconds: Int) -> [String] {
    hallOnly(station.engine.tick(now: Station.moment(seconds)))
  }

  @Test func `begins when nothing came for the whole time, as of the newest reading`() {
    var station = Station()
    _ = station.engine.judge(row(90, both), now: Station.moment(100))
    #expect(tick(&station, 699) == [])
    #expect(tick(&station, 700) == ["raised silence active 90… told"])
    #expect(tick(&station, 5000) == [])
  }

  @Test func `is found of a source that was never seen, as of when it was first expected`() throws {
    var station = Station()
    #expect(tick(&station, 599) == [])
    let transitions = station.engine.tick(now: Station.moment(600))
    #expect(transitions.map(\.occurrence.pool?.pool) == ["hall", "garden", "feet"])
    let first = try #require(transitions.first)
    #expect(Station.text(first) == "raised silence active 0… told")
    #expect(first.occurrence.alarmClass == .monitoring)
    #expect(first.occurrence.parameter == nil)
  }

  @Test func `ends with the next judged row`() {
    var station = Station()
    _ = station.engine.judge(row(90, both), now: Station.moment(100))
    _ = tick(&station, 700)
    let transitions = station.engine.judge(row(800, both), now: Station.moment(801))
    #expect(
      hallOnly(transitions) == ["returned silence returnedUnacknowledged 90–800 told"])
    #expect(tick(&station, 1400) == [])
    #expect(tick(&station, 1401) == ["raised silence active 800… told"])
  }

  @Test func `that late rows end again and again never takes the same id twice`() throws {
    var station = Station()
    _ = station.engine.judge(row(90, both), now: Station.moment(100))
    let late = [Station.sample(Station.freeChlorine, 0.5, isLate: true)]
    var ids: [String] = []
    for round in 0..<4 {
      let raised = station.engine.tick(now: Station.moment(700 + round * 1000))
        .filter { $0.occurrence.pool?.pool == "hall" }
      ids.append(try #require(raised.first).occurrence.id)
      _ = station.engine.judge(
        row(30 + round, late), now: Station.moment(750 + round * 1000))
    }
    #expect(Set(ids).count == 4)
  }

  @Test func `that has returned and waits for somebody is remembered over a restart`() throws {
    var station = Station()
    _ = station.engine.judge(row(90, both), now: Station.moment(100))
    let late = [Station.sample(Station.freeChlorine, 0.5, isLate: true)]
    let raised = station.engine.tick(now: Station.moment(700))
    let first = try #require(raised.first { $0.occurrence.pool?.pool == "hall" })
    let ended = station.engine.judge(row(30, late), now: Station.moment(750))
    var restarted = Station(
      state: JudgementState(
        occurrences: ended.map(\.occurrence), sources: station.engine.takeChangedSources()))
    let again = restarted.engine.tick(now: Station.moment(1400))
    let second = try #require(again.first { $0.occurrence.pool?.pool == "hall" })
    #expect(first.occurrence.id != second.occurrence.id)
  }

  @Test func `is not judged while rows wait, and each source has its full time after a pause`() {
    var station = Station()
    _ = station.engine.judge(row(90, both), now: Station.moment(100))
    func tick(_ seconds: Int, _ isCaughtUp: Bool) -> [String] {
      hallOnly(station.engine.tick(now: Station.moment(seconds), isCaughtUp: isCaughtUp))
    }
    #expect(tick(600, false) == [])
    #expect(tick(1000, false) == [])
    #expect(tick(1001, true) == [])
    #expect(tick(1600, true) == [])
    #expect(tick(1601, true) == ["raised silence active 90… told"])
  }

  @Test func `ends with a row that has no value at all`() {
    var station = Station()
    _ = tick(&station, 600)
    let none = [Station.sample(Station.freeChlorine, 0, flag: .missing)]
    let transitions = station.engine.judge(row(650, none), now: Station.moment(651))
    #expect(hallOnly(transitions) == ["returned silence returnedUnacknowledged 0–650 told"])
  }

  @Test func `ends with a late row, never before it began, and can begin again`() {
    var station = Station()
    _ = station.engine.judge(row(90, both), now: Station.moment(100))
    _ = tick(&station, 700)
    let late = [Station.sample(Station.freeChlorine, 0.5, isLate: true)]
    let transitions = station.engine.judge(row(30, late), now: Station.moment(800))
    #expect(hallOnly(transitions) == ["returned silence returnedUnacknowledged 90–90 told"])
    // A second silence as of the same reading must not have the first one's id.
    #expect(tick(&station, 1400) == ["raised silence active 1400… told"])
  }

  @Test func `is not judged before the link is up, nor while it is down`() {
    var station = Station(isLinkUp: false)
    #expect(tick(&station, 119) == [])
    #expect(tick(&station, 120) == ["raised broker_link active 0… told"])
    #expect(tick(&station, 4000) == [])
    let up = station.engine.brokerLinkChanged(isUp: true, now: Station.moment(4000))
    #expect(hallOnly(up) == ["returned broker_link returnedUnacknowledged 0–4000 told"])
    #expect(tick(&station, 4599) == [])
    #expect(tick(&station, 4600) == ["raised silence active 0… told"])
    _ = station.engine.brokerLinkChanged(isUp: false, now: Station.moment(5000))
    #expect(tick(&station, 5119) == [])
    #expect(tick(&station, 5120) == ["raised broker_link active 5000… told"])
  }

  @Test func `raises no alarm about a link that was down for less than its time`() {
    var station = Station()
    _ = station.engine.brokerLinkChanged(isUp: false, now: Station.moment(10))
    #expect(tick(&station, 129) == [])
    #expect(station.engine.brokerLinkChanged(isUp: true, now: Station.moment(129)) == [])
    #expect(tick(&station, 300) == [])
  }

  @Test func `leaves the link's time alone when it is told again what it knows`() {
    var station = Station()
    #expect(station.engine.brokerLinkChanged(isUp: true, now: Station.moment(500)) == [])
    #expect(tick(&station, 600) == ["raised silence active 0… told"])
  }

  @Test func `is measured on the monotonic clock`() {
    var station = Station()
    _ = station.engine.judge(row(90, both), now: Station.moment(100))
    var stepped = Station.moment(200)
    stepped.wall = Station.instant(100_000)
    #expect(hallOnly(station.engine.tick(now: stepped)) == [])
  }

  @Test func `raises with it what was pending, and only that`() {
    var station = Station()
    let samples = [Station.sample(Station.freeChlorine, 0.2), Station.sample(Station.pH, 7.2)]
    _ = station.engine.judge(row(60, samples), now: Station.moment(61))
    let transitions = station.engine.tick(now: Station.moment(661))
      .filter { $0.occurrence.pool?.pool == "hall" }
    #expect(
      transitions.map(Station.text) == [
        "raised silence active 60… told", "raised free_chlorine_low active 60… told",
      ])
    #expect(transitions.last?.occurrence.value == 0.2)
    #expect(transitions.last?.occurrence.limit == 0.3)
    #expect(transitions.last?.occurrence.profile == "cn-gb37488-2019")
  }

  @Test func `raises no water alarm when the last value was in limits`() {
    var station = Station()
    _ = station.engine.judge(row(60, both), now: Station.moment(61))
    #expect(tick(&station, 661) == ["raised silence active 60… told"])
  }

  @Test func `leaves an active water alarm as it is, until values are back in limits`() {
    var station = Station()
    _ = station.chlorine(0, 0.1)
    _ = station.chlorine(180, 0.1)
    _ = tick(&station, 4000)
    #expect(
      station.chlorine(4060, 0.5)
        == ["returned silence returnedUnacknowledged 180–4060 told"])
    #expect(
      station.chlorine(4360, 0.5)
        == ["returned free_chlorine_low returnedUnacknowledged 0–4060 told"])
  }

  @Test func `gives each source its full time after a restart`() {
    let state = JudgementState(sources: [
      SourceState(
        pool: PoolID(venue: "baths", pool: "hall"), parameter: nil,
        expectedSince: Station.instant(-90_000), newestReading: Station.instant(-80_000))
    ])
    var station = Station(state: state)
    #expect(tick(&station, 599) == [])
    #expect(tick(&station, 600) == ["raised silence active -80000… told"])
  }

  @Test func `goes on over a restart without being raised again`() {
    var station = Station()
    _ = station.engine.judge(row(90, both), now: Station.moment(100))
    let raised = station.engine.tick(now: Station.moment(700))
    let state = JudgementState(
      occurrences: raised.map(\.occurrence), sources: station.engine.takeChangedSources())
    var restarted = Station(state: state, startSeconds: 800)
    #expect(tick(&restarted, 9000) == [])
    let transitions = restarted.engine.judge(row(9000, both), now: Station.moment(9001))
    #expect(
      hallOnly(transitions) == ["returned silence returnedUnacknowledged 90–9000 told"])
  }
}

struct `A missing parameter` {
  private func feed(
    _ station: inout Station, from: Int, through: Int, pH: QualityFlag?
  ) -> [String] {
    var lines: [String] = []
    for second in stride(from: from, through: through, by: 60) {
      var samples = [Station.sample(Station.freeChlorine, 0.5)]
      if let pH { samples.append(Station.sample(Station.pH, 7.2, flag: pH)) }
      let row = SampleRow(pool: Station.hall, time: Station.instant(second), samples: samples)
      station.now = Station.moment(second)
      let steps =
        station.engine.judge(row, now: station.now) + station.engine.tick(now: station.now)
      lines += steps.filter { $0.occurrence.pool?.pool == "hall" }.map(Station.text)
    }
    return lines
  }

  @Test(arguments: [nil, QualityFlag.missing])
  func `is raised while the pool reports without it`(flag: QualityFlag?) {
    var station = Station()
    #expect(feed(&station, from: 0, through: 300, pH: .good) == [])
    #expect(feed(&station, from: 360, through: 840, pH: flag) == [])
    #expect(
      feed(&station, from: 900, through: 3000, pH: flag)
        == ["raised missing_parameter active 300… told"])
    #expect(
      feed(&station, from: 3060, through: 3600, pH: .good)
        == ["returned missing_parameter returnedUnacknowledged 300–3060 told"])
  }

  @Test func `is not raised while values come that are no measurement`() {
    var station = Station()
    #expect(feed(&station, from: 0, through: 3000, pH: .fail) == [])
  }

  @Test func `is raised when it was never seen`() {
    var station = Station()
    #expect(
      feed(&station, from: 60, through: 900, pH: nil)
        == ["raised missing_parameter active 0… told"])
  }

  @Test func `is not raised besides when the whole pool falls silent`() {
    var station = Station()
    let chlorine = [Station.sample(Station.freeChlorine, 0.5)]
    let pH = [Station.sample(Station.pH, 7.2)]
    // The parameters come in two messages, the second half a second after the first.
    for (samples, delay) in [(chlorine, 0), (pH, 500)] {
      let row = SampleRow(pool: Station.hall, time: Station.instant(60), samples: samples)
      _ = station.engine.judge(
        row, now: Station.moment(60).advanced(by: .milliseconds(delay)))
    }
    var lines: [String] = []
    for second in 61...4000 {
      lines += station.engine.tick(now: Station.moment(second))
        .filter { $0.occurrence.pool?.pool == "hall" }.map(Station.text)
    }
    #expect(lines == ["raised silence active 60… told"])
  }

  @Test func `has its full time again after its pool was silent`() {
    var station = Station()
    _ = feed(&station, from: 0, through: 60, pH: .good)
    _ = station.tick(700)
    #expect(
      feed(&station, from: 720, through: 1260, pH: nil)
        == ["returned silence returnedUnacknowledged 60–720 told"])
    #expect(
      feed(&station, from: 1320, through: 1320, pH: nil)
        == ["raised missing_parameter active 60… told"])
  }

  @Test func `raises with it what was pending in its values`() {
    var station = Station()
    _ = station.judge(0, Station.sample(Station.freeChlorine, 0.5), Station.sample(Station.pH, 8))
    #expect(
      feed(&station, from: 60, through: 900, pH: nil) == [
        "raised missing_parameter active 0… told", "raised ph_high active 0… told",
      ])
  }
}
