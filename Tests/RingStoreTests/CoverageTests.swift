import PoolModel
import SimulatedDisk
import Testing

@testable import RingStore

@Suite struct CoverageTests {
  private let now = Timestamp(milliseconds: 1_767_225_600_000)
  private let chlorine = Series(pool: PoolNumber(0), parameter: ParameterNumber(0))
  private let roomy = RingStore.Configuration(
    retention: .seconds(86_400), pageByteCount: 4096, journalByteCount: 65_536)

  @Test func `coverage counts readings that were back-filled, from raw rows and from hours`() throws
  {
    let store = try RingStore(
      plan: plan(poolCount: 2), configuration: roomy, storage: SimulatedDisk(seed: 1))
    let readings = 0..<1000 as Range<Int64>
    for index in readings {
      let time = now.milliseconds + 10_000 * index
      let age: Int64 = index % 3 == 0 ? 20_001 : 20_000
      _ = store.append(row(0, time, [0: 1]), arrival: Timestamp(milliseconds: time + age))
    }
    try store.commit(at: now)
    try store.checkpoint(at: now)
    for (from, to) in [(0, 1000), (0, 360), (7, 995), (100, 720)] as [(Int64, Int64)] {
      let (start, end) = (now + .seconds(10 * from), now + .seconds(10 * to))
      let expected = readings.count { $0 % 3 == 0 && (from..<to).contains($0) }
      var found = [try store.stretch(of: chlorine, from: start, to: end).backfilledCount]
      for isRaw in [true, false, false] {
        try store.coverage(
          of: PoolNumber(0), parameters: [ParameterNumber(0)], from: start, to: end, isRaw: isRaw
        ) { found.append($1.backfilledCount) }
      }
      #expect(found == [expected, expected, expected, expected])
    }
  }
}
