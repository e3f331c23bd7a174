import PoolModel
import Testing

@Suite struct `Missing readings` {
  /// Counted off one by one: the n with n − ½ ≤ gap / I < n + ½, less one.
  private func counted(_ gap: Int64, _ interval: Int64) -> Int64 {
    var number: Int64 = 0
    while 2 * gap >= (2 * number + 1) * interval { number += 1 }
    return max(0, number - 1)
  }

  @Test(arguments: [1, 2, 3, 7, 10, 11, 60_000] as [Int64])
  func `are those of every gap, rounded half up`(interval: Int64) {
    for gap in 0...min(40 * interval, 2000) {
      let count = MissingReadings.count(from: -5, to: gap - 5, interval: interval)
      #expect(count == counted(gap, interval), "gap \(gap)")
    }
    for half in 1...80 as ClosedRange<Int64> {
      for gap in [half * interval / 2 - 1, half * interval / 2, half * interval / 2 + 1] {
        let count = MissingReadings.count(from: 1, to: 1 + gap, interval: interval)
        #expect(count == counted(gap, interval), "gap \(gap)")
      }
    }
  }

  @Test(
    arguments: [
      (0, 89_999, 0), (0, 90_000, 1), (0, 149_999, 1), (0, 150_000, 2), (60_000, 0, 0),
    ] as [(Int64, Int64, Int64)])
  func `in a minute's interval`(earlier: Int64, later: Int64, expected: Int64) {
    #expect(MissingReadings.count(from: earlier, to: later, interval: 60_000) == expected)
  }

  @Test func `of the longest gaps are counted without overflow`() {
    // (2⁶⁴ − 1) milliseconds are taken for 2⁶³ − 1.
    #expect(MissingReadings.count(from: .min, to: .max, interval: 1) == .max - 1)
    #expect(MissingReadings.count(from: .max, to: .min, interval: 1) == 0)
    #expect(MissingReadings.count(from: 0, to: .max, interval: .max) == 0)
    #expect(MissingReadings.count(from: 0, to: .max, interval: .max / 2) == 1)
  }

  @Test func `before an instant are counted off one by one`() {
    for interval in [1, 3, 10] as [Int64] {
      for instant in -30...60 as ClosedRange<Int64> {
        for limit in 0...4 as ClosedRange<Int64> {
          let start: Int64 = 7
          let expected = (1...5).count { number in
            number <= limit && start + Int64(number) * interval < instant
          }
          let count = MissingReadings.count(
            after: start, before: instant, interval: interval, limit: limit)
          #expect(count == Int64(expected), "\(interval) \(instant) \(limit)")
        }
      }
    }
  }
}
