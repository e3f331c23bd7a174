import Foundation
import PoolModel
import Testing

@testable import RingStore

/// The answers about some windows of time of a pool, before its store is damaged and after.
///
/// What they have to fulfil is a matter of counting, whatever is lost: damage makes no reading due, and
/// none missing.
struct Agreement {
  private var pool: DamagedPool
  private let windows: [(from: Int64, to: Int64)]
  private var known: [DamagedPool.Sums] = []

  /// Asks `pool` about so many windows.
  init(pool: DamagedPool, windowCount: Int, seed: UInt64) async throws {
    self.pool = pool
    windows = Self.windows(windowCount, interval: pool.interval, seed: seed)
    for (from, to) in windows { known.append(try await pool.sums(from: from, to: to)) }
  }

  private static func windows(
    _ count: Int, interval: Int64, seed: UInt64
  ) -> [(from: Int64, to: Int64)] {
    var random = SplitMix64(seed: seed)
    let span = DamagedPool.rowCount * interval
    return (0..<count).map { _ in
      let grain = [1000, 10_000, 60_000, 300_000, 3_600_000][Int(random.next() % 5)] as Int64
      let from = Int64(random.next() % UInt64(span)) / grain * grain
      let length = [12 * interval, 360 * interval, 1440 * interval][Int(random.next() % 3)]
      let to = from + max(1, Int64(random.next() % UInt64(length)) / grain) * grain
      return (DamagedPool.begin + from, DamagedPool.begin + min(to, span / 60_000 * 60_000))
    }.filter { $0.from < $0.to }
  }

  /// Damages the pages at the indexes that there are, and opens the store again.
  mutating func damage(raw: [Int], rawByte: Int = 150, minutes: [Int] = [], hours: [Int] = [])
    throws
  {
    let ring = pool.store.rings[0]
    func held<Content>(_ indexes: [Int], of ring: PageRing<Content>) -> [Int] {
      indexes.filter { $0 < ring.pages.count + 1 && -$0 <= ring.pages.count + 1 }
    }
    pool.damage(ring.raw, pages: held(raw, of: ring.raw), at: rawByte, tier: "raw")
    for (tier, indexes) in [(Tier.minute, minutes), (.hour, hours)] {
      let rollups = ring.rollups(tier)
      pool.damage(rollups, pages: held(indexes, of: rollups), at: 150, tier: tier.name)
    }
    try pool.reopen()
  }

  /// Gives up the oldest raw rows and minutes; false when there were none to give up.
  mutating func giveUp(retention: Duration, minuteRetention: Duration) throws -> Bool {
    let pages = pool.store.rings[0].raw.pages.count
    try pool.resize(retention: retention, minuteRetention: minuteRetention)
    return pool.store.rings[0].raw.pages.count < pages
  }

  /// Writes the store anew.
  mutating func repair() throws { try pool.repair() }

  /// Removes what the answers needed.
  func removeRecords() { try? FileManager.default.removeItem(atPath: pool.directory) }

  /// Asks once more.
  func check(_ life: String) async throws {
    for (window, before) in zip(windows, known) {
      let after = try await pool.sums(from: window.from, to: window.to)
      let text = Comment(
        rawValue:
          "\(life) \(pool.rfc3339(window.from)) \(pool.rfc3339(window.to))\n \(before)\n \(after)")
      #expect(after.due + after.lost == before.due, text)
      // A window that is no multiple of the interval can lack one more than are due.
      #expect(after.received == max(0, after.due - after.gaps), text)
      #expect(after.gaps <= before.gaps, text)
      #expect(after.received >= 0 && after.lost >= 0, text)
      #expect(after.received + after.lost >= before.received, text)
      #expect(after.valid <= after.received, text)
      #expect(after.valid + after.lost >= before.valid, text)
      // A step without a reading is not listed.
      let days = Int((window.to - 1) / 86_400_000 - window.from / 86_400_000) + 1
      if after.steps["1d"]?.count == days {
        #expect(after.steps["1d"]?.lost == after.lost, text)
        #expect(after.steps["1d"]?.missing == after.gaps, text)
      }
      for step in ["1h", "5m"] {
        #expect(after.steps[step]?.missing ?? 0 <= before.steps[step]?.missing ?? 0, text)
      }
    }
  }
}
