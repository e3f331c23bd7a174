import PoolModel
import Querying
import RingStore

/// What one series did, step by step.
struct AggregatePieces: RowSource {
  private let plan: Plan
  private let gate: any StoreGate
  private let series: Series
  private let grid: StepGrid
  private let end: Timestamp
  private let includesEmpty: Bool
  private let headGap: HeadGap?
  private let openGap: OpenGap?
  private let lost: LostSteps
  /// Where the next piece begins; `end` after the last.
  private var start: Timestamp

  /// The steps of `grid` that `period` is divided into, with those that have no reading when
  /// `includesEmpty` says so, with what is missing in `headGap` and `openGap`, and without what is in
  /// `lost`.
  init(
    plan: Plan, gate: any StoreGate, series: Series, period: Range<Timestamp>, grid: StepGrid,
    includesEmpty: Bool, headGap: HeadGap?, openGap: OpenGap?, lost: LostSteps
  ) {
    self.plan = plan
    self.gate = gate
    self.series = series
    self.includesEmpty = includesEmpty
    self.headGap = headGap
    self.openGap = openGap
    self.lost = lost
    self.grid = grid
    start = period.lowerBound
    end = period.upperBound
  }

  mutating func nextRows() async throws -> [AggregateRow]? {
    guard start < end else { return nil }
    let (plan, series, step) = (plan, series, grid.step)
    let run = grid.run(from: start, to: end, limit: stepLimit)
    let limit = includesEmpty ? run.stepCount : min(run.stepCount, gate.pageRowCount)
    let aggregates = try await gate.withStore { store, _ in
      try store.aggregates(
        of: series, from: run.start, to: run.end, step: step, limit: limit)
    }
    start = run.end
    if aggregates.count == limit, limit < run.stepCount, let last = aggregates.last {
      start = min(last.end, run.end)
    }
    let done = grid.run(from: run.start, to: start, limit: run.stepCount)
    var figures = aggregates.map { StepFigures($0, notAfter: run.end) }
    if includesEmpty { figures = filled(figures, run: run) }
    if let headGap { figures = headGap.added(to: figures) }
    return try await lost.taken(from: openGap?.added(to: figures, of: done) ?? figures).map {
      AggregateRow(plan: plan, series: series, figures: $0)
    }
  }

  /// Every step of `run`, with the figures of those that have any.
  private func filled(_ figures: [StepFigures], run: StepGrid.Run) -> [StepFigures] {
    var rest = figures[...]
    return (0..<run.stepCount).map { index in
      let start = run.start + run.step * index
      if let first = rest.first, first.start == start {
        rest.removeFirst()
        return first
      }
      return StepFigures(start: start, end: min(start + run.step, run.end))
    }
  }

  /// Steps asked of the store at once: as many as stand on two pages of rows, of the coarsest rows that
  /// divide these steps.
  private var stepLimit: Int {
    let rowSpan = rowSpan.wholeMilliseconds
    return max(1, Int(Int64(gate.pageRowCount) * rowSpan / grid.step.wholeMilliseconds))
  }

  private var rowSpan: Duration {
    let zone = plan.district.zone
    let sinceMidnight = start - zone.start(of: zone.date(at: start))
    if sinceMidnight == .zero, isMultiple(grid.step, of: .seconds(86_400)) {
      return .seconds(86_400)
    }
    let spans: [Duration] = [.seconds(3600), .seconds(60)]
    return spans.first { isMultiple(grid.step, of: $0) && isMultiple(sinceMidnight, of: $0) }
      ?? plan.interval
  }

  private func isMultiple(_ span: Duration, of unit: Duration) -> Bool {
    span.wholeMilliseconds % unit.wholeMilliseconds == 0
  }
}

extension StepFigures {
  /// What the store says of a step that ends at `end` at the latest.
  fileprivate init(_ aggregate: Aggregate, notAfter end: Timestamp) {
    self.init(start: aggregate.start, end: min(aggregate.end, end))
    readingCount = aggregate.count
    missingCount = aggregate.missingCount
    missingValidCount = aggregate.missingUsableCount
    backfilledCount = aggregate.backfilledCount
    secondsOutOfLimits = aggregate.secondsOutOfLimits
    // What came may be unusable to the last reading: then there is no value.
    guard aggregate.count > 0 else { return }
    minimum = aggregate.minimum
    mean = aggregate.mean
    maximum = aggregate.maximum
    first = aggregate.first
    last = aggregate.last
  }
}
