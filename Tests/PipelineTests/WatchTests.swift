import Pipeline
import PoolModel
import RingStore
import Testing

/// What those are told who watch a venue.
@Suite struct `Messages of a watched venue` {
  private static let chlorine = ParameterSet(ParameterNumber(0))
  private static let pH = ParameterSet(ParameterNumber(3))

  private static func observed(_ bench: Workbench) throws -> [ObservedMessage] {
    try bench.pipeline.commit(now: bench.now)
    return bench.pipeline.takeObservations().messages
  }

  @Test func `each value tells whether it is stored, there already, or not taken`() throws {
    let bench = try Workbench()
    bench.pipeline.watchedVenues = ["jade"]
    let time = bench.now.wall.milliseconds
    bench.receive(payload: #"{"ts":\#(time),"values":{"free_chlorine":0.5,"ph":7.3}}"#)
    bench.receive(payload: #"{"ts":\#(time),"values":{"free_chlorine":0.5,"ph":7.4,"orp":700}}"#)
    let messages = try Self.observed(bench)
    #expect(messages.map(\.readingCount) == [1, 1])
    #expect(messages.map(\.valueCount) == [2, 3])
    let outcomes = messages.compactMap(\.readings.first?.outcome)
    #expect(outcomes.map(\.repeated) == [[], Self.chlorine])
    #expect(outcomes.map(\.contradicting) == [[], Self.pH])
    #expect(outcomes.map(\.stored) == [2, 1])
  }
}
