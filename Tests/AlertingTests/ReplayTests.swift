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
}
