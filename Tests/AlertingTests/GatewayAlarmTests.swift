import PoolModel
import Testing

@testable import Alerting

/// Class, beginning, end and what is not told besides are the manual's (docs/alarms.md).
@Suite struct `Alarms about gateways` {
  /// Offline is silent for five minutes or said to be gone for one; a clock is off beyond a minute.
  ///
  /// The station's pools are silent after ten minutes.
  private static let rules: AlarmRules = {
    var monitoring = MonitoringRules()
    monitoring.gatewayOffline = .init(silence: .seconds(300), afterWord: .seconds(60))
    monitoring.clockOffset = .seconds(60)
    return AlarmRules(
      limits: Station.rules.limits, silence: .seconds(600), brokerDown: .seconds(120),
      monitoring: monitoring)
  }()

  private static let both = [WatchedGateway(id: "box", pools: [Station.hall, Station.garden])]

  /// A station whose gateways are `gateways`.
  private static func station(
    _ gateways: [WatchedGateway] = both, state: JudgementState = JudgementState(),
    startSeconds: Int = 0
  ) -> Station {
    var station = Station(state: state, startSeconds: startSeconds)
    station.engine = AlarmEngine(
      plan: Station.plan, profiles: [Station.profile()], rules: rules, gateways: gateways,
      state: state, now: Station.moment(startSeconds))
    _ = station.engine.brokerLinkChanged(isUp: true, now: Station.moment(startSeconds))
    return station
  }

  /// What follows from looking at the gateway at `seconds`.
  private static func look(
    _ station: inout Station, _ seconds: Int, seen: Int?, gone: Int? = nil, offset: Double? = nil,
    newest: Int? = nil, gateway: String = "box"
  ) -> [AlarmTransition] {
    let report = GatewayReport(
      gateway: gateway, lastSeen: seen.map { Station.moment($0).monotonic },
      goneSince: gone.map { Station.moment($0).monotonic },
      newestReading: newest.map { Station.moment($0).wall },
      clockOffset: offset.map { .milliseconds(Int($0 * 1000)) })
    return station.engine.noteGateways([report], now: Station.moment(seconds))
  }

  private static func lines(_ steps: [AlarmTransition]) -> [String] { steps.map(Station.text) }

  /// Rows of the hall and the garden at `seconds`.
  private static func report(_ station: inout Station, _ seconds: Int) {
    for pool in [Station.hall, Station.garden] {
      _ = station.judge(
        seconds, Station.sample(Station.freeChlorine, 0.5), Station.sample(Station.pH, 7.2),
        in: pool)
    }
  }

