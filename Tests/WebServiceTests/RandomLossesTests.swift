import PoolModel
import Testing

/// What is said of lost readings is the same in every answer, whatever is lost.
@Suite struct RandomLossesTests {
  @Test(arguments: 0..<36 as Range<UInt64>)
  func `coverage, gaps and steps agree, whatever pages are damaged`(seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    let pool = try DamagedPool(
      interval: [10, 60, 300][Int(seed % 3)], hasLateRows: seed / 3 % 2 == 1)
    var agreement = try await Agreement(pool: pool, windowCount: 6, seed: seed)
    defer { agreement.removeRecords() }
    func pages(_ count: UInt64, inRuns runLimit: UInt64) -> [Int] {
      var pages: Set<Int> = []
      for _ in 0..<random.next() % 4 {
        let first = Int(random.next() % count) - 1
        pages.formUnion(first...first + Int(random.next() % runLimit))
      }
      return pages.sorted()
    }
    try agreement.damage(
      raw: pages(12, inRuns: 6), rawByte: random.next() % 2 == 0 ? 150 : 20,
      minutes: pages(10, inRuns: 3), hours: pages(8, inRuns: 2))
    try await agreement.check("damaged")
    try agreement.repair()
    try await agreement.check("repaired")
  }
}
