import PoolModel
import Testing

@testable import Presence

@Suite struct `Each venue's share of the intake` {
  private func moment(_ seconds: Double) -> Moment {
    start.advanced(by: .milliseconds(Int64(seconds * 1000)))
  }

  // 72 h × pools ÷ interval, and at least 10,000.
  @Test(arguments: [
    (1, 10, 25_920), (4, 10, 103_680), (1, 60, 10_000), (3, 60, 12_960), (0, 60, 10_000),
    (1, 3600, 10_000),
  ])
  func `holds three days of its plan's rows`(pools: Int, interval: Int, rows: Int) {
    var throttle = Throttle(plan: .sample(poolCounts: [pools], interval: .seconds(interval)))
    #expect(throttle.capacity(of: 0) == rows)
    #expect(throttle.take(venue: 0, rows: rows + 7, now: start) == rows)
    #expect(throttle.refusedRowCount(of: 0) == 7)
  }

  @Test func `costs a tenth for rows that were there already`() {
    var throttle = Throttle(plan: .sample(poolCounts: [1], interval: .seconds(60)))
    // 4,000 rows and five more copies of them: 4,000 + 5 × 400 places of 10,000. A copy takes its
    // places first.
    #expect(throttle.take(venue: 0, rows: 4000, now: start) == 4000)
    for _ in 0..<5 {
      throttle.commit()
      #expect(throttle.take(venue: 0, rows: 4000, now: start) == 4000)
      throttle.giveBack(venue: 0, duplicates: 4000)
    }
    throttle.commit()
    // What a batch that comes again gave back is taken back.
    _ = throttle.take(venue: 0, rows: 2000, now: start)
    throttle.giveBack(venue: 0, duplicates: 2000)
    throttle.undo()
    #expect(throttle.take(venue: 0, rows: 4001, now: start) == 4000)
    throttle.giveBack(venue: 0, duplicates: 1_000_000)
    #expect(throttle.take(venue: 0, rows: 10_001, now: start) == 10_000)
  }

  @Test func `lets pass a buffer of three days emptied while live, and again three days later`() {
    let plan = Plan.sample(poolCounts: [2], interval: .seconds(10))
    var throttle = Throttle(plan: plan)
    var time = 0.0
    for _ in 0..<3 {
      time += 72 * 3600
      // 51,840 rows that were kept, 1,000 a second, and the live rows meanwhile.
      var kept = 51_840
      while kept > 0 {
        let rows = min(1000, kept)
        #expect(throttle.take(venue: 0, rows: rows, now: moment(time)) == rows)
        if Int(time) % 10 == 0 {
          #expect(throttle.take(venue: 0, rows: 2, now: moment(time)) == 2)
        }
        kept -= rows
        time += 1
      }
      // Three days as planned.
      for _ in 0..<72 * 36 {
        time += 100
        #expect(throttle.take(venue: 0, rows: 20, now: moment(time)) == 20)
      }
    }
    #expect(throttle.refusedRowCount(of: 0) == 0)
  }

  @Test func `twice the plan passes for ever, more does not`() {
    var throttle = Throttle(plan: .sample(poolCounts: [1, 1], interval: .seconds(60)))
    var passed = [0, 0]
    for minute in 0..<100_000 {
      for (venue, rows) in [2, 3].enumerated() {
        passed[venue] += throttle.take(venue: venue, rows: rows, now: moment(Double(minute) * 60))
      }
    }
    #expect(passed[0] == 200_000)
    // What was in the bucket, and what flowed in since the first minute.
    #expect(passed[1] == 10_000 + 2 * 99_999)
  }

  @Test func `one venue takes nothing from another`() {
    var throttle = Throttle(plan: .sample(poolCounts: [1, 1, 1], interval: .seconds(60)))
    #expect(throttle.take(venue: 1, rows: 1_000_000, now: start) == 10_000)
    for venue in [0, 2] {
      #expect(throttle.take(venue: venue, rows: 10_000, now: start) == 10_000)
    }
    #expect(throttle.refusedRowCount(of: 1) == 990_000)
    #expect(throttle.refusedRowCount(of: 0) == 0)
  }

