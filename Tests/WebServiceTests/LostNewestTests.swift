import Foundation
import Testing

@testable import RingStore
@testable import WebService

/// What is said of a pool whose newest raw rows, or all of them, are lost: nobody calls it silent from the
/// beginning.
@Suite struct LostNewestTests {
  private static let newest = DamagedPool.begin + 10_000 * DamagedPool.rowCount

  private func damaged(_ count: Int, at byte: Int, repairs: Bool) throws -> DamagedPool {
    var pool = try DamagedPool()
    pool.damageNewest(count, at: byte)
    try pool.reopen()
    if repairs { try pool.repair() }
    return pool
  }

  @Test(arguments: [1, 2, 100], [150, 20])
  func `latest and gaps name the last time known, and that it is lost here`(
    count: Int, byte: Int
  ) async throws {
    for repairs in [false, true] {
      let whole = try DamagedPool()
      defer { try? FileManager.default.removeItem(atPath: whole.directory) }
      let pool = try damaged(count, at: byte, repairs: repairs)
      defer { try? FileManager.default.removeItem(atPath: pool.directory) }
      let now = Self.newest + 3_600_000
      let place = Comment(rawValue: "pages \(count) byte \(byte) repaired \(repairs)")
      let latest = try #require(
        try await pool.rows(pool.answers(now: now).latest(venue: nil)).first)
      let lost = try #require(latest["lost_time"] as? String, place)
      // Within the last minute that was rolled, or in the one after it.
      #expect(lost >= pool.rfc3339(Self.newest - 120_000), place)
      #expect(lost <= pool.rfc3339(Self.newest + 60_000), place)
      #expect((latest["value"] is NSNull) == (count == 100), place)
      #expect(latest["time"] as? String ?? "" < lost, place)
      for from in [
        "", "&from=\(pool.rfc3339(Self.newest - 60_000))", "&from=\(pool.rfc3339(now - 60_000))",
      ] {
        let gaps = try await pool.rows(
          pool.answers(now: now).gaps(
            of: DamagedPool.id, query: pool.query("parameter=ph\(from)")))
        #expect(!gaps.isEmpty, place)
        let open = try #require(gaps.last { $0["kind"] as? String == "missing" }, place)
        #expect(open["to_time"] is NSNull, place)
        let since = try #require(open["from_time"] as? String, "\(place) \(from) \(gaps)")
        #expect(since >= pool.rfc3339(Self.newest - 120_000), place)
      }
      let before = try #require(
        try await whole.rows(whole.answers(now: now).latest(venue: nil)).first)
      #expect(before["lost_time"] is NSNull)
    }
  }
}