  @Test func `a silent gateway is one alarm, and none of its pools is called silent besides`()
    throws
  {
    var station = Self.station()
    Self.report(&station, 60)
    #expect(Self.look(&station, 360, seen: 61).isEmpty)
    let raised = Self.look(&station, 361, seen: 61)
    #expect(Self.lines(raised) == ["raised gateway_offline active 60… told"])
    let alarm = try #require(raised.first?.occurrence)
    #expect(alarm.alarmClass == .monitoring && alarm.parameter == "box")
    #expect(alarm.pool == PoolID(venue: "baths", pool: "hall"))
    #expect(Self.look(&station, 371, seen: 61).isEmpty)
    // The foot bath has another gateway.
    #expect(station.tick(700) == ["raised silence active 0… told"])
    // It comes back with the hall alone: the garden has its full time again, then it is silent.
    _ = station.judge(800, Station.sample(Station.freeChlorine, 0.5))
    #expect(
      Self.lines(Self.look(&station, 810, seen: 801)) == [
        "returned gateway_offline returnedUnacknowledged 60–801 told"
      ])
    for seconds in stride(from: 860, through: 1400, by: 60) {
      _ = station.judge(
        seconds, Station.sample(Station.freeChlorine, 0.5), Station.sample(Station.pH, 7.2))
    }
    #expect(station.tick(1409).isEmpty)
    #expect(station.tick(1410) == ["raised silence active 60… told"])
  }

  @Test func `what is pending when a gateway falls silent is raised all the same`() {
    var station = Self.station()
    _ = station.chlorine(60, 0.2)
    _ = Self.look(&station, 361, seen: 61)
    #expect(station.tick(661).first == "raised free_chlorine_low active 60… told")
  }

  @Test func `one that was said to be gone is offline a minute later, unless it comes back`() {
    var station = Self.station()
    Self.report(&station, 60)
    #expect(Self.look(&station, 139, seen: 61, gone: 80).isEmpty)
    var second = station
    #expect(Self.look(&second, 145, seen: 141).isEmpty)
    let raised = Self.look(&station, 140, seen: 61, gone: 80)
    #expect(Self.lines(raised) == ["raised gateway_offline active 60… told"])
    #expect(raised.first?.occurrence.basis == "it was said to be gone")
    // That it was heard and is gone again is no end.
    #expect(Self.look(&station, 160, seen: 150, gone: 155).isEmpty)
    #expect(Self.look(&station, 170, seen: 165).map(\.kind) == [.returned])
  }

  @Test func `while the broker cannot be reached nothing is judged, and its time begins anew`() {
    var station = Self.station()
    Self.report(&station, 60)
    _ = station.engine.brokerLinkChanged(isUp: false, now: Station.moment(100))
    #expect(Self.look(&station, 400, seen: 61).isEmpty)
    _ = station.engine.brokerLinkChanged(isUp: true, now: Station.moment(500))
    #expect(Self.look(&station, 799, seen: 61).isEmpty)
    #expect(Self.look(&station, 800, seen: 61).map(\.kind) == [.raised])
  }

  @Test func `where all its pools are out of use nothing is judged, and its time begins anew`()
    throws
  {
    var station = Self.station()
    Self.report(&station, 60)
    let actor = AlarmTransition.Actor(name: "li", comment: "holiday")
    let closure = station.engine.registerClosure(
      .closure, venue: "baths", pool: nil, from: Station.instant(100), to: nil, by: actor,
      now: Station.moment(100))
    #expect(Self.look(&station, 900, seen: 61, gone: 100, offset: 300).isEmpty)
    _ = try station.engine.endClosure(id: closure.id, by: actor, now: Station.moment(1000))
    #expect(Self.look(&station, 1299, seen: 61).isEmpty)
    #expect(Self.look(&station, 1300, seen: 61).map(\.kind) == [.raised])
  }

  @Test func `of pools that are silent already nobody is told again`() {
    var station = Self.station([WatchedGateway(id: "box", pools: [Station.hall])])
    #expect(station.tick(600).count == 3)
    #expect(Self.look(&station, 601, seen: nil).isEmpty)
  }

  @Test func `a pool is silent when one of its gateways lives, or none is known to be offline`() {
    let two = ["a", "b"].map { WatchedGateway(id: $0, pools: [Station.hall]) }
    var station = Self.station(
      two + [WatchedGateway(id: "c", pools: [Station.hall], isOptional: true)])
    _ = station.chlorine(60, 0.5)
    #expect(Self.look(&station, 400, seen: 61, gateway: "a").count == 1)
    var living = station
    #expect(
      living.tick(661).filter { $0.contains("60…") } == [
        "raised silence active 60… told"
      ])
    // Of the third, which may not exist, nothing is expected.
    #expect(Self.look(&station, 410, seen: 61, gateway: "b").count == 1)
    #expect(station.tick(661).filter { $0.contains("60…") } == [])
  }

  @Test func `goes on over a restart, and ends with the same id`() throws {
    var station = Self.station()
    Self.report(&station, 60)
    let alarm = try #require(Self.look(&station, 361, seen: 61).first?.occurrence)
    var state = JudgementState(occurrences: [alarm])
    state.sources = station.engine.takeChangedSources()
    var later = Self.station(state: state, startSeconds: 400)
    // Nobody has heard of it since the start: that is no end, and no second beginning.
    #expect(Self.look(&later, 410, seen: nil).isEmpty)
    #expect(Self.look(&later, 900, seen: nil).isEmpty)
    #expect(later.tick(1100).count == 1)
    let ended = Self.look(&later, 1200, seen: 1195)
    #expect(ended.map(\.kind) == [.returned])
    #expect(ended.first?.occurrence.id == alarm.id)
  }

  @Test func `one is dated by its own newest reading, not by another's of the same pools`() {
    var station = Self.station()
    Self.report(&station, 60)
    Self.report(&station, 300)
    let raised = Self.look(&station, 400, seen: 61, newest: 60)
    #expect(Self.lines(raised) == ["raised gateway_offline active 60… told"])
  }

  @Test func `a clock is wrong beyond the bound, and right again at half of it`() throws {
    var station = Self.station()
    Self.report(&station, 60)
    #expect(Self.look(&station, 70, seen: 61, offset: 60).isEmpty)
    #expect(Self.look(&station, 80, seen: 61, offset: -60).isEmpty)
    let raised = Self.look(&station, 90, seen: 61, offset: -60.001)
    #expect(Self.lines(raised) == ["raised clock_offset active 90… told"])
    let alarm = try #require(raised.first?.occurrence)
    #expect(alarm.basis == "its clock is 60.001 s ahead of ours")
    var later = Self.station(state: JudgementState(occurrences: [alarm]), startSeconds: 100)
    for offset in [nil, -100, 30.001, -30.001] {
      #expect(Self.look(&later, 110, seen: 105, offset: offset).isEmpty)
    }
    let ended = Self.look(&later, 120, seen: 105, offset: 30)
    #expect(ended.map(\.kind) == [.returned])
    #expect(ended.first?.occurrence.id == alarm.id)
  }

  @Test func `without a rule nothing is judged`() {
    var station = Station()
    #expect(Self.look(&station, 5000, seen: 0, gone: 0, offset: 500).isEmpty)
  }
}
