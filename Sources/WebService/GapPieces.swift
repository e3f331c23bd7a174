import Coverage
import PoolModel
import Querying
import RingStore

/// The times in which readings of one series are missing, or lost by damage to the store.
struct GapPieces: RowSource {
  private let plan: Plan
  let gate: any StoreGate
  let series: Series
  let asked: Range<Timestamp>
  private let now: Timestamp
  private var finder: GapFinder
  private var place = Place.beginning
  /// The part of the time asked for that is looked at, and those after it.
  private var period: Range<Timestamp>
  private var partsLeft: ArraySlice<KnownParts.Part> = []
  /// The times of which raw rows are lost; and those of them that are still to be told.
  var losses: [Range<Timestamp>] = []
  private var lossesLeft: ArraySlice<Range<Timestamp>> = []
  /// The hours and days that are known as a whole, of which minutes are lost.
  var coarse: [Range<Timestamp>] = []
  private var isBeforeLoss = false

  private enum Place {
    case beginning
    /// The next part of the time asked for.
    case part
    /// Stretches, from here up to where all that is missing is due by now.
    case stretches(from: Timestamp)
    /// Single readings after that, up to the first one after the period.
    case samples(from: Timestamp)
    case end
  }

  /// The gaps of `period` as they stand at `now`.
  init(
    plan: Plan, gate: any StoreGate, series: Series, period: Range<Timestamp>, now: Timestamp
  ) {
    self.plan = plan
    self.gate = gate
    self.series = series
    self.now = now
    asked = period
    self.period = period
    finder = GapFinder(
      period: period, interval: plan.interval, now: now, previousReading: nil)
  }

  mutating func nextRows() async throws -> [GapRow]? {
    var gaps: [Gap] = []
    switch place {
    case .beginning: try await begin()
    case .part: try await beginPart()
    case .stretches(let from): gaps = try await gapsOfDay(from: from)
    case .samples(let from): gaps = try await gapsOfPage(from: from)
    case .end: return lossesLeft.isEmpty ? nil : lostRows(before: nil)
    }
    return gaps.flatMap { gap in
      lostRows(before: gap.from ?? .distantPast) + [
        GapRow(
          plan: plan, series: series, from: gap.from, to: gap.to, missingCount: gap.missingCount)
      ]
    }
  }

  /// The rows of the losses that begin before `instant`, or of all that are left.
  private mutating func lostRows(before instant: Timestamp?) -> [GapRow] {
    let told = lossesLeft.prefix { loss in instant.map { loss.lowerBound <= $0 } ?? true }
    lossesLeft = lossesLeft.dropFirst(told.count)
    return told.map { GapRow(plan: plan, series: series, lost: $0) }
  }

  private var settled: Timestamp { period.settled(at: now, interval: plan.interval) }

  private mutating func begin() async throws {
    let (pool, asked) = (series.pool, asked)
    losses = try await gate.withStore { store, _ in store.losses(of: pool, in: asked) }
    lossesLeft = losses[...]
    let unknown = try await gate.unknownTimes(of: pool, in: asked)
    partsLeft = KnownParts(of: asked, without: unknown).parts[...]
    coarse = try await coarseTimes(beside: unknown)
    place = .part
  }

  private mutating func beginPart() async throws {
    guard let part = partsLeft.popFirst() else {
      place = .end
      return
    }
    let (series, instant) = (series, part.range.lowerBound)
    let (previous, oldest) = try await gate.withStore { store, _ in
      (
        try store.lastReading(of: series, before: instant).any,
        store.oldestTime(of: series.pool)
      )
    }
    period = part.range
    isBeforeLoss = part.isBeforeLoss
    finder = GapFinder(
      period: period, interval: plan.interval, now: now,
      previousReading: part.isAfterLoss ? instant : previous)
    place = .stretches(from: max(instant, oldest ?? settled))
  }

  private mutating func gapsOfDay(from: Timestamp) async throws -> [Gap] {
    guard from < settled else {
      place = .samples(from: settled)
      return []
    }
    // Up to a midnight, because the store keeps days.
    let tomorrow = CivilDate(daysSinceEpoch: zone.date(at: from).daysSinceEpoch + 1)
    let (series, to) = (series, min(settled, zone.start(of: tomorrow)))
    let stretch = try await gate.withStore { store, _ in
      try store.stretch(of: series, from: from, to: to)
    }
    var gaps: [Gap] = []
    place = .stretches(from: to)
    guard let first = stretch.first, let last = stretch.last else { return gaps }
    if stretch.missingCount == 0 {
      add(stretch, to: &gaps)
    } else if try await !addSamples(of: first..<last + .milliseconds(1), to: &gaps) {
      let step = Duration.seconds(3600)
      try await addSteps(step, from: first, to: last + .milliseconds(1), to: &gaps)
    }
    return gaps
  }

