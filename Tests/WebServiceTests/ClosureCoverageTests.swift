import Foundation
import PoolModel
import Testing

@testable import WebService

@Suite struct `Coverage of a pool that was out of use` {
  private static let minute: Int64 = 60_000

  /// What is left between the closures, asked for by itself, each a multiple of the interval.
  @Test(arguments: [
    ([(100, 160)], [(0, 100), (160, 400)]),
    ([(0, 50), (50, 90)], [(90, 400)]),
    ([(350, 900)], [(0, 350)]),
    ([(10, 20), (15, 30), (200, 201)], [(0, 10), (30, 200), (201, 400)]),
    ([(0, 400)], []),
  ])
  func `is the sum over the times between, however it was registered`(
    closed: [(Int, Int)], left: [(Int, Int)]
  ) async throws {
    let pool = try DamagedPool()
    defer { try? FileManager.default.removeItem(atPath: pool.directory) }
    func time(_ minute: Int) -> Int64 { DamagedPool.begin + Int64(minute) * Self.minute }
    var expected = DamagedPool.Sums()
    for (from, to) in left {
      let sums = try await pool.sums(from: time(from), to: time(to))
      expected.due += sums.due
      expected.received += sums.received
      expected.valid += sums.valid
    }
    #expect(expected.due == left.map { ($1 - $0) * 6 }.reduce(0, +))
    for (from, to) in closed {
      // Half a minute later begins in the same minute.
      try pool.close(from: time(from) + 30_000, to: time(to) + 30_000)
    }
    let sums = try await pool.sums(from: time(0), to: time(400))
    #expect(sums.due == expected.due)
    #expect(sums.received == expected.received)
    #expect(sums.valid == expected.valid)
    #expect(sums.lost == 0)
  }
}
