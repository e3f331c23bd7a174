import PoolModel
import Testing

@testable import Coverage

/// Times are seconds after the epoch unless they say milliseconds.
struct `A coverage counter` {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var period: Range<Int> = 0..<600
    var now = 10_000
    var previous: Int?
    var times: [Int] = []
    var next: Int?
    var due: Int
    var received: Int
  }

  private static let everyMinute = Array(stride(from: 0, to: 600, by: 60))

  static let cases: [Case] = [
    Case(testDescription: "never seen", due: 10, received: 0),
    Case(testDescription: "all there", times: everyMinute, next: 600, due: 10, received: 10),
    Case(
      testDescription: "all there, nothing after yet, the last due one just not overdue",
      now: 660, times: everyMinute, due: 10, received: 10),
    Case(
      testDescription: "one missing in the middle", times: everyMinute.filter { $0 != 300 },
      next: 600, due: 10, received: 9),
    Case(
      testDescription: "first one missing, one before the period", previous: -60,
      times: Array(everyMinute.dropFirst()), next: 600, due: 10, received: 9),
    Case(
      testDescription: "first one missing, none before the period",
      times: Array(everyMinute.dropFirst()), next: 600, due: 10, received: 9),
    Case(
      testDescription: "last one missing, one after the period",
      times: Array(everyMinute.dropLast()), next: 600, due: 10, received: 9),
    Case(
      testDescription: "last one missing, none after the period",
      times: Array(everyMinute.dropLast()), due: 10, received: 9),
    Case(
      testDescription: "period begins between readings", period: 30..<630, previous: 0,
      times: Array(stride(from: 60, to: 630, by: 60)), next: 660, due: 10, received: 10),
    Case(
      testDescription: "silent since before the period", previous: -60, due: 10, received: 0),
    Case(
      testDescription: "silent since before the period until after it", previous: -60, next: 660,
      due: 10, received: 0),
    Case(testDescription: "first heard of after the period", next: 660, due: 10, received: 0),
    Case(
      testDescription: "began in the middle", times: [300, 360, 420, 480, 540], next: 600, due: 10,
      received: 5),
    Case(
      testDescription: "stopped in the middle", times: [0, 60, 120, 180, 240], due: 10,
      received: 5),
    Case(
      testDescription: "a gap of less than half an interval too much is none",
      times: [0, 89, 149, 209, 269, 329, 389, 449, 509, 569], next: 629, due: 10, received: 10),
    Case(
      testDescription: "a gap of half an interval too much lacks one",
      times: [0, 90, 150, 210, 270, 330, 390, 450, 510, 570], next: 630, due: 10, received: 9),
    Case(
      testDescription: "an interval that does not divide the period", period: 0..<659,
      times: Array(stride(from: 0, to: 659, by: 60)), next: 660, due: 10, received: 10),
    Case(
      testDescription: "duplicates apart by a second count once",
      times: [0, 1, 60, 61, 120, 180, 240, 300, 360, 420, 480, 540], next: 600, due: 10,
      received: 10),
    Case(
      testDescription: "duplicates do not make up for a missing one",
      times: [0, 1, 60, 61, 120, 180, 300, 360, 420, 480, 540], next: 600, due: 10, received: 9),
    Case(
      testDescription: "now inside the period, less one interval", now: 330,
      times: [0, 60, 120, 180, 240, 300], due: 4, received: 4),
    Case(
      testDescription: "a reading is missing only when it is overdue by one interval", now: 360,
      times: [0, 60, 120, 180, 240], due: 5, received: 5),
    Case(
      testDescription: "overdue by more than one interval", now: 420,
      times: [0, 60, 120, 180, 240], due: 6, received: 5),
    Case(
      testDescription: "nothing is due before the first interval is over", now: 60, due: 0,
      received: 0),
    Case(testDescription: "a period in the future", period: 20_000..<20_600, due: 0, received: 0),
    Case(testDescription: "an empty period", period: 0..<0, previous: -60, due: 0, received: 0),
  ]

  @Test(arguments: cases)
  func `counts what is due and what came`(example: Case) {
    var counter = CoverageCounter(
      period: instant(example.period.lowerBound)..<instant(example.period.upperBound),
      interval: .seconds(60), now: instant(example.now),
      previousReading: example.previous.map(instant), previousUsable: example.previous.map(instant))
    for time in example.times { counter.add(time: instant(time), isUsable: true) }
    let figures = counter.figures(
      nextReading: example.next.map(instant), nextUsable: example.next.map(instant))
    #expect(
      figures
        == CoverageFigures(due: example.due, received: example.received, valid: example.received))
  }

  @Test func `agrees with the worked example of the field`() throws {
    // 139,566 due minutes with 1,044 missing are 99.25 %.
    let due = 139_566
    var numbers = SplitMix64(seed: 7)
    let missing = Set((1..<due - 1).shuffled(using: &numbers).prefix(1_044))
    var counter = CoverageCounter(
      period: instant(0)..<instant(due * 60), interval: .seconds(60), now: instant(due * 60 + 60),
      previousReading: nil, previousUsable: nil)
    for minute in 0..<due where !missing.contains(minute) {
      counter.add(time: instant(minute * 60), isUsable: true)
    }
    let figures = counter.figures(nextReading: nil, nextUsable: nil)
    #expect(figures.due == due)
    #expect(figures.received == due - 1_044)
    let rate = try #require(figures.transmissionRate)
    #expect((rate * 10_000).rounded() == 9925)
  }

  @Test(arguments: 1...20)
  func `loses nothing to jitter of a tenth of the interval`(seed: UInt64) {
    var numbers = SplitMix64(seed: seed)
    let times = (-1...1800).map { 2000 * $0 + Int.random(in: -200...200, using: &numbers) }
    let period = 0..<3_600_000
    let before = times.last { $0 < period.lowerBound }
    let after = times.first { $0 >= period.upperBound }
    var counter = CoverageCounter(
      period: Timestamp(milliseconds: 0)..<Timestamp(milliseconds: 3_600_000),
      interval: .seconds(2), now: Timestamp(milliseconds: 10_000_000),
      previousReading: before.map(timestamp), previousUsable: before.map(timestamp))
    for time in times where period.contains(time) {
      counter.add(time: timestamp(time), isUsable: true)
    }
    let figures = counter.figures(
      nextReading: after.map(timestamp), nextUsable: after.map(timestamp))
    #expect(figures == CoverageFigures(due: 1800, received: 1800, valid: 1800))
  }

  @Test(arguments: 1...400)
  func `agrees with the definition spelt out`(seed: UInt64) {
    var numbers = SplitMix64(seed: seed)
    let interval = [1, 7, 60, 1000, 2000].randomElement(using: &numbers) ?? 60
    let span =
      Int.random(in: 0...40, using: &numbers) * interval
      + Int.random(
        in: 0...interval, using: &numbers)
    let begin = Int.random(in: -5000...5000, using: &numbers)
    let end = begin + span
    let now = begin + Int.random(in: -2 * interval...span + 3 * interval, using: &numbers)
    let stopsAt = Bool.random(using: &numbers) ? end + 9 * interval : begin + span / 2
    var time = begin + Int.random(in: -5 * interval...3 * interval, using: &numbers)
    var readings: [(time: Int, isUsable: Bool)] = []
    while time < stopsAt, time <= now {
      if Int.random(in: 0..<10, using: &numbers) < 8 {
        readings.append((time, Int.random(in: 0..<10, using: &numbers) < 8))
      }
      time += max(1, interval + Int.random(in: -interval / 2...interval, using: &numbers))
    }
    let before = readings.filter { $0.time < begin }
    let inside = readings.filter { $0.time >= begin && $0.time < end }
    let after = readings.filter { $0.time >= end }
    var counter = CoverageCounter(
      period: timestamp(begin)..<timestamp(end), interval: .milliseconds(interval),
      now: timestamp(now), previousReading: before.last.map { timestamp($0.time) },
      previousUsable: before.last { $0.isUsable }.map { timestamp($0.time) })
    for reading in inside { counter.add(time: timestamp(reading.time), isUsable: reading.isUsable) }
    let figures = counter.figures(
      nextReading: after.first.map { timestamp($0.time) },
      nextUsable: after.first { $0.isUsable }.map { timestamp($0.time) })
    let model = CoverageModel(
      begin: begin, end: end, interval: interval, now: now, readings: readings)
    #expect(figures == model.figures(), "seed \(seed)")
  }

  @Test func `counts unusable readings as received and not as valid`() {
    var counter = CoverageCounter(
      period: instant(0)..<instant(600), interval: .seconds(60), now: instant(10_000),
      previousReading: instant(-60), previousUsable: instant(-60))
    for time in stride(from: 0, to: 600, by: 60) {
      counter.add(time: instant(time), isUsable: time != 120 && time != 180 && time != 540)
    }
    let figures = counter.figures(nextReading: instant(600), nextUsable: instant(600))
    #expect(figures == CoverageFigures(due: 10, received: 10, valid: 7))
  }

  @Test func `gives adjoining periods the figures of the whole`() {
    var numbers = SplitMix64(seed: 99)
    let times = (0..<600).filter { _ in Int.random(in: 0..<10, using: &numbers) > 2 }
      .map { $0 * 60 + Int.random(in: -6...6, using: &numbers) }
    var sum = CoverageFigures()
    for hour in 0..<10 {
      let period = hour * 3600..<(hour + 1) * 3600
      sum = sum + figures(of: period, times: times)
    }
    #expect(sum == figures(of: 0..<36_000, times: times))
    #expect(sum.due == 600)
  }

  private func figures(of period: Range<Int>, times: [Int]) -> CoverageFigures {
    let before = times.last { $0 < period.lowerBound }.map(instant)
    let after = times.first { $0 >= period.upperBound }.map(instant)
    var counter = CoverageCounter(
      period: instant(period.lowerBound)..<instant(period.upperBound), interval: .seconds(60),
      now: instant(100_000), previousReading: before, previousUsable: before)
    for time in times where period.contains(time) {
      counter.add(time: instant(time), isUsable: true)
    }
    return counter.figures(nextReading: after, nextUsable: after)
  }
}

struct `Coverage figures` {
  @Test func `have no rates when nothing was due`() {
    let figures = CoverageFigures()
    #expect(figures.transmissionRate == nil)
    #expect(figures.validityRate == nil)
    #expect(figures.effectiveTransmissionRate == nil)
  }

  @Test func `have a transmission rate of zero and no validity when nothing came`() {
    let figures = CoverageFigures(due: 8)
    #expect(figures.transmissionRate == 0)
    #expect(figures.validityRate == nil)
    #expect(figures.effectiveTransmissionRate == 0)
  }

  @Test func `divide and add up`() {
    let figures = CoverageFigures(due: 10, received: 8, valid: 6)
    #expect(figures.transmissionRate == 0.8)
    #expect(figures.validityRate == 0.75)
    #expect(figures.effectiveTransmissionRate == 0.6)
    #expect(
      figures + CoverageFigures(due: 1, received: 1, valid: 0)
        == CoverageFigures(due: 11, received: 9, valid: 6))
  }
}

private func instant(_ seconds: Int) -> Timestamp { Timestamp(milliseconds: Int64(seconds) * 1000) }
private func timestamp(_ milliseconds: Int) -> Timestamp {
  Timestamp(milliseconds: Int64(milliseconds))
}
