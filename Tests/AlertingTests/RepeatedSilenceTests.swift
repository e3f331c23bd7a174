import PoolModel
import Testing

@testable import Alerting

/// What Records keeps of silences, and the engine that goes on from it.
private struct Watchroom {
  var engine: AlarmEngine
  var now = Station.moment(0)
  var ids: [String] = []
  private var open: [String: AlarmOccurrence] = [:]
  private var sources: [String: SourceState] = [:]

  init() { engine = Station().engine }

  mutating func keep(_ transitions: [AlarmTransition]) -> [String] {
    for transition in transitions {
      let occurrence = transition.occurrence
      open[occurrence.id] = occurrence.state.isOpen ? occurrence : nil
      if transition.kind == .raised { ids.append(occurrence.id) }
    }
    for source in engine.takeChangedSources() {
      sources["\(source.pool) \(source.parameter ?? "")"] = source
    }
    return transitions.filter { $0.occurrence.pool?.pool == "hall" }.map(Station.text)
  }

  mutating func judge(_ seconds: Int, isLate: Bool = false, at moment: Int) -> [String] {
    go(to: moment)
    let samples = [Station.freeChlorine, Station.pH].map {
      Station.sample($0, $0 == Station.pH ? 7.2 : 0.5, isLate: isLate)
    }
    return keep(
      engine.judge(
        SampleRow(pool: Station.hall, time: Station.instant(seconds), samples: samples), now: now))
  }

  mutating func tick(_ moment: Int) -> [String] {
    go(to: moment)
    return keep(engine.tick(now: now))
  }

  mutating func go(to moment: Int) { now = Station.moment(moment) }

  mutating func acknowledgeAll() {
    for id in open.keys.sorted() {
      // One that is taken on already stays as it is.
      guard let step = try? engine.acknowledge(id: id, by: "li", comment: "", now: now) else {
        continue
      }
      _ = keep([step])
    }
  }

  mutating func restart() {
    engine = AlarmEngine(
      plan: Station.plan, profiles: [Station.profile()], rules: Station.rules,
      state: JudgementState(
        occurrences: Array(open.values), sources: Array(sources.values)), now: now)
    _ = engine.brokerLinkChanged(isUp: true, now: now)
  }
}

struct `A silence after a silence` {
  @Test(arguments: [false, true])
  func `as of the same reading has an id of its own, each time`(isRestarted: Bool) {
    var room = Watchroom()
    _ = room.judge(90, at: 100)
    #expect(room.tick(700) == ["raised silence active 90… told"])
    for round in 1...3 {
      room.acknowledgeAll()
      let ended = room.judge(30, isLate: true, at: round * 1000)
      #expect(ended.filter { $0.contains("returned silence returned ") }.count == 1)
      if isRestarted { room.restart() }
      let silent = round * 1000 + 600
      #expect(room.tick(silent).first == "raised silence active \(silent)… told")
    }
    #expect(Set(room.ids).count == room.ids.count)
  }

  @Test func `as of a newer reading begins with it, also after a restart`() {
    for isRestarted in [false, true] {
      var room = Watchroom()
      _ = room.judge(90, at: 100)
      _ = room.tick(700)
      _ = room.judge(800, at: 801)
      if isRestarted { room.restart() }
      #expect(room.tick(1401) == ["raised silence active 800… told"])
    }
  }

  /// The gateway's clock is slow, right or fast; our own is set back now and then.
  @Test(arguments: 1...60)
  func `never has the id of another, whatever restarts and clocks do`(seed: UInt64) {
    var numbers = SplitMix64(seed: seed)
    var room = Watchroom()
    let skew = [-1800, 0, 0, 1800].randomElement(using: &numbers) ?? 0
    var second = 0
    var setBack = 0
    var newest: Int?
    for _ in 0..<120 {
      second += [5, 60, 300, 600].randomElement(using: &numbers) ?? 60
      if Int.random(in: 0..<30, using: &numbers) == 0 { setBack += 600 }
      room.now = Station.moment(second)
      room.now.wall = Station.instant(second - setBack)
      var time = second + skew
      switch Int.random(in: 0..<10, using: &numbers) {
      case 0, 1, 2:
        // A gateway that was slow at first may later send the very times of our clock.
        if Bool.random(using: &numbers) { time = second - setBack }
        let isLate = newest.map { time <= $0 } ?? false
        if !isLate { newest = time }
        _ = feed(&room, time, isLate: isLate)
      case 3, 4: _ = feed(&room, (newest ?? time) - 60, isLate: true)
      case 5: room.restart()
      case 6: room.acknowledgeAll()
      default: _ = room.keep(room.engine.tick(now: room.now))
      }
    }
    #expect(!room.ids.isEmpty)
    #expect(Set(room.ids).count == room.ids.count, "seed \(seed)")
  }

  private func feed(_ room: inout Watchroom, _ time: Int, isLate: Bool) -> [String] {
    let samples = [Station.sample(Station.freeChlorine, 0.5, isLate: isLate)]
    return room.keep(
      room.engine.judge(
        SampleRow(pool: Station.hall, time: Station.instant(time), samples: samples),
        now: room.now))
  }
}

struct `A pause of judgement` {
  private let samples = [
    Station.sample(Station.freeChlorine, 0.5), Station.sample(Station.pH, 7.2),
  ]

  private func station() -> Station {
    var station = Station()
    let row = SampleRow(pool: Station.hall, time: Station.instant(90), samples: samples)
    _ = station.engine.judge(row, now: Station.moment(100))
    return station
  }

  private func tick(_ station: inout Station, _ seconds: Int, isCaughtUp: Bool) -> [String] {
    station.engine.tick(now: Station.moment(seconds), isCaughtUp: isCaughtUp)
      .filter { $0.occurrence.pool?.pool == "hall" }.map(Station.text)
  }

  @Test func `makes no source silent, and gives each its full time again`() {
    var station = station()
    #expect(tick(&station, 200, isCaughtUp: false) == [])
    #expect(tick(&station, 5000, isCaughtUp: false) == [])
    #expect(tick(&station, 5001, isCaughtUp: true) == [])
    #expect(tick(&station, 5600, isCaughtUp: true) == [])
    #expect(tick(&station, 5601, isCaughtUp: true) == ["raised silence active 90… told"])
  }

  @Test(arguments: [(1, 700), (2, 702)])
  func `counts as one when it is longer than a second`(seconds: Int, silentAt: Int) {
    var station = station()
    _ = tick(&station, 100, isCaughtUp: false)
    let resumed = 100 + seconds
    _ = tick(&station, resumed, isCaughtUp: true)
    #expect(tick(&station, silentAt - 1, isCaughtUp: true) == [])
    #expect(tick(&station, silentAt, isCaughtUp: true) == ["raised silence active 90… told"])
  }

  @Test func `makes no parameter missing`() {
    var station = station()
    for second in stride(from: 160, through: 1000, by: 60) {
      let row = SampleRow(
        pool: Station.hall, time: Station.instant(second), samples: [samples[0]])
      _ = station.engine.judge(row, now: Station.moment(second))
      #expect(tick(&station, second, isCaughtUp: false) == [])
    }
    #expect(tick(&station, 1001, isCaughtUp: true) == [])
  }
}
