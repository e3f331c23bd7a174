import PoolModel
import Testing

@testable import Alerting

struct `A closure` {
  private static let actor = AlarmTransition.Actor(name: "li", comment: "new filter sand")
  private static let hour = 3600

  /// Registers one of the hall, from and to seconds after midnight.
  @discardableResult private func close(
    _ station: inout Station, from: Int, to: Int?, pool: String? = "hall", at now: Int
  ) -> Closure {
    station.now = Station.moment(now)
    return station.engine.registerClosure(
      .maintenance, venue: "baths", pool: pool, from: Station.instant(from),
      to: to.map { Station.instant($0) }, by: Self.actor, now: station.now)
  }

  private func end(_ id: String, _ station: inout Station, at now: Int) throws -> Closure {
    try station.engine.endClosure(
      id: id, by: AlarmTransition.Actor(name: "wang", comment: "done"), now: Station.moment(now))
  }

  @Test func `keeps limits from being judged from its beginning up to its end`() {
    var station = Station()
    close(&station, from: 600, to: 1800, at: 0)
    for second in stride(from: 540, to: 1800, by: 60) {
      #expect(station.chlorine(second, 0.1) == [], "\(second)")
    }
    #expect(station.chlorine(1800, 0.1) == [])
    #expect(
      station.chlorine(1980, 0.1) == ["raised free_chlorine_low active 1800… told"])
  }

  @Test func `of a venue is one of all its pools, of a pool of that alone`() {
    for (pool, count) in [("garden", 1), (nil, 0)] as [(String?, Int)] {
      var station = Station()
      close(&station, from: 0, to: 7200, pool: pool, at: 0)
      _ = station.chlorine(60, 0.1)
      #expect(station.chlorine(240, 0.1).count == count)
    }
  }

  @Test func `of the past changes no alarm, and what is pending stays so`() {
    var station = Station()
    _ = station.chlorine(0, 0.1)
    _ = station.chlorine(180, 0.1)
    var other = station
    close(&station, from: 0, to: 200, at: 240)
    for (index, value) in [0.5, 0.5, 0.1, 0.1].enumerated() {
      let second = 300 + index * 300
      #expect(station.chlorine(second, value) == other.chlorine(second, value))
    }
  }

  @Test func `that began in the past counts from its registration on`() {
    var station = Station()
    _ = station.chlorine(0, 0.1)
    _ = station.chlorine(60, 0.1)
    // The newest reading is ahead of our clock.
    let closure = close(&station, from: 0, to: 3600, at: 50)
    #expect(closure.judgedFrom == Station.instant(60) + .milliseconds(1))
    #expect(station.chlorine(240, 0.1) == [])
  }

  @Test func `may be ended before its time, which is judged from then on`() throws {
    var station = Station()
    let closure = close(&station, from: 0, to: nil, at: 0)
    _ = station.chlorine(600, 0.1)
    let ended = try end(closure.id, &station, at: 660)
    #expect(ended.endedTime == Station.instant(660))
    #expect(ended.outage == Station.instant(0)..<Station.instant(660))
    #expect(station.chlorine(720, 0.1) == [])
    #expect(station.chlorine(900, 0.1) == ["raised free_chlorine_low active 720… told"])
    #expect(throws: ClosureError.over(id: closure.id)) {
      try end(closure.id, &station, at: 700)
    }
    #expect(throws: ClosureError.unknown(id: "x")) { try end("x", &station, at: 700) }
  }

  @Test func `that is over cannot be ended, one that is planned can`() throws {
    var station = Station()
    let over = close(&station, from: 0, to: 60, at: 0)
    let planned = close(&station, from: 3600, to: 7200, at: 0)
    #expect(throws: ClosureError.over(id: over.id)) { try end(over.id, &station, at: 60) }
    let ended = try end(planned.id, &station, at: 120)
    #expect(ended.outage.isEmpty && ended.unjudged.isEmpty)
    _ = station.chlorine(4000, 0.1)
    #expect(station.chlorine(4200, 0.1).count == 1)
  }

  @Test func `keeps its pools from being called silent, and gives them their full time after`() {
    var station = Station()
    _ = station.judge(
      0, Station.sample(Station.freeChlorine, 0.5), Station.sample(Station.pH, 7.2))
    close(&station, from: 300, to: 3600, pool: nil, at: 300)
    for second in stride(from: 360, to: 4200, by: 60) {
      #expect(station.tick(second) == [], "\(second)")
    }
    #expect(
      station.tick(4200)
        == ["hall", "garden", "feet"].map { pool in
          // A pool that was never seen is silent as of its first expectation.
          _ = pool
          return "raised silence active 0… told"
        })
  }

  @Test func `keeps a required parameter from being called missing`() {
    var station = Station()
    close(&station, from: 0, to: 3600, at: 0)
    for second in stride(from: 60, to: 3600 + 600, by: 60) {
      _ = station.chlorine(second, 0.5)
      #expect(station.tick(second).allSatisfy { !$0.contains("missing_parameter") }, "\(second)")
    }
    _ = station.chlorine(4200, 0.5)
    #expect(station.tick(4201).contains { $0.contains("missing_parameter") })
  }

  @Test func `leaves an active alarm as it is, and an open silence ends with the next reading`() {
    var station = Station()
    _ = station.chlorine(0, 0.1)
    _ = station.chlorine(180, 0.1)
    _ = station.tick(790)
    close(&station, from: 800, to: 7200, at: 800)
    #expect(
      station.chlorine(900, 0.5)
        == ["returned silence returnedUnacknowledged 180–900 told"])
    for second in stride(from: 960, to: 7200, by: 60) {
      #expect(station.chlorine(second, 0.5) == [])
    }
    #expect(station.chlorine(7200, 0.5) == [])
    #expect(
      station.chlorine(7500, 0.5)
        == ["returned free_chlorine_low returnedUnacknowledged 0–7200 told"])
  }

  @Test func `counts for late readings that come after its registration`() {
    var station = Station()
    _ = station.chlorine(3600, 0.5)
    close(&station, from: 3660, to: 5400, at: 3650)
    _ = station.chlorine(7200, 0.5)
    #expect(station.chlorine(4000, 0.1, isLate: true) == [])
    #expect(station.chlorine(5400, 0.1, isLate: true).count == 1)
  }

  /// Rows, a registration and an ending, with the engine made anew from what Records would hold before each.
  @Test(arguments: 0...40)
  func `is the same after a restart at any time`(restart: Int) throws {
    func run(restartAt restart: Int?) throws -> [String] {
      var station = Station()
      var steps: [String] = []
      var closures: [String: Closure] = [:]
      var occurrences: [String: AlarmOccurrence] = [:]
      var sources: [[String]: SourceState] = [:]
      var rows: [SampleRow] = []
      for index in 0...40 {
        let second = index * 60
        if index == restart {
          let state = JudgementState(
            occurrences: Array(occurrences.values), sources: Array(sources.values),
            closures: Array(closures.values))
          station = Station(state: state, startSeconds: second)
          for row in rows { station.engine.warm(row) }
        }
        let now = Station.moment(second)
        if index == 3 {
          let closure = close(&station, from: 0, to: 1500, at: second)
          closures[closure.id] = closure
        }
        if index == 15, let id = closures.keys.first {
          closures[id] = try end(id, &station, at: second)
        }
        let row = SampleRow(
          pool: Station.hall, time: now.wall + .seconds(20),
          samples: [
            Station.sample(Station.freeChlorine, (index / 7).isMultiple(of: 3) ? 0.5 : 0.1),
            Station.sample(Station.pH, index % 9 < 5 ? 7.9 : 7.2),
          ])
        rows.append(row)
        let transitions = station.engine.judge(row, now: now)
        for transition in transitions {
          occurrences[transition.occurrence.id] = transition.occurrence
          steps.append(transition.id + Station.text(transition))
        }
        for source in station.engine.takeChangedSources() {
          sources[["\(source.pool)", source.parameter ?? ""]] = source
        }
      }
      return steps
    }
    #expect(try run(restartAt: restart) == run(restartAt: nil))
  }

  @Test func `is forgotten five weeks after its end, as by a start`() throws {
    var station = Station()
    let closure = close(&station, from: 600, to: 1800, at: 0)
    let week = 7 * 24 * Self.hour
    _ = station.chlorine(2000, 0.5)
    _ = station.tick(1800 + 5 * week - 1)
    // That the pool is heard of again is another matter.
    func recorded(_ second: Int) -> [String] {
      station.chlorine(second, 0.1, isLate: true).filter { $0.hasPrefix("recorded") }
    }
    #expect(recorded(900) == [])
    _ = station.tick(1800 + 5 * week + Self.hour)
    #expect(
      recorded(960) == [
        "recorded free_chlorine_low historical 960–960"
      ])
    #expect(throws: ClosureError.unknown(id: closure.id)) {
      try end(closure.id, &station, at: 1800 + 5 * week + Self.hour)
    }
  }
}