  var zone: Zone { plan.district.zone }

  /// Adds the gap before a stretch, and the one it is itself when readings are missing in it.
  private mutating func add(_ stretch: CoverageStretch, to gaps: inout [Gap]) {
    guard let first = stretch.first, let last = stretch.last else { return }
    if let gap = finder.add(first) { gaps.append(gap) }
    finder.pass(to: last)
    if stretch.missingCount > 0 {
      gaps.append(Gap(from: first, to: last, missingCount: stretch.missingCount))
    }
  }

  /// Adds what is known where the rows are gone: in which steps how many readings are missing.
  private mutating func addSteps(
    _ step: Duration, from: Timestamp, to: Timestamp, to gaps: inout [Gap]
  ) async throws {
    let grid = StepGrid(from: from, step: step, zone: zone)
    let series = series
    var start = from
    while start < to {
      let first = start
      let stretches = try await gate.withStore { store, _ in
        var stretches: [(stretch: CoverageStretch, end: Timestamp)] = []
        while let start = stretches.last?.end ?? first as Timestamp?, start < to,
          stretches.count < 60
        {
          let end = min(to, grid.end(ofStepAt: start))
          stretches.append((try store.stretch(of: series, from: start, to: end), end))
        }
        return stretches
      }
      for (stretch, end) in stretches {
        add(stretch, to: &gaps)
        start = end
      }
    }
  }

  /// Adds the gaps between the readings in `range`; false when its rows are not all held.
  ///
  /// Where rows are lost their minutes tell, as far as they were rolled.
  private mutating func addSamples(
    of range: Range<Timestamp>, to gaps: inout [Gap]
  ) async throws -> Bool {
    var start = range.lowerBound
    for (loss, step) in lostTimes where loss.overlaps(range) {
      // Whole minutes, also around the range, where the time asked for goes as far.
      let from = start == range.lowerBound ? minute(of: start).lowerBound : start
      let limits =
        max(
          period.lowerBound, from)..<min(period.upperBound, minute(of: range.upperBound).upperBound)
      let lost = step == .seconds(60) ? loss.clamped(to: limits) : loss
      guard !lost.isEmpty else { continue }
      let held = start..<max(start, lost.lowerBound)
      guard try await addSamples(held, isAfterHeld: start > range.lowerBound, to: &gaps) else {
        return false
      }
      try await addSteps(step, from: lost.lowerBound, to: lost.upperBound, to: &gaps)
      start = max(start, lost.upperBound)
    }
    return try await addSamples(
      min(start, range.upperBound)..<range.upperBound, isAfterHeld: start > range.lowerBound,
      to: &gaps)
  }

  /// Adds the gaps between the stored readings in `range`; false when the first one is not held, and none
  /// before it was either.
  private mutating func addSamples(
    _ range: Range<Timestamp>, isAfterHeld: Bool, to gaps: inout [Gap]
  ) async throws -> Bool {
    let (series, limit) = (series, gate.pageRowCount)
    let last = range.upperBound - .milliseconds(1)
    var start: Timestamp? = range.isEmpty ? nil : range.lowerBound
    while let from = start {
      let slice = try await gate.withStore { store, _ in
        try store.samples(of: series, from: from, through: last, limit: limit)
      }
      // The oldest rows are given up first.
      if !isAfterHeld, from == range.lowerBound, slice.times.first != from { return false }
      for index in 0..<slice.count where slice.isReceived(at: index) {
        if let gap = finder.add(slice.times[index]) { gaps.append(gap) }
      }
      start = slice.count < limit ? nil : slice.times.last.map { $0 + .milliseconds(1) }
    }
    return true
  }

  private mutating func gapsOfPage(from: Timestamp) async throws -> [Gap] {
    let (series, limit) = (series, gate.pageRowCount)
    let slice = try await gate.withStore { store, _ in
      try store.samples(of: series, from: from, through: .distantFuture, limit: limit)
    }
    var gaps: [Gap] = []
    for index in 0..<slice.count where slice.isReceived(at: index) {
      let time = slice.times[index]
      if time >= period.upperBound { return try await ended(gaps) }
      if let gap = finder.add(time) { gaps.append(gap) }
    }
    if slice.count == limit, let last = slice.times.last {
      place = .samples(from: last + .milliseconds(1))
      return gaps
    }
    return try await ended(gaps)
  }

  /// `gaps` with the one that the part looked at ends in.
  private mutating func ended(_ gaps: [Gap]) async throws -> [Gap] {
    place = .part
    let (series, end) = (series, period.upperBound)
    // What was rolled of rows that are lost can have an earlier one than the raw rows.
    var next: Timestamp? = end
    if !isBeforeLoss {
      next = try await gate.withStore { store, _ in
        try store.firstReading(of: series, notBefore: end).any
      }
    }
    return gaps + (finder.end(next: next).map { [$0] } ?? [])
  }
}
