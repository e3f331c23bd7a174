import PoolModel
import Testing

/// What is said of times whose rows were given up in the ordinary way.
@Suite struct GivenUpTests {
  @Test(arguments: 0..<12 as Range<UInt64>)
  func `nothing is missing that was there before its rows were given up`(seed: UInt64) async throws
  {
    let interval = [60, 300, 10][Int(seed % 3)]
    let pool = try DamagedPool(interval: interval, hasLateRows: seed / 3 % 2 == 1)
    var agreement = try await Agreement(pool: pool, windowCount: 12, seed: 100 + seed)
    defer { agreement.removeRecords() }
    let minutes = seed / 6 == 0 ? 100 : 1200
    #expect(
      try agreement.giveUp(
        retention: .seconds(400 * interval), minuteRetention: .seconds(minutes * interval)))
    try await agreement.check("given up")
  }
}
