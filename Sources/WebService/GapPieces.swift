import Coverage
import PoolModel
import Querying
import RingStore

/// The times in which readings of one series are missing, or lost by damage to the store.
struct GapPieces: RowSource {
  private let plan: Plan
  private let gate: any StoreGate
  private let series: Series
  private let asked: Range<Timestamp>
  private let now: Timestamp
  private var finder: GapFinder
  private var place = Place.beginning
  /// The part of the time asked for that is looked at, and those after it.
  private var period: Range<Timestamp>
  private var partsLeft: ArraySlice<KnownParts.Part> = []
  /// The times of which raw rows are lost; and those of them that are still to be told.
  private var losses: [Range<Timestamp>] = []
  private var lossesLeft: ArraySlice<Range<Timestamp>> = []
  private var part: KnownParts.Part

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
    part = KnownParts.Part(range: period)
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
    partsLeft = try await gate.knownParts(of: [series], in: asked).parts[...]
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
    self.part = part
    period = part.range
    finder = GapFinder(
      period: period, interval: plan.interval, now: now,
      previousReading: part.previous(previous))
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
    place = .stretches(from: to)
    var gaps: [Gap] = []
    try await add(stretch, of: from..<to, to: &gaps)
    return gaps
  }

  private var zone: Zone { plan.district.zone }

  /// Adds the gap before a stretch, and the one it is itself when readings are missing in it.
  private mutating func add(_ stretch: CoverageStretch, to gaps: inout [Gap]) {
    guard let first = stretch.first, let last = stretch.last else { return }
    if let gap = finder.add(first) { gaps.append(gap) }
    finder.pass(to: last)
    if stretch.missingCount > 0 {
      gaps.append(Gap(from: first, to: last, missingCount: stretch.missingCount))
    }
  }

  /// Adds the gaps in `range`, of which `stretch` is known: those between its rows where they say the same,
  /// else those of its hours or minutes, as far as these do.
  ///
  /// So the gaps together have what the stretch has, whatever is lost or given up.
  private mutating func add(
    _ stretch: CoverageStretch, of range: Range<Timestamp>, to gaps: inout [Gap]
  ) async throws {
    var left: [(stretch: CoverageStretch, range: Range<Timestamp>, step: Duration?)] = [
      (stretch, range, .seconds(3600))
    ]
    while let (stretch, range, step) = left.popLast() {
      if stretch.missingCount == 0 {
        add(stretch, to: &gaps)
        continue
      }
      if try await addSamples(of: stretch, in: range, to: &gaps) { continue }
      guard let step, let steps = try await steps(step, of: stretch, in: range) else {
        add(stretch, to: &gaps)
        continue
      }
      left += steps.reversed().map { part, range in
        // Minute by minute where rows are lost; where they were given up, hours will do.
        let isLost = step > .seconds(60) && losses.contains { $0.overlaps(range) }
        return (part, range, isLost ? .seconds(60) : nil)
      }
    }
  }

  /// What is known of the steps of `range`; nil where that is something else than `stretch` together.
  private func steps(
    _ step: Duration, of stretch: CoverageStretch, in range: Range<Timestamp>
  ) async throws -> [(stretch: CoverageStretch, range: Range<Timestamp>)]? {
    let grid = StepGrid(from: range.lowerBound, step: step, zone: zone)
    let series = series
    var steps: [(stretch: CoverageStretch, range: Range<Timestamp>)] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let first = start
      steps += try await gate.withStore { store, _ in
        var found: [(stretch: CoverageStretch, range: Range<Timestamp>)] = []
        while found.count < 60, let start = found.last?.range.upperBound ?? first as Timestamp?,
          start < range.upperBound
        {
          let step = start..<min(range.upperBound, grid.end(ofStepAt: start))
          let stretch = try store.stretch(
            of: series, from: step.lowerBound, to: step.upperBound)
          found.append((stretch, step))
        }
        return found
      }
      start = steps.last?.range.upperBound ?? range.upperBound
    }
    var whole = ReadingTally(interval: plan.interval)
    for step in steps {
      guard let first = step.stretch.first, let last = step.stretch.last else { continue }
      whole.add(first, last, missingCount: step.stretch.missingCount)
    }
    return whole.isSame(as: stretch) ? steps : nil
  }

  /// Adds the gaps between the stored readings in `range`; false, and nothing, where those are not what
  /// `stretch` says.
  private mutating func addSamples(
    of stretch: CoverageStretch, in range: Range<Timestamp>, to gaps: inout [Gap]
  ) async throws -> Bool {
    let (series, limit) = (series, gate.pageRowCount)
    let last = range.upperBound - .milliseconds(1)
    var start: Timestamp? = range.lowerBound
    var (found, finder) = ([Gap](), finder)
    var whole = ReadingTally(interval: plan.interval)
    while let from = start {
      let slice = try await gate.withStore { store, _ in
        try store.samples(of: series, from: from, through: last, limit: limit)
      }
      for index in 0..<slice.count where slice.isReceived(at: index) {
        whole.add(slice.times[index], slice.times[index], missingCount: 0)
        if let gap = finder.add(slice.times[index]) { found.append(gap) }
      }
      // The oldest rows are given up first: where they are gone no more has to be read.
      if whole.first != stretch.first { return false }
      start = slice.count < limit ? nil : slice.times.last.map { $0 + .milliseconds(1) }
    }
    guard whole.isSame(as: stretch) else { return false }
    self.finder = finder
    gaps += found
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
    let next = try await gate.withStore { store, _ in
      try store.firstReading(of: series, notBefore: end).any
    }
    return gaps + (finder.end(next: part.next(next)).map { [$0] } ?? [])
  }
}
