import PoolModel
import Testing

@testable import Alerting

struct `A replayed reading` {
  @Test func `ends no silence and says nothing of the water`() {
    var station = Station()
    _ = station.engine.tick(now: Station.moment(600))
    var sample = Station.sample(Station.freeChlorine, 0.1)
    sample.arrivalMarks.insert(.replayed)
    let transitions = station.engine.judge(
      SampleRow(pool: Station.hall, time: Station.instant(650), samples: [sample]),
      now: Station.moment(651))
    #expect(transitions.isEmpty)
    // And the water is as unknown as before.
    #expect(station.engine.newestJudged == nil)
  }

  @Test func `beside one that was not replayed is left out of judgement and of reading back`() {
    var replayed = Station.sample(Station.freeChlorine, 0.1)
    replayed.arrivalMarks.insert(.replayed)
    var station = Station()
    #expect(station.judge(0, replayed, Station.sample(Station.pH, 7.2)) == [])
    // It was not the first of two out of limits.
    #expect(station.chlorine(180, 0.1) == [])
    _ = station.chlorine(240, 0.5)
    let state = JudgementState(sources: station.engine.takeChangedSources())
    var restarted = Station(state: state, startSeconds: 300)
    restarted.engine.warm(
      SampleRow(pool: Station.hall, time: Station.instant(200), samples: [replayed]))
    #expect(restarted.chlorine(380, 0.1) == [])
  }
}
