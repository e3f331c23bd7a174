import PoolModel
import Testing

@testable import Coverage

/// Random readings of one series, some late, some unusable, with gaps; times in milliseconds.
private struct RandomReadings {
  var begin: Int
  var end: Int
  var interval: Int
  var now: Int
  /// What counts as received, in time order.
  var readings: [(time: Int, isUsable: Bool)] = []
  private(set) var numbers: SplitMix64

  init(seed: UInt64) {
    numbers = SplitMix64(seed: seed)
    interval = [1, 7, 60, 1000, 2000].randomElement(using: &numbers) ?? 60
    begin = Int.random(in: -5000...5000, using: &numbers)
    let span = Int.random(in: 0...90, using: &numbers) * interval + interval / 3
    end = begin + span
    now = begin + Int.random(in: -2 * interval...span + 4 * interval, using: &numbers)
    var time = begin + Int.random(in: -5 * interval...3 * interval, using: &numbers)
    // Clocks of gateways run ahead by up to two intervals here.
    while time < end + 6 * interval, time <= now + 2 * interval {
      // A reading that came too late to count is as if it were not there.
      let isTooLate = Int.random(in: 0..<20, using: &numbers) == 0
      if !isTooLate { readings.append((time, Int.random(in: 0..<10, using: &numbers) < 8)) }
      let isSilent = Int.random(in: 0..<12, using: &numbers) == 0
      let pause = isSilent ? Int.random(in: 2...15, using: &numbers) * interval : 0
      time += max(
        1, pause + interval + Int.random(in: -interval / 2...interval / 2, using: &numbers))
    }
  }

  var period: Range<Timestamp> { timestamp(begin)..<timestamp(end) }
  var before: [(time: Int, isUsable: Bool)] { readings.filter { $0.time < begin } }
  var inside: [(time: Int, isUsable: Bool)] {
    readings.filter { $0.time >= begin && $0.time < end }
  }
  var after: [(time: Int, isUsable: Bool)] { readings.filter { $0.time >= end } }

  func counter() -> CoverageCounter {
    CoverageCounter(
      period: period, interval: .milliseconds(interval), now: timestamp(now),
      previousReading: before.last.map { timestamp($0.time) },
      previousUsable: before.last { $0.isUsable }.map { timestamp($0.time) })
  }

  func figures(_ counter: CoverageCounter) -> CoverageFigures {
    counter.figures(
      nextReading: after.first.map { timestamp($0.time) },
      nextUsable: after.first { $0.isUsable }.map { timestamp($0.time) })
  }

  /// Cuts `list` into parts of one to `limit` readings.
  mutating func parts(
    of list: [(time: Int, isUsable: Bool)], limit: Int
  ) -> [[(time: Int, isUsable: Bool)]] {
    var rest = list[...]
    var parts: [[(time: Int, isUsable: Bool)]] = []
    while !rest.isEmpty {
      let count = Int.random(in: 1...limit, using: &numbers)
      parts.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return parts
  }

  /// The missing readings between neighbours, by the definition in words.
  func missing(among times: [Int]) -> Int {
    zip(times, times.dropFirst()).reduce(0) { sum, pair in
      let intervals = Double(pair.1 - pair.0) / Double(interval)
      return sum + max(0, Int(intervals.rounded(.toNearestOrAwayFromZero)) - 1)
    }
  }
}

struct `Stretches of readings` {
  @Test(arguments: 1...600)
  func `give the figures that their readings give one by one`(seed: UInt64) {
    var random = RandomReadings(seed: seed)
    var single = random.counter()
    for reading in random.inside {
      single.add(time: timestamp(reading.time), isUsable: reading.isUsable)
    }
    // Stretches up to where all that is missing is due, single readings after that.
    let settled = min(random.end, random.now - random.interval)
    var joined = random.counter()
    for part in random.parts(of: random.inside.filter { $0.time < settled }, limit: 30) {
      let times = part.map(\.time)
      let usable = part.filter(\.isUsable).map(\.time)
      guard let first = times.first, let last = times.last else { continue }
      var usableStretch: (first: Timestamp, last: Timestamp, missingCount: Int)?
      if let first = usable.first, let last = usable.last {
        usableStretch = (timestamp(first), timestamp(last), random.missing(among: usable))
      }
      joined.add(
        first: timestamp(first), last: timestamp(last), missingCount: random.missing(among: times),
        usable: usableStretch)
    }
    for reading in random.inside where reading.time >= settled {
      joined.add(time: timestamp(reading.time), isUsable: reading.isUsable)
    }
    #expect(random.figures(joined) == random.figures(single), "seed \(seed)")
    let model = CoverageModel(
      begin: random.begin, end: random.end, interval: random.interval, now: random.now,
      readings: random.readings)
    #expect(random.figures(joined) == model.figures(), "seed \(seed)")
  }

