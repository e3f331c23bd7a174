import Coverage
import PoolModel
import Querying
import RingStore

/// The times in which readings of one series are missing.
struct GapPieces: RowSource {
  private let plan: Plan
  private let gate: any StoreGate
  private let series: Series
  private let period: Range<Timestamp>
  private let now: Timestamp
  private var finder: GapFinder
  private var place = Place.beginning

  private enum Place {
    case beginning
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
    self.period = period
    self.now = now
    finder = GapFinder(
      period: period, interval: plan.interval, now: now, previousReading: nil)
  }

  mutating func nextRows() async throws -> [GapRow]? {
    let gaps: [Gap]
    switch place {
    case .beginning: gaps = try await begin()
    case .stretches(let from): gaps = try await gapsOfDay(from: from)
    case .samples(let from): gaps = try await gapsOfPage(from: from)
    case .end: return nil
    }
    return gaps.map { gap in
      GapRow(
        plan: plan, series: series, from: gap.from, to: gap.to, missingCount: gap.missingCount)
    }
  }

  private var settled: Timestamp { period.settled(at: now, interval: plan.interval) }

  private mutating func begin() async throws -> [Gap] {
    let (series, instant) = (series, period.lowerBound)
    let (previous, oldest) = try await gate.withStore { store, _ in
      (
        try store.lastReading(of: series, before: instant).any,
        store.oldestTime(of: series.pool)
      )
    }
    finder = GapFinder(
      period: period, interval: plan.interval, now: now, previousReading: previous)
    place = .stretches(from: max(instant, oldest ?? settled))
    return []
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
    } else if try await !addSamples(from: first, through: last, to: &gaps) {
      try await addHours(from: first, to: last + .milliseconds(1), to: &gaps)
    }
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

  /// Adds what is known where the rows are gone: in which hours how many readings are missing.
  private mutating func addHours(
    from: Timestamp, to: Timestamp, to gaps: inout [Gap]
  ) async throws {
    let grid = StepGrid(from: from, step: .seconds(3600), zone: zone)
    let series = series
    let stretches = try await gate.withStore { store, _ in
      var stretches: [CoverageStretch] = []
      var start = from
      while start < to {
        let end = min(to, grid.end(ofStepAt: start))
        stretches.append(try store.stretch(of: series, from: start, to: end))
        start = end
      }
      return stretches
    }
    for stretch in stretches { add(stretch, to: &gaps) }
  }

  /// Adds the gaps between the stored readings of a stretch; false when its rows are not all held.
  private mutating func addSamples(
    from first: Timestamp, through last: Timestamp, to gaps: inout [Gap]
  ) async throws -> Bool {
    let (series, limit) = (series, gate.pageRowCount)
    var start: Timestamp? = first
    while let from = start {
      let slice = try await gate.withStore { store, _ in
        try store.samples(of: series, from: from, through: last, limit: limit)
      }
      // The oldest rows are given up first.
      if from == first, slice.times.first != first { return false }
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
      if time >= period.upperBound {
        place = .end
        return gaps + (finder.end(next: time).map { [$0] } ?? [])
      }
      if let gap = finder.add(time) { gaps.append(gap) }
    }
    if slice.count == limit, let last = slice.times.last {
      place = .samples(from: last + .milliseconds(1))
      return gaps
    }
    place = .end
    return gaps + (finder.end(next: nil).map { [$0] } ?? [])
  }
}
