import PoolModel
import Testing

@testable import Alerting

/// The engine looks at its sources when the first can have become silent; that must find what a look at
/// every tick finds.
struct `Looking for silence` {
  @Test(arguments: UInt64(1)...40)
  func `finds in time what looking all the time finds`(seed: UInt64) {
    var seldom = Station(isLinkUp: false)
    var always = seldom
    var random = SplitMix64(seed: seed)
    var found = 0
    var second = 0
    while second < 20_000 {
      second += 1 + Int.random(in: 0..<120, using: &random)
      let now = Station.moment(second)
      let event = Event.next(&random, second: second)
      let inTime = event.happen(to: &seldom, now: now)
      always.engine.nextWatch = .zero
      let wanted = event.happen(to: &always, now: now)
      #expect(inTime == wanted)
      found += inTime.count
    }
    #expect(found > 10)
  }

  private enum Event {
    case row(SampleRow)
    case link(isUp: Bool)
    case tick(isCaughtUp: Bool)

    static func next(_ random: inout SplitMix64, second: Int) -> Event {
      switch Int.random(in: 0..<40, using: &random) {
      case 0: return .link(isUp: false)
      case 1...4: return .link(isUp: true)
      case 5: return .tick(isCaughtUp: false)
      case 6...24: return .tick(isCaughtUp: true)
      default: break
      }
      // The hall reports often, the garden seldom, the foot bath hardly ever.
      let pool = [Station.hall, Station.hall, Station.hall, Station.garden][
        Int.random(in: 0..<4, using: &random)]
      let both = [
        Station.sample(Station.freeChlorine, 0.5), Station.sample(Station.pH, 7.2),
      ]
      let isWhole = Int.random(in: 0..<8, using: &random) < 3
      let rest = Int.random(in: 0..<60, using: &random) == 0 ? Station.footBath : pool
      return .row(
        SampleRow(
          pool: rest, time: Station.instant(second), samples: isWhole ? both : [both[0]]))
    }

    func happen(to station: inout Station, now: Moment) -> [AlarmTransition] {
      switch self {
      case .row(let row):
        station.engine.judge(row, now: now) + station.engine.tick(now: now)
      case .link(let isUp): station.engine.brokerLinkChanged(isUp: isUp, now: now)
      case .tick(let isCaughtUp): station.engine.tick(now: now, isCaughtUp: isCaughtUp)
      }
    }
  }
}

struct `Silence of a source that tells of the past` {
  @Test func `is not put off by it`() {
    var station = Station()
    let both = [Station.sample(Station.freeChlorine, 0.5), Station.sample(Station.pH, 7.2)]
    // Late though newer than all before: only a gateway's own word makes a reading so.
    let past = [Station.sample(Station.freeChlorine, 0.5, isLate: true)]
    func judge(_ seconds: Int, _ samples: [Sample]) -> [String] {
      let row = SampleRow(
        pool: Station.hall, time: Station.instant(seconds), samples: samples)
      return station.engine.judge(row, now: Station.moment(seconds + 10)).map(Station.text)
    }
    func tick(_ seconds: Int) -> [String] {
      station.engine.tick(now: Station.moment(seconds))
        .filter { $0.occurrence.pool?.pool == "hall" }.map(Station.text)
    }
    #expect(judge(90, both) == [])
    #expect(judge(300, past) == [])
    #expect(judge(600, past) == [])
    #expect(tick(699) == [])
    #expect(tick(700) == ["raised silence active 90… told"])
    #expect(judge(800, past) == [])
    #expect(judge(900, both) == ["returned silence returnedUnacknowledged 90–900 told"])
  }
}