  @Test func `that end no later than what was added are ignored`() {
    var counter = CoverageCounter(
      period: timestamp(0)..<timestamp(100), interval: .milliseconds(10), now: timestamp(1000),
      previousReading: nil, previousUsable: nil)
    counter.add(first: timestamp(0), last: timestamp(50), missingCount: 0, usable: nil)
    counter.add(first: timestamp(20), last: timestamp(50), missingCount: 7, usable: nil)
    // 60, 70, 80 and 90 are missing.
    let figures = counter.figures(nextReading: nil, nextUsable: nil)
    #expect(figures == CoverageFigures(due: 10, received: 6, valid: 0))
  }
}

struct `A gap finder` {
  private func finder(previous: Int? = nil, now: Int = 10_000) -> GapFinder {
    GapFinder(
      period: timestamp(0)..<timestamp(600), interval: .milliseconds(60), now: timestamp(now),
      previousReading: previous.map(timestamp))
  }

  private func gap(_ from: Int?, _ to: Int?, _ count: Int) -> Gap {
    Gap(from: from.map(timestamp), to: to.map(timestamp), missingCount: count)
  }

  @Test func `names the readings beside each gap`() {
    var finder = finder(previous: -60)
    #expect(finder.add(timestamp(0)) == nil)
    #expect(finder.add(timestamp(61)) == nil)
    // 121, 181 and 241 are missing.
    #expect(finder.add(timestamp(300)) == gap(61, 300, 3))
    finder.pass(to: timestamp(480))
    #expect(finder.add(timestamp(540)) == nil)
    #expect(finder.end(next: timestamp(600)) == nil)
  }

  @Test func `tells what never came before and what has not come yet`() {
    var finder = finder()
    // 60, 120 and 180 before it.
    #expect(finder.add(timestamp(240)) == gap(nil, 240, 4))
    // 300 … 540 after it.
    #expect(finder.end(next: nil) == gap(240, nil, 5))
    #expect(finder.end(next: timestamp(900)) == gap(240, 900, 5))
    #expect(self.finder().end(next: nil) == gap(nil, nil, 10))
  }

  @Test func `counts of a gap over the period's begin what is inside`() {
    var finder = finder(previous: -300)
    #expect(finder.add(timestamp(120)) == gap(-300, 120, 2))
  }

  @Test func `does not count what is not overdue`() {
    var finder = finder(now: 200)
    #expect(finder.add(timestamp(0)) == nil)
    // 60 and 120; 180 is due, but not overdue.
    #expect(finder.end(next: nil) == gap(0, nil, 2))
  }

  @Test(arguments: 1...400)
  func `finds as many missing readings as coverage counts`(seed: UInt64) {
    let random = RandomReadings(seed: seed)
    var finder = GapFinder(
      period: random.period, interval: .milliseconds(random.interval), now: timestamp(random.now),
      previousReading: random.before.last.map { timestamp($0.time) })
    var gaps: [Gap] = []
    for reading in random.inside {
      if let gap = finder.add(timestamp(reading.time)) { gaps.append(gap) }
    }
    if let gap = finder.end(next: random.after.first.map { timestamp($0.time) }) {
      gaps.append(gap)
    }
    let model = CoverageModel(
      begin: random.begin, end: random.end, interval: random.interval, now: random.now,
      readings: random.readings)
    let figures = model.figures()
    let missing = gaps.reduce(0) { $0 + $1.missingCount }
    // Coverage does not go below nothing received.
    #expect(max(0, figures.due - missing) == figures.received, "seed \(seed)")
    #expect(gaps.allSatisfy { $0.missingCount > 0 })
    for (left, right) in zip(gaps, gaps.dropFirst()) {
      #expect((left.to ?? .distantFuture) <= (right.from ?? .distantPast))
    }
  }
}

private func timestamp(_ milliseconds: Int) -> Timestamp {
  Timestamp(milliseconds: Int64(milliseconds))
}
