import PoolModel
import Testing

@testable import Alerting

/// The class, who is told and what ends it are the README's and the manual's.
@Suite struct `A venue that sends more than it may` {
  private static let since = Station.instant(100)

  private static func note(
    _ engine: inout AlarmEngine, _ pools: [PoolNumber], mayEnd: Bool = true, at seconds: Int
  ) -> [AlarmTransition] {
    engine.noteThrottled(
      Dictionary(uniqueKeysWithValues: pools.map { ($0, since) }), mayEnd: mayEnd,
      now: Station.moment(seconds))
  }

  @Test func `is a monitoring alarm once, from its first refused reading to the end of the spell`()
    throws
  {
    var engine = Station().engine
    #expect(Self.note(&engine, [], at: 100).isEmpty)
    let raised = Self.note(&engine, [Station.hall], at: 101)
    let alarm = try #require(raised.first?.occurrence)
    #expect(raised.count == 1 && raised[0].kind == .raised && raised[0].isAnnouncement)
    #expect(alarm.alarmClass == .monitoring && alarm.rule == "throttled")
    #expect(alarm.pool == PoolID(venue: "baths", pool: "hall"))
    #expect(alarm.eventTime == Self.since && alarm.detectedTime == Station.instant(101))
    #expect(Self.note(&engine, [Station.hall], at: 102).isEmpty)
    let ended = Self.note(&engine, [], at: 700)
    #expect(ended.map(\.kind) == [.returned])
    #expect(ended.first?.occurrence.id == alarm.id)
    #expect(ended.first?.occurrence.state == .returnedUnacknowledged)
    #expect(Self.note(&engine, [], at: 701).isEmpty)
  }

  @Test func `outlives a restart for as long as nobody can tell whether it goes on`() throws {
    var engine = Station().engine
    let alarm = try #require(Self.note(&engine, [Station.hall], at: 101).first?.occurrence)
    var later = Station(state: JudgementState(occurrences: [alarm]), startSeconds: 110).engine
    #expect(Self.note(&later, [], mayEnd: false, at: 111).isEmpty)
    #expect(Self.note(&later, [Station.hall], mayEnd: false, at: 112).isEmpty)
    let ended = Self.note(&later, [], at: 710)
    #expect(ended.map(\.kind) == [.returned])
    #expect(ended.first?.occurrence.id == alarm.id)
  }

  @Test func `is one alarm whichever pool stands for the venue, also after a restart`() throws {
    var engine = Station().engine
    let alarm = try #require(Self.note(&engine, [Station.hall], at: 101).first?.occurrence)
    // A plan that names the venue's pools in another order.
    #expect(Self.note(&engine, [Station.garden], at: 102).isEmpty)
    var later = Station(state: JudgementState(occurrences: [alarm]), startSeconds: 110).engine
    #expect(Self.note(&later, [Station.garden], at: 111).isEmpty)
    let ended = Self.note(&later, [], at: 710)
    #expect(ended.map(\.kind) == [.returned])
    #expect(ended.first?.occurrence.id == alarm.id)
  }
}