  /// Brute force: the level as a whole number of milliseconds × pools, refilled millisecond by
  /// millisecond.
  @Test(arguments: 1...5)
  func `is exact to the millisecond`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let (pools, interval) = (3, 7001)
    var throttle = Throttle(
      plan: .sample(poolCounts: [pools], interval: .milliseconds(interval)))
    let capacity = max(10_000 * interval, pools * 72 * 3_600_000)
    var level = capacity
    var now = start
    for turn in 0..<400 {
      let rows = turn == 0 ? throttle.capacity(of: 0) : Int(random.next() % 5)
      let expected = min(rows, level / interval)
      #expect(throttle.take(venue: 0, rows: rows, now: now) == expected)
      level -= expected * interval
      let span = Int(random.next() % 3000)
      for _ in 0..<span { level = min(capacity, level + 2 * pools) }
      now = now.advanced(by: .milliseconds(span))
    }
    #expect(throttle.refusedRowCount(of: 0) > 0)
  }

  @Test func `runs on the monotonic clock, and never over`() {
    var throttle = Throttle(plan: .sample(poolCounts: [1], interval: .seconds(60)))
    #expect(throttle.take(venue: 0, rows: 10_000, now: start) == 10_000)
    var stepped = start
    stepped.wall = stepped.wall + .seconds(86_400)
    #expect(throttle.take(venue: 0, rows: 1, now: stepped) == 0)
    #expect(throttle.take(venue: 0, rows: 1, now: start.advanced(by: .seconds(-9))) == 0)
    let later = start.advanced(by: .seconds(3_000_000_000))
    #expect(throttle.take(venue: 0, rows: 20_000, now: later) == 10_000)
  }

  @Test func `what a failed batch took is put back, and its refusals are forgotten`() {
    var throttle = Throttle(plan: .sample(poolCounts: [1, 1], interval: .seconds(60)))
    #expect(throttle.take(venue: 0, rows: 4000, now: start) == 4000)
    throttle.commit()
    for _ in 0..<3 {
      #expect(throttle.take(venue: 0, rows: 5000, now: start) == 5000)
      #expect(throttle.take(venue: 0, rows: 5000, now: start) == 1000)
      #expect(throttle.take(venue: 1, rows: 5000, now: start) == 5000)
      throttle.undo()
    }
    #expect(throttle.refusedRowCount(of: 0) == 0)
    #expect(throttle.throttledVenues(now: start).isEmpty)
    #expect(throttle.take(venue: 0, rows: 6001, now: start) == 6000)
    #expect(throttle.take(venue: 1, rows: 10_000, now: start) == 10_000)
  }

  @Test func `a venue is told of while rows are refused, and ten minutes after`() {
    var throttle = Throttle(plan: .sample(poolCounts: [1, 1], interval: .seconds(60)))
    for second in [0.0, 300.0] {
      _ = throttle.take(venue: 1, rows: 10_100, now: moment(second))
      throttle.commit()
    }
    // Ten rows flowed in within the five minutes.
    let told = ThrottledVenue(venue: "v1", refusedRowCount: 100 + 10_090, since: start.wall)
    #expect(throttle.throttledVenues(now: moment(301)) == [told])
    #expect(throttle.throttledVenues(now: moment(899.9)) == [told])
    #expect(throttle.throttledVenues(now: moment(900)).isEmpty)
    #expect(throttle.refusedRowCount(of: 1) == 10_190)
    // A new spell counts anew.
    _ = throttle.take(venue: 1, rows: 21, now: moment(900))
    #expect(throttle.throttledVenues(now: moment(901)).map(\.refusedRowCount) == [1])
  }

  @Test func `another plan leaves what a venue has taken`() {
    var throttle = Throttle(plan: .sample(poolCounts: [1, 1, 1], interval: .seconds(10)))
    _ = throttle.take(venue: 0, rows: 1000, now: start)
    _ = throttle.take(venue: 1, rows: 30_000, now: start)
    throttle.commit()
    throttle = throttle.replanned(plan: .sample(poolCounts: [2, 1], interval: .seconds(60)))
    #expect(throttle.take(venue: 0, rows: 10_000, now: start) == 9000)
    #expect(throttle.take(venue: 1, rows: 10_000, now: start) == 0)
    #expect(throttle.refusedRowCount(of: 1) == 30_000 - 25_920 + 10_000)
    #expect(throttle.throttledVenues(now: start).map(\.venue) == ["v0", "v1"])
    let other = throttle
    throttle.commit()
    throttle = throttle.replanned(plan: .sample(poolCounts: [1], prefix: "w"))
    #expect(throttle.take(venue: 0, rows: 25_920, now: start) == 25_920)
    #expect(other.capacity(of: 0) == 10_000)
  }
}
