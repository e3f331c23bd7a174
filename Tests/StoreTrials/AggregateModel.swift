import PoolModel
import RingStore

/// What an aggregate has to be, counted one by one from everything held: the design's words on rollups
/// and missing readings told a second time.
struct AggregateModel {
  /// A value of one series.
  struct Reading {
    var time: Int64
    var value: ValueModel.Value

    var number: Double { Double(bitPattern: value.bits) }
    /// Good or suspect.
    var isUsable: Bool { QualityFlag(rawValue: value.flag)?.isUsable ?? false }
    /// A number that came within 72 h.
    var isReceived: Bool {
      value.flag != QualityFlag.missing.rawValue
        && !ArrivalMarks(rawValue: value.arrivalMarks).contains(.tooLateToCount)
    }
    var isBackfilled: Bool { ArrivalMarks(rawValue: value.arrivalMarks).contains(.backfilled) }
  }

  /// All readings of the series, in time order.
  let readings: [Reading]
  let zone: Zone
  /// The limits of the series; nil without any.
  let limits: ValueLimits?
  /// The instants at which a reading was due and missing, between neighbours.
  private let missing: [Int64]
  /// The same when only usable readings count.
  private let missingUsable: [Int64]

  init(readings: [Reading], zone: Zone, limits: ValueLimits?) {
    self.readings = readings
    self.zone = zone
    self.limits = limits
    missing = Self.missing(readings.filter { $0.isReceived })
    missingUsable = Self.missing(readings.filter { $0.isReceived && $0.isUsable })
  }

  /// After a reading at a, followed by b, those at a + I, a + 2I … that are
  /// max(0, round((b − a) / I) − 1) in number.
  private static func missing(_ readings: [Reading]) -> [Int64] {
    let interval = TrialPlan.intervalMilliseconds
    return zip(readings, readings.dropFirst()).flatMap { a, b in
      let count = (Double(b.time - a.time) / Double(interval)).rounded() - 1
      return count < 1 ? [] : (1...Int64(count)).map { a.time + $0 * interval }
    }
  }

  /// What has to be answered for a period in steps: one aggregate per stretch with a reading.
  func aggregates(from: Int64, to: Int64, step: Int64) -> [Expected] {
    var found: [Expected] = []
    let counted = readings.filter {
      $0.time >= from && $0.time < to && ($0.isReceived || $0.isUsable)
    }
    for reading in counted where found.last.map({ reading.time >= $0.end }) ?? true {
      let stretch = stretch(of: reading.time, from: from, step: step)
      let start = max(from, stretch.lowerBound)
      let end = min(to, stretch.upperBound)
      found.append(expected(start, end))
    }
    return found
  }

  /// The stretch that `time` is in: parts of a day from local midnight, whole days from that of the
  /// first day, all others from the begin.
  private func stretch(of time: Int64, from: Int64, step: Int64) -> Range<Int64> {
    let day: Int64 = 86_400_000
    if step % day == 0 {
      let first = zone.date(at: Timestamp(milliseconds: from)).daysSinceEpoch
      let number = zone.date(at: Timestamp(milliseconds: time)).daysSinceEpoch
      let count = Int(step / day)
      let start = first + (number - first) / count * count
      return midnight(start)..<midnight(start + count)
    }
    if day % step == 0 {
      let number = zone.date(at: Timestamp(milliseconds: time)).daysSinceEpoch
      let start = midnight(number) + (time - midnight(number)) / step * step
      return start..<min(start + step, midnight(number + 1))
    }
    let start = from + (time - from) / step * step
    return start..<start + step
  }

  private func midnight(_ day: Int) -> Int64 {
    zone.start(of: CivilDate(daysSinceEpoch: day)).milliseconds
  }

  private func expected(_ start: Int64, _ end: Int64) -> Expected {
    let here = readings.filter { $0.time >= start && $0.time < end }
    let usable = here.filter { $0.isUsable }
    var expected = Expected(start: start, end: end, values: usable.map(\.number))
    expected.missingCount = missing.count { $0 >= start && $0 < end }
    expected.missingUsableCount = missingUsable.count { $0 >= start && $0 < end }
    expected.backfilledCount = here.count { $0.isReceived && $0.isBackfilled }
    expected.millisecondsOut = millisecondsOut(start, end)
    return expected
  }

  /// A usable value stands until the next one, an interval at most.
  private func millisecondsOut(_ start: Int64, _ end: Int64) -> Int64 {
    guard let limits else { return 0 }
    let usable = readings.filter { $0.isUsable }
    var sum: Int64 = 0
    for (index, reading) in usable.enumerated() {
      guard reading.number < limits.low || reading.number > limits.high else { continue }
      var until = reading.time + TrialPlan.intervalMilliseconds
      if index + 1 < usable.count { until = min(until, usable[index + 1].time) }
      sum += max(0, min(until, end) - max(reading.time, start))
    }
    return sum
  }
}
