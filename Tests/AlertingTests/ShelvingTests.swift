import PoolModel
import Testing

@testable import Alerting

struct `Shelving` {
  private static let actor = AlarmTransition.Actor(name: "li", comment: "probe ordered")

  private func act(
    _ action: AlarmAction, on id: String, _ station: inout Station, at second: Int
  ) throws -> [String] {
    try station.engine.act(action, on: id, by: Self.actor, now: Station.moment(second))
      .map { Station.text($0) + ($0.occurrence.hold.map { " \($0.word)" } ?? "") }
  }

  private func active() throws -> (Station, String) {
    var station = Station()
    _ = station.chlorine(0, 0.1)
    let row = SampleRow(
      pool: Station.hall, time: Station.instant(180),
      samples: [Station.sample(Station.freeChlorine, 0.1)])
    let raised = station.engine.judge(row, now: Station.moment(181))
    return (station, try #require(raised.first?.occurrence.id))
  }

  @Test func `tells nobody until its end, and then what holds still`() throws {
    var (station, id) = try active()
    #expect(
      try act(.shelve(until: Station.instant(3600)), on: id, &station, at: 200)
        == ["shelved free_chlorine_low active 0… shelved"])
    for second in stride(from: 240, to: 3600, by: 60) {
      _ = station.chlorine(second, 0.1)
      #expect(!station.tick(second).contains { $0.contains("unshelved") })
    }
    #expect(station.tick(3600) == ["unshelved free_chlorine_low active 0… told"])
    #expect(station.tick(3601) == [])
  }

  @Test func `holds the next occurrence too, which has an id of its own`() throws {
    var (station, id) = try active()
    _ = try act(.shelve(until: Station.instant(7200)), on: id, &station, at: 200)
    _ = station.chlorine(240, 0.5)
    #expect(
      station.chlorine(540, 0.5) == ["returned free_chlorine_low returnedUnacknowledged 0–240"])
    _ = station.chlorine(600, 0.1)
    #expect(station.chlorine(780, 0.1) == ["raised free_chlorine_low active 600…"])
    #expect(
      try act(.unshelve, on: id, &station, at: 800)
        == [
          "unshelved free_chlorine_low returnedUnacknowledged 0–240",
          "unshelved free_chlorine_low active 600… told",
        ])
  }

  @Test func `outlives its alarm, and ends without telling anybody`() throws {
    var (station, id) = try active()
    _ = try act(.shelve(until: Station.instant(7200)), on: id, &station, at: 200)
    _ = try act(.acknowledge, on: id, &station, at: 210)
    _ = station.chlorine(240, 0.5)
    #expect(station.chlorine(540, 0.5) == ["returned free_chlorine_low returned 0–240"])
    for second in stride(from: 600, to: 7200, by: 300) { _ = station.chlorine(second, 0.5) }
    #expect(
      station.tick(7200).filter { $0.contains("chlorine") }
        == ["unshelved free_chlorine_low returned 0–240"])
    _ = station.chlorine(7260, 0.1)
    #expect(station.chlorine(7440, 0.1) == ["raised free_chlorine_low active 7260… told"])
  }

  @Test func `may be prolonged, and made into out of service`() throws {
    var (station, id) = try active()
    _ = try act(.shelve(until: Station.instant(600)), on: id, &station, at: 200)
    _ = try act(.shelve(until: Station.instant(1200)), on: id, &station, at: 300)
    #expect(!station.tick(600).contains { $0.contains("unshelved") })
    _ = try act(.takeOutOfService, on: id, &station, at: 700)
    #expect(!station.tick(90_000).contains { $0.contains("free_chlorine") })
    #expect(
      try act(.putBackInService, on: id, &station, at: 90_001)
        == ["putBackInService free_chlorine_low active 0… told"])
  }

  @Test func `is the same after a restart, with its end by our clock`() throws {
    var (station, id) = try active()
    let until = Station.instant(3600)
    let steps = try station.engine.act(
      .shelve(until: until), on: id, by: Self.actor, now: Station.moment(200))
    let state = JudgementState(occurrences: steps.map(\.occurrence))
    var restarted = Station(state: state, startSeconds: 3000)
    #expect(restarted.chlorine(3000, 0.1) == [])
    #expect(restarted.tick(3599) == [])
    #expect(
      restarted.tick(3600).filter { $0.contains("chlorine") }
        == ["unshelved free_chlorine_low active 0… told"])
    // One that came back when its time was over long ago ends at once.
    var late = Station(state: state, startSeconds: 9000)
    #expect(late.tick(9000).contains("unshelved free_chlorine_low active 0… told"))
  }

  @Test func `is kept in mind by an alarm that is over`() throws {
    var (station, id) = try active()
    _ = try act(.takeOutOfService, on: id, &station, at: 200)
    _ = try act(.acknowledge, on: id, &station, at: 210)
    _ = station.chlorine(240, 0.5)
    let row = SampleRow(
      pool: Station.hall, time: Station.instant(540),
      samples: [Station.sample(Station.freeChlorine, 0.5)])
    let over = try #require(station.engine.judge(row, now: Station.moment(541)).first)
    #expect(over.occurrence.state == .returned && over.occurrence.hold == .outOfService)
    var restarted = Station(
      state: JudgementState(occurrences: [over.occurrence]), startSeconds: 600)
    _ = restarted.chlorine(660, 0.1)
    #expect(restarted.chlorine(840, 0.1) == ["raised free_chlorine_low active 660…"])
    #expect(
      try act(.putBackInService, on: id, &restarted, at: 900).first
        == "putBackInService free_chlorine_low returned 0–240")
  }

  @Test func `names whose matter an alarm is, and keeps every word said to it`() throws {
    var (station, id) = try active()
    let now = Station.moment(300)
    let assigned = try station.engine.act(.assign(to: "wang"), on: id, by: Self.actor, now: now)
    #expect(assigned[0].occurrence.assignedTo == "wang")
    #expect(assigned[0].actor == Self.actor && !assigned[0].isAnnouncement)
    let first = try station.engine.act(.comment, on: id, by: Self.actor, now: now)
    let second = try station.engine.act(
      .comment, on: id, by: AlarmTransition.Actor(name: "wang", comment: "on my way"), now: now)
    #expect(first[0].occurrence == assigned[0].occurrence)
    #expect(first[0].id != second[0].id)
  }
}
