import PoolModel

/// Makes aggregates of cells that come in time order, none of which reaches over the end of a step.
struct AggregateWalk {
  private let steps: StepBuckets
  private let interval: Int64
  private var aggregates: [Aggregate] = []
  /// The step that is being filled; empty before the first one.
  private var current: Range<Int64> = 0..<0
  private var cell = RollupCell()
  /// The last readings so far.
  private(set) var ends = ChainEnds()
  /// The first readings of the period.
  private(set) var starts = ChainEnds()

  /// Steps of `steps` in which a reading is due every `interval` milliseconds.
  init(steps: StepBuckets, interval: Int64) {
    self.steps = steps
    self.interval = interval
  }

  /// Whether no cell of the period was added.
  var isEmpty: Bool { aggregates.isEmpty && current.isEmpty }

  /// Adds a cell before the period.
  mutating func addBefore(_ cell: RollupCell) { ends.add(cell) }

  /// Adds a cell of the period.
  @inline(__always)
  mutating func add(_ rolled: RolledCell, calendar: inout BucketCalendar) {
    if rolled.start < current.upperBound, !current.isEmpty {
      cell.merge(rolled.cell, interval: interval)
      return
    }
    finishStep()
    current = steps.bucket(containing: rolled.start, calendar: &calendar)
    cell = rolled.cell
  }

  /// Ends the step that is being filled: no more cells of the period will come.
  mutating func finishStep() {
    guard !current.isEmpty else { return }
    if aggregates.isEmpty { aggregates.reserveCapacity(64) }
    aggregates.append(Aggregate(cell, in: current))
    current = 0..<0
    if let last = ends.received, !cell.received.isEmpty,
      MissingReadings.count(from: last, to: cell.received.first, interval: interval) > 0
    {
      spread(last, cell.received.first, \.missingCount)
    }
    if let last = ends.valid, !cell.valid.isEmpty,
      MissingReadings.count(from: last, to: cell.valid.first, interval: interval) > 0
    {
      spread(last, cell.valid.first, \.missingUsableCount)
    }
    if let last = ends.usable, ends.isLastOut, cell.usableFirst <= cell.usableLast {
      spreadOut(from: last, until: cell.usableFirst)
    }
    if aggregates.count == 1 || starts.received == nil || starts.valid == nil {
      starts.addFirst(cell)
    }
    ends.add(cell)
  }

  /// Counts what is missing between the last readings of the period and the next ones, and for how long
  /// the last value stood.
  ///
  /// - Parameter next: the first readings after the period; the usable one nil where there is none
  ///   within an interval, the others where there is none at all.
  mutating func finishPeriod(next: ChainEnds) {
    if let last = ends.received, let first = next.received {
      spread(last, first, \.missingCount)
    }
    if let last = ends.valid, let first = next.valid {
      spread(last, first, \.missingUsableCount)
    }
    if let last = ends.usable, ends.isLastOut { spreadOut(from: last, until: next.usable) }
  }

  /// Counts what is missing between readings before the period, found late, and its first ones.
  mutating func spreadGap(from last: ChainEnds) {
    if let last = last.received, let first = starts.received {
      spread(last, first, \.missingCount)
    }
    if let last = last.valid, let first = starts.valid {
      spread(last, first, \.missingUsableCount)
    }
  }

  /// The aggregates, ascending.
  mutating func finish() -> [Aggregate] {
    for index in aggregates.indices where aggregates[index].secondsOutOfLimits != 0 {
      aggregates[index].secondsOutOfLimits /= 1000
    }
    return aggregates
  }

  private mutating func spread(
    _ last: Int64, _ first: Int64, _ count: WritableKeyPath<Aggregate, Int>
  ) {
    let missing = MissingReadings.count(from: last, to: first, interval: interval)
    guard missing > 0 else { return }
    for index in indices(in: last..<first) {
      let start = aggregates[index].start.milliseconds
      let end = aggregates[index].end.milliseconds
      let before = MissingReadings.count(
        after: last, before: start, interval: interval, limit: missing)
      let through = MissingReadings.count(
        after: last, before: end, interval: interval, limit: missing)
      aggregates[index][keyPath: count] += Int(through - before)
    }
  }

  /// Counts milliseconds, which become seconds at the end.
  ///
  /// Where damage leaves rollups that overlap, the next reading may be none that is later.
  private mutating func spreadOut(from last: Int64, until next: Int64?) {
    let span = last..<last + max(0, min(next.map { $0 - last } ?? interval, interval))
    for index in indices(in: span) {
      let stretch = aggregates[index].start.milliseconds..<aggregates[index].end.milliseconds
      let part = stretch.clamped(to: span)
      aggregates[index].secondsOutOfLimits += Double(part.upperBound - part.lowerBound)
    }
  }

  /// The aggregates that begin or end in `span`.
  private func indices(in span: Range<Int64>) -> Range<Int> {
    var low = 0
    // Nearly always among the last two.
    if aggregates.count > 2, aggregates[aggregates.count - 3].end.milliseconds <= span.lowerBound {
      low = aggregates.count - 2
    }
    var high = aggregates.count
    let end = aggregates.count
    while low < high {
      let middle = (low + high) / 2
      if aggregates[middle].end.milliseconds <= span.lowerBound {
        low = middle + 1
      } else {
        high = middle
      }
    }
    high = low
    while high < end, aggregates[high].start.milliseconds < span.upperBound { high += 1 }
    return low..<high
  }
}

/// The outermost readings of a stretch of time, on one side; nil where they are not known.
struct ChainEnds: Hashable {
  /// The time of a received one.
  var received: Int64?
  /// The time of a valid one.
  var valid: Int64?
  /// The time of a usable one.
  var usable: Int64?
  /// Whether the usable one is out of limits.
  var isLastOut = false

  init() {}

  /// Both chains' ends known, to say that both are wanted.
  static let both = {
    var ends = ChainEnds()
    ends.received = 0
    ends.valid = 0
    return ends
  }()

  /// Takes on the last readings of a later cell.
  mutating func add(_ cell: RollupCell) {
    if !cell.received.isEmpty { received = cell.received.last }
    if !cell.valid.isEmpty { valid = cell.valid.last }
    if cell.usableFirst <= cell.usableLast {
      usable = cell.usableLast
      isLastOut = cell.isLastOut
    }
  }

  /// Takes on the first readings of a later cell, where none is known.
  mutating func addFirst(_ cell: RollupCell) {
    if received == nil, !cell.received.isEmpty { received = cell.received.first }
    if valid == nil, !cell.valid.isEmpty { valid = cell.valid.first }
    if usable == nil, cell.usableFirst <= cell.usableLast { usable = cell.usableFirst }
  }
}

extension Aggregate {
  /// What a cell says of the stretch it stands for, with milliseconds for seconds.
  fileprivate init(_ cell: RollupCell, in stretch: Range<Int64>) {
    let isEmpty = cell.count == 0
    self.init(
      start: Timestamp(milliseconds: stretch.lowerBound),
      end: Timestamp(milliseconds: stretch.upperBound),
      minimum: isEmpty ? .nan : cell.minimum,
      mean: isEmpty ? .nan : cell.sum / Double(cell.count),
      maximum: isEmpty ? .nan : cell.maximum,
      first: isEmpty ? .nan : cell.first, last: isEmpty ? .nan : cell.last,
      count: Int(cell.count), missingCount: Int(cell.received.missing),
      missingUsableCount: Int(cell.valid.missing), backfilledCount: Int(cell.backfilledCount),
      secondsOutOfLimits: Double(cell.outMilliseconds))
  }
}
