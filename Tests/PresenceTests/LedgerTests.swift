import PoolModel
import Testing

@testable import Presence

@Suite struct `What is known of a gateway` {
  private var ledger = GatewayLedger(
    plan: .sample(poolCounts: [2, 1]),
    bindings: [.sample("plant", venue: "v1", dialect: .sparkplug)])

  private func figures(_ id: String, now: Moment = start) throws -> GatewayFigures {
    try #require(ledger.figures(in: 0..<ledger.count, now: now).first { $0.id == id })
  }

  private mutating func note(
    _ gateway: Int = 0, _ readings: [Reading] = [], refused: [RefusalReason] = [],
    isRetained: Bool = false, now: Moment = start
  ) {
    ledger.note(
      gateway: gateway, readings: readings, refusals: refused.map(Refusal.of),
      tally: MessageTally(), isRetained: isRetained, now: now)
  }

  @Test func `entries are the venues, the bindings and nobody`() {
    #expect(ledger.count == 4)
    #expect(ledger.index(of: "v0") == 0)
    #expect(ledger.index(of: "v1", pool: PoolNumber(2)) == 1)
    #expect(ledger.index(of: "v1", pool: PoolNumber(0)) == 1)
    #expect(ledger.index(of: "plant", pool: PoolNumber(2)) == 2)
    #expect(ledger.index(of: nil) == 3)
    #expect(ledger.index(of: "stranger") == 3)
    #expect(ledger.index(of: "unknown") == 3)
    #expect(ledger.unknownIndex == 3)
  }

  @Test mutating func `what may not exist is shown when something came of it`() {
    func shown(_ venue: String? = nil) -> [String] {
      ledger.figures(in: 0..<100, venue: venue, now: start).map(\.id)
    }
    #expect(shown() == ["v0", "plant"])
    #expect(shown("v1") == ["plant"])
    note(1)
    note(3, refused: [.unknownTopic])
    #expect(shown() == ["v0", "v1", "plant", "unknown"])
    #expect(shown("v1") == ["v1", "plant"])
    #expect(
      ledger.figures(in: 0..<4, now: start).map(\.dialect) == [
        "native", "native", "sparkplug", nil,
      ])
  }

  @Test mutating func `a gateway that has the id of a venue shares its entry`() throws {
    ledger = GatewayLedger(
      plan: .sample(poolCounts: [1]), bindings: [.sample("v0", venue: "v0", dialect: .hj212)])
    #expect(ledger.count == 2)
    #expect(try figures("v0").dialect == "hj212")
  }

  @Test mutating func `live readings are a sign of life, replays and refused messages are none`()
    throws
  {
    note(0, [.at(start.wall)], isRetained: true)
    note(0, refused: [.badJSON, .badJSON, .nonFinite])
    var v0 = try figures("v0")
    #expect(v0.lastSeen == nil && v0.silence == nil && v0.newestTime == nil)
    #expect(v0.clockOffsetMilliseconds == nil)
    #expect(v0.messageCount == 2)
    #expect(v0.refused == [.badJSON: 2, .nonFinite: 1])
    #expect(v0.refusedCount == 3)
    note(0, [.at(start.wall - .seconds(1))])
    // The wall clock steps an hour back: the silence does not.
    var later = start.advanced(by: .seconds(60))
    later.wall = later.wall - .seconds(3600)
    v0 = try figures("v0", now: later)
    #expect(v0.lastSeen == start.wall)
    #expect(v0.silence == .seconds(60))
    #expect(v0.newestTime == start.wall - .seconds(1))
  }

  @Test mutating func `status tells the state, and only a live online is a sign of life`() throws {
    func status(_ isOnline: Bool, firmware: String? = nil, isRetained: Bool = false) {
      ledger.note(
        gateway: 0, readings: [], refusals: [], tally: MessageTally(), isRetained: isRetained,
        now: start)
      ledger.noteStatus(
        gateway: 0, isOnline: isOnline, time: start.wall, firmware: firmware,
        isRetained: isRetained, now: start)
    }
    #expect(try figures("v0").state == .unknown)
    status(true, firmware: "1.0", isRetained: true)
    #expect(try figures("v0").state == .online)
    #expect(try figures("v0").firmware == "1.0")
    #expect(try figures("v0").statusTime == start.wall)
    #expect(try figures("v0").lastSeen == nil)
    status(false)
    #expect(try figures("v0").state == .offline)
    #expect(try figures("v0").lastSeen == nil)
    #expect(try figures("v0").firmware == "1.0")
    status(true)
    #expect(try figures("v0").lastSeen == start.wall)
  }

  @Test mutating func `live readings take back that it is offline, and say nothing otherwise`()
    throws
  {
    note(0, [.at(start.wall)])
    #expect(try figures("v0").state == .unknown)
    ledger.noteStatus(
      gateway: 0, isOnline: false, time: nil, firmware: nil, isRetained: true, now: start)
    note(0, [.at(start.wall)], isRetained: true)
    #expect(try figures("v0").state == .offline)
    note(0, [.at(start.wall)])
    #expect(try figures("v0").state == .online)
  }

  @Test mutating func `readings are counted by what became of them`() throws {
    var tally = MessageTally()
    tally.add(stored: 3, duplicate: 0, conflict: 0, late: 0)
    tally.add(stored: 1, duplicate: 2, conflict: 0, late: 1)
    tally.add(stored: 0, duplicate: 3, conflict: 0, late: 0)
    tally.add(stored: 0, duplicate: 2, conflict: 1, late: 0)
    tally.add(stored: 0, duplicate: 0, conflict: 0, late: 0)
    for _ in 0..<2 {
      ledger.note(
        gateway: 1, readings: [], refusals: [], tally: tally, isRetained: false, now: start)
    }
    let v1 = try figures("v1")
    #expect(v1.tally.stored == 4 && v1.tally.duplicate == 2)
    #expect(v1.tally.conflict == 2 && v1.tally.late == 2)
  }

  @Test mutating func `another plan keeps what is known of those that stay`() throws {
    note(0, [.at(start.wall - .milliseconds(300), 7)], refused: [.badUnit])
    note(2, [.at(start.wall, pool: 2)])
    note(3, refused: [.unknownTopic])
    ledger.noteStatus(
      gateway: 2, isOnline: true, time: nil, firmware: "f", isRetained: false, now: start)
    ledger.sessionWasLost(now: start)
    ledger.commit()
    let former = try figures("v0")
    let plant = try figures("plant")
    ledger = ledger.replanned(
      plan: .sample(poolCounts: [1, 1, 1]),
      bindings: [.sample("new", venue: "v2"), .sample("plant", venue: "v1", dialect: .sparkplug)])
    #expect(ledger.index(of: "plant") == 4)
    #expect(try figures("v0") == former)
    #expect(former.clockOffsetMilliseconds == 300)
    #expect(try figures("plant") == plant)
    #expect(try figures("unknown").refused == [.unknownTopic: 1])
    // The session was lost before the gateway was planned.
    note(3, [.at(start.wall)])
    #expect(try figures("new").lostSessionCount == 0)
    // Another venue's gateway of the same id is another gateway.
    ledger.commit()
    ledger = ledger.replanned(
      plan: .sample(poolCounts: [1, 1]), bindings: [.sample("plant", venue: "v0")])
    #expect(try figures("plant").messageCount == 0)
  }
}
