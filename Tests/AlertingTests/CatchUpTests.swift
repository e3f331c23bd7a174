import PoolModel
import Testing

@testable import Alerting

/// A row is old when it is judged more than 300 s after its time.
struct `Catching up` {
  /// A station that judges chlorine an hour after its time.
  private func behind() -> Station {
    var station = Station()
    station.lagSeconds = 3600
    return station
  }

  @Test(arguments: [(300, true), (301, false)])
  func `begins with rows older than five minutes`(lag: Int, isTold: Bool) {
    var station = Station()
    station.lagSeconds = lag
    _ = station.chlorine(0, 0.1)
    #expect(
      station.chlorine(180, 0.1)
        == ["raised free_chlorine_low active 0…" + (isTold ? " told" : "")])
  }

  @Test(arguments: [3600, 86_400])
  func `does not begin when it is our own clock that is put forward`(step: Int) {
    var station = Station()
    _ = station.chlorine(0, 0.5)
    station.wallStep = .seconds(step)
    _ = station.chlorine(60, 0.1)
    #expect(station.chlorine(240, 0.1) == ["raised free_chlorine_low active 60… told"])
  }

  @Test func `begins after an outage also when it was our own clock that was put forward`() {
    var station = Station()
    _ = station.chlorine(0, 0.5)
    station.wallStep = .seconds(3600)
    _ = station.chlorine(60, 0.5)
    station.lagSeconds = 4000
    _ = station.chlorine(120, 0.1)
    #expect(station.chlorine(300, 0.1) == ["raised free_chlorine_low active 120…"])
  }

  @Test func `tells once, with the first recent row, what still holds`() {
    var station = behind()
    _ = station.chlorine(0, 0.1)
    #expect(station.chlorine(180, 0.1) == ["raised free_chlorine_low active 0…"])
    #expect(station.chlorine(3000, 0.1) == [])
    station.lagSeconds = 60
    #expect(station.chlorine(7200, 0.1) == ["announced free_chlorine_low active 0… told"])
    #expect(station.chlorine(7260, 0.1) == [])
  }

  @Test func `keeps what is over by then as historical, untold`() {
    var station = behind()
    _ = station.chlorine(0, 0.1)
    _ = station.chlorine(180, 0.1)
    _ = station.chlorine(240, 0.5)
    #expect(
      station.chlorine(600, 0.5) == ["returned free_chlorine_low historical 0–240"])
    station.lagSeconds = 1
    #expect(station.chlorine(7200, 0.5) == [])
  }

  @Test func `keeps as historical what the first recent row ends`() {
    var station = behind()
    _ = station.chlorine(0, 0.1)
    _ = station.chlorine(180, 0.1)
    _ = station.chlorine(240, 0.5)
    station.lagSeconds = 1
    #expect(station.chlorine(7200, 0.5) == ["returned free_chlorine_low historical 0–240"])
  }

  @Test func `tells of the end of what people were told of`() {
    var station = Station()
    _ = station.chlorine(0, 0.1)
    _ = station.chlorine(180, 0.1)
    station.lagSeconds = 3600
    _ = station.chlorine(240, 0.5)
    #expect(
      station.chlorine(600, 0.5)
        == ["returned free_chlorine_low returnedUnacknowledged 0–240 told"])
  }

  @Test func `is over when nothing more was judged for the time of silence`() {
    var station = behind()
    _ = station.chlorine(0, 0.1)
    _ = station.chlorine(180, 0.1)
    let judged = 180 + 3600
    _ = station.engine.brokerLinkChanged(isUp: false, now: station.now)
    #expect(station.tick(judged + 599).filter { $0.contains("chlorine") } == [])
    #expect(
      station.tick(judged + 600).filter { $0.contains("chlorine") }
        == ["announced free_chlorine_low active 0… told"])
  }

  @Test func `does not keep silent for ever about a gateway whose clock is slow`() {
    var station = behind()
    var told: [String] = []
    for second in stride(from: 0, through: 3600, by: 60) {
      told += station.chlorine(second, 0.1).filter { $0.hasSuffix("told") }
      told += station.tick(second + station.lagSeconds + 1).filter { $0.contains("chlorine") }
    }
    #expect(told == ["announced free_chlorine_low active 0… told"])
  }

  /// Two exceedances of four minutes, the second after `gapSeconds` without a row.
  private func toldOfSecondExceedance(gapSeconds: Int) -> [String] {
    var station = behind()
    var second = 0
    while second <= 1200 {
      _ = station.chlorine(second, 0.5)
      second += 60
    }
    second += gapSeconds - 60
    var told: [String] = []
    for (count, value) in [(5, 0.1), (7, 0.5)] {
      for _ in 0..<count {
        told += station.chlorine(second, value).filter { $0.hasSuffix("told") }
        second += 60
      }
    }
    return told
  }

  @Test func `is not what a gateway does whose rows have looked old for ten minutes`() {
    #expect(
      toldOfSecondExceedance(gapSeconds: 60) == [
        "raised free_chlorine_low active 1260… told",
        "returned free_chlorine_low returnedUnacknowledged 1260–1560 told",
      ])
  }

  @Test func `begins anew behind a gap as long as silence`() {
    #expect(toldOfSecondExceedance(gapSeconds: 599).count == 2)
    #expect(toldOfSecondExceedance(gapSeconds: 600) == [])
  }

  @Test func `is not over while rows wait to be judged`() {
    let impatient = AlarmRules(
      limits: Station.rules.limits, silence: .seconds(300), brokerDown: .seconds(120))
    var station = Station(rules: impatient)
    station.lagSeconds = 3600
    _ = station.chlorine(0, 0.1)
    _ = station.chlorine(180, 0.1)
    func tick(_ seconds: Int, isCaughtUp: Bool) -> [String] {
      station.engine.tick(now: Station.moment(seconds), isCaughtUp: isCaughtUp)
        .filter { $0.occurrence.rule == "free_chlorine_low" }.map(Station.text)
    }
    #expect(tick(3800, isCaughtUp: false) == [])
    #expect(tick(4100, isCaughtUp: false) == [])
    #expect(tick(4101, isCaughtUp: true) == [])
    // Rows may wait for so long that people have to be told in between.
    #expect(
      tick(4380, isCaughtUp: false) == ["announced free_chlorine_low active 0… told"])
  }

  @Test func `does not hold back silence`() {
    var station = behind()
    _ = station.chlorine(0, 0.5)
    #expect(station.tick(4200).contains("raised silence active 0… told"))
  }

  @Test func `goes on over a restart`() {
    var station = behind()
    _ = station.chlorine(0, 0.1)
    let row = SampleRow(
      pool: Station.hall, time: Station.instant(180),
      samples: [Station.sample(Station.freeChlorine, 0.1)])
    let raised = station.engine.judge(row, now: Station.moment(3780))
    let state = JudgementState(
      occurrences: raised.map(\.occurrence), sources: station.engine.takeChangedSources())
    var restarted = Station(state: state, startSeconds: 4000)
    #expect(restarted.chlorine(4020, 0.1) == ["announced free_chlorine_low active 0… told"])
  }

  @Test func `tells also of what somebody took on before`() throws {
    var station = behind()
    _ = station.chlorine(0, 0.1)
    _ = station.chlorine(180, 0.1)
    let id = StableIdentifier.derived(from: [
      "free_chlorine_low", "baths/hall", "free_chlorine", "1772380800000",
    ])
    _ = try station.engine.acknowledge(id: id, by: "li", comment: "", now: station.now)
    station.lagSeconds = 1
    #expect(
      station.chlorine(7200, 0.1) == ["announced free_chlorine_low acknowledged 0… told"])
  }
}

