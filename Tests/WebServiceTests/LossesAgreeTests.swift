import Foundation
import PoolModel
import Testing

@testable import RingStore
@testable import WebService

/// What is said of lost readings is the same in every answer, and no venue's fault.
@Suite struct LossesAgreeTests {
  /// What is damaged: pages of raw rows, and of minutes, the newest ones by negative numbers.
  struct Damage: CustomTestStringConvertible {
    var raw: [Int] = []
    var rawByte = 150
    var minutes: [Int] = []
    var testDescription: String { "raw \(raw) at \(rawByte), minutes \(minutes)" }
  }

  private static let damages: [Damage] = [
    Damage(), Damage(raw: [3]), Damage(raw: [3], rawByte: 20), Damage(raw: [0]),
    Damage(raw: [2, 4, 5]), Damage(raw: [2, 4, 5], rawByte: 20), Damage(raw: [-1]),
    Damage(raw: [-1, -2], rawByte: 20), Damage(minutes: [2]), Damage(raw: [4], minutes: [4]),

  ]

  private func windows(_ count: Int, seed: UInt64) -> [(from: Int64, to: Int64)] {
    var random = SplitMix64(seed: seed)
    let span = DamagedPool.rowCount * 10_000
    return (0..<count).map { _ in
      let grain = [1000, 10_000, 60_000, 300_000, 3_600_000][Int(random.next() % 5)] as Int64
      let from = Int64(random.next() % UInt64(span)) / grain * grain
      let length = [120_000, 3_600_000, 14_400_000][Int(random.next() % 3)] as Int64
      let to = from + max(1, Int64(random.next() % UInt64(length)) / grain) * grain
      return (DamagedPool.begin + from, DamagedPool.begin + min(to, span / 60_000 * 60_000))
    }.filter { $0.from < $0.to }
  }

  @Test(arguments: damages)
  func `coverage, gaps and steps agree, before damage, with it and after a repair`(
    damage: Damage
  ) async throws {
    let windows = windows(24, seed: 3)
    let whole = try DamagedPool()
    defer { try? FileManager.default.removeItem(atPath: whole.directory) }
    var known: [DamagedPool.Sums] = []
    for (from, to) in windows { known.append(try await whole.sums(from: from, to: to)) }
    var pool = whole
    let ring = whole.store.rings[0]
    let count = ring.raw.pages.count
    pool.damage(
      ring.raw, pages: damage.raw.filter { $0 < count }, at: damage.rawByte, tier: "raw")
    pool.damage(ring.rollups(.minute), pages: damage.minutes, at: 150, tier: "minute")
    try pool.reopen()
    for life in ["damaged", "repaired"] {
      for (window, before) in zip(windows, known) {
        let after = try await pool.sums(from: window.from, to: window.to)
        let place = "\(life) \(pool.rfc3339(window.from)) \(pool.rfc3339(window.to))\n"
        let text = Comment(rawValue: "\(place) \(before)\n \(after)")
        #expect(after.due + after.lost == before.due, text)
        #expect(after.due - after.received == after.gaps, text)
        #expect(after.gaps <= before.gaps, text)
        #expect(after.received + after.lost >= before.received, text)
        #expect(after.valid <= after.received, text)
        // A step without a reading is not listed.
        guard after.received > 0 else { continue }
        #expect(after.steps["1h"]?.lost == after.lost, text)
        #expect(after.steps["1h"]?.missing == after.gaps, text)
        #expect(after.steps["5m"]?.missing ?? 0 <= before.steps["5m"]?.missing ?? 0, text)
      }
      if life == "damaged" { try pool.repair() }
    }
  }
}
