import PoolModel
import Testing

@testable import Alerting

struct `Acknowledging` {
  private let id = StableIdentifier.derived(from: [
    "free_chlorine_low", "baths/hall", "free_chlorine", "1772380800000",
  ])

  private func active() -> Station {
    var station = Station()
    _ = station.chlorine(0, 0.1)
    _ = station.chlorine(180, 0.1)
    return station
  }

  private func acknowledge(_ station: inout Station) throws(AlarmError) -> AlarmTransition {
    try station.engine.acknowledge(
      id: id, by: "li", comment: "on my way", now: Station.moment(1000))
  }

  @Test func `an active alarm makes it acknowledged, and over when it returns`() throws {
    var station = active()
    let step = try acknowledge(&station)
    #expect(Station.text(step) == "acknowledged free_chlorine_low acknowledged 0…")
    #expect(step.time == Station.instant(1000))
    #expect(step.actor == AlarmTransition.Actor(name: "li", comment: "on my way"))
    #expect(step.occurrence.acknowledgedBy == "li")
    _ = station.chlorine(1060, 0.5)
    #expect(station.chlorine(1360, 0.5) == ["returned free_chlorine_low returned 0–1060 told"])
    #expect(throws: AlarmError.unknown(id: id)) { try acknowledge(&station) }
  }

  @Test func `a returned alarm ends it`() throws {
    var station = active()
    _ = station.chlorine(240, 0.5)
    #expect(
      station.chlorine(540, 0.5)
        == ["returned free_chlorine_low returnedUnacknowledged 0–240 told"])
    #expect(
      Station.text(try acknowledge(&station)) == "acknowledged free_chlorine_low returned 0–240")
    #expect(throws: AlarmError.unknown(id: id)) { try acknowledge(&station) }
  }

  @Test func `twice is refused with the name of the first`() throws {
    var station = active()
    _ = try acknowledge(&station)
    #expect(throws: AlarmError.alreadyAcknowledged(by: "li")) { try acknowledge(&station) }
  }

  @Test func `an unknown alarm is refused`() {
    var station = Station()
    #expect(throws: AlarmError.unknown(id: id)) { try acknowledge(&station) }
  }

  @Test func `a historical alarm is refused`() {
    var station = Station()
    _ = station.chlorine(3600, 0.5)
    _ = station.chlorine(0, 0.1, isLate: true)
    #expect(throws: AlarmError.over(state: .historical)) { try acknowledge(&station) }
  }

  @Test func `leaves a new exceedance to be a new alarm`() throws {
    var station = active()
    _ = station.chlorine(240, 0.5)
    _ = station.chlorine(540, 0.5)
    _ = station.chlorine(600, 0.1)
    #expect(station.chlorine(780, 0.1) == ["raised free_chlorine_low active 600… told"])
    // The first one is still there for somebody to look at.
    #expect(
      Station.text(try acknowledge(&station)) == "acknowledged free_chlorine_low returned 0–240")
    _ = station.chlorine(840, 0.5)
    #expect(
      station.chlorine(1140, 0.5)
        == ["returned free_chlorine_low returnedUnacknowledged 600–840 told"])
  }

  @Test func `closes an alarm after a restart whose rule is gone: nobody would see it end`() throws
  {
    var occurrence = AlarmOccurrence(
      id: id, alarmClass: .water, state: .active, rule: "urea_high",
      pool: PoolID(venue: "gone", pool: "hall"), parameter: "urea",
      eventTime: Station.instant(0), detectedTime: Station.instant(0), isAnnounced: true)
    var station = Station(state: JudgementState(occurrences: [occurrence]))
    let step = try acknowledge(&station)
    occurrence.state = .returned
    occurrence.acknowledgedBy = "li"
    #expect(step.occurrence == occurrence)
  }

  @Test(arguments: [
    ("urea_high", "urea", "hall"), ("missing_parameter", "orp", "hall"), ("silence", "", "gone"),
  ])
  func `closes also what was acknowledged before its rule or pool left the plan`(
    rule: String, parameter: String, pool: String
  ) throws {
    let occurrence = AlarmOccurrence(
      id: id, alarmClass: .monitoring, state: .acknowledged, rule: rule,
      pool: PoolID(venue: "baths", pool: pool), parameter: parameter.isEmpty ? nil : parameter,
      eventTime: Station.instant(0), detectedTime: Station.instant(0), acknowledgedBy: "wang",
      isAnnounced: true)
    var station = Station(state: JudgementState(occurrences: [occurrence]))
    let step = try acknowledge(&station)
    #expect(step.kind == .acknowledged)
    #expect(step.occurrence.state == .returned)
    #expect(step.occurrence.acknowledgedBy == "li")
    #expect(throws: AlarmError.unknown(id: id)) { try acknowledge(&station) }
  }
}