struct `A late reading` {
  @Test func `out of limits is recorded and never told`() {
    var station = Station()
    _ = station.chlorine(3600, 0.5)
    #expect(
      station.chlorine(600, 0.1, isLate: true)
        == ["recorded free_chlorine_low historical 600–600"])
    #expect(station.chlorine(1800, 0.5, isLate: true) == [])
  }

  /// Ten intervals are 600 s, two are 120 s.
  @Test func `extends the exceedance it follows, recorded every ten intervals`() {
    var station = Station()
    _ = station.chlorine(36_000, 0.5)
    let times = [600, 660, 1199, 1200, 1260, 1920, 2641]
    let lines = times.map { station.chlorine($0, 0.1, isLate: true) }
    #expect(
      lines == [
        ["recorded free_chlorine_low historical 600–600"], [], [],
        ["recorded free_chlorine_low historical 600–1200"], [],
        ["recorded free_chlorine_low historical 600–1920"],
        ["recorded free_chlorine_low historical 2641–2641"],
      ])
  }

  @Test func `of a backlog of a day adds one step to the records in ten minutes`() {
    var station = Station()
    _ = station.chlorine(90_000, 0.5)
    var lines: [String] = []
    for second in stride(from: 0, to: 86_400, by: 60) {
      lines += station.chlorine(second, 0.1, isLate: true)
    }
    #expect(lines.count == 144)
    #expect(lines.last == "recorded free_chlorine_low historical 0–85800")
  }

  @Test func `begins an exceedance of its own before the newest one, and none inside it`() {
    var station = Station()
    _ = station.chlorine(36_000, 0.5)
    _ = station.chlorine(600, 0.1, isLate: true)
    _ = station.chlorine(1200, 0.1, isLate: true)
    #expect(station.chlorine(660, 0.1, isLate: true) == [])
    #expect(
      station.chlorine(540, 0.1, isLate: true)
        == ["recorded free_chlorine_low historical 540–540"])
    #expect(
      station.chlorine(1800, 0.1, isLate: true)
        == ["recorded free_chlorine_low historical 600–1800"])
  }

  @Test func `takes no part in what comes in order`() {
    var station = Station()
    _ = station.chlorine(600, 0.1)
    _ = station.chlorine(540, 0.5, isLate: true)
    #expect(station.chlorine(780, 0.1) == ["raised free_chlorine_low active 600… told"])
    _ = station.chlorine(700, 0.5, isLate: true)
    _ = station.chlorine(710, 0.5, isLate: true)
    #expect(station.chlorine(840, 0.5) == [])
  }

  @Test(arguments: [QualityFlag.fail, .missing, .unknown])
  func `that says nothing of the water is not recorded`(flag: QualityFlag) {
    var station = Station()
    _ = station.chlorine(600, 0.5)
    #expect(station.chlorine(540, 0.1, flag: flag, isLate: true) == [])
  }

  @Test func `extends the same exceedance after a restart`() {
    var station = Station()
    _ = station.chlorine(36_000, 0.5)
    let row = SampleRow(
      pool: Station.hall, time: Station.instant(600),
      samples: [Station.sample(Station.freeChlorine, 0.1, isLate: true)])
    let recorded = station.engine.judge(row, now: station.now)
    let state = JudgementState(
      occurrences: recorded.map(\.occurrence), sources: station.engine.takeChangedSources())
    var restarted = Station(state: state, startSeconds: 36_100)
    #expect(
      restarted.chlorine(1260, 0.1, isLate: true)
        == ["recorded free_chlorine_low historical 600–1260"])
  }
}
