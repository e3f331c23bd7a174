import Hummingbird
import PoolModel
import Querying
import RingStore

extension Answers {
  /// One series step by step, streamed in pieces.
  ///
  /// The query names the length of a `step`, or the number of `columns` of a plot to fit, which then
  /// gets the steps without a reading too.
  func aggregates(
    of subject: Subject, query: Query, now: Timestamp
  ) async throws -> Response {
    let series = subject.series
    guard query["step"] == nil || query["columns"] == nil else {
      throw RequestError.usage("expected either step or columns, not both")
    }
    let step = try query["step"].map { text throws in try TimeExpression.step(text) }
    let from = try query.time("from", now: now, zone: zone)
    let held = try await held(of: series.pool)
    let to = try query.time("to", now: now, zone: zone) ?? subject.end(now, held: held)
    if let from { try requireOrder(from, to) }
    // Of a retired pool nothing is due since its newest reading.
    let openGap = subject.isRetired ? nil : try await openGap(of: series, to: to, now: now)
    let start = from ?? min(held?.lowerBound ?? to, to)
    if let step {
      let gaps = (head: try await headGap(of: series, from: from, to: to), open: openGap)
      let lost = try await lostSteps(
        of: subject, in: start..<to, step: step, now: now, held: held, countsHead: from != nil)
      return steps(
        of: subject, from: from, to: to, step: step, held: held, gaps: gaps, lost: lost)
    }
    guard let columnCount = query["columns"].flatMap({ Int($0) }), (2...4096).contains(columnCount)
    else {
      throw RequestError.usage("expected columns as a number from 2 to 4096")
    }
    let length = StepGrid.step(dividing: to - start, columnCount: columnCount)
    let lost = try await lostSteps(
      of: subject, in: start..<to, step: length, now: now, held: held, countsHead: false)
    return stream(
      AggregatePieces(
        plan: subject.plan, gate: gate, series: series, period: start..<to,
        grid: StepGrid(from: start, step: length, zone: zone), includesEmpty: true,
        headGap: nil, openGap: openGap, lost: lost), about: subject)
  }

  /// What is lost of a series in `period`; of a retired pool nothing is due since its newest reading.
  private func lostSteps(
    of subject: Subject, in period: Range<Timestamp>, step: Duration, now: Timestamp,
    held: ClosedRange<Timestamp>?, countsHead: Bool
  ) async throws -> LostSteps {
    let due = max(period.lowerBound, min(period.upperBound, subject.end(now, held: held)))
    return try await LostSteps(
      of: subject.series, in: period.lowerBound..<(subject.isRetired ? due : period.upperBound),
      step: step, now: now, countsHead: countsHead, gate: gate)
  }

  /// What is missing since the newest reading of `series`; nil when it has none.
  private func openGap(
    of series: Series, to: Timestamp, now: Timestamp
  ) async throws -> OpenGap? {
    let newest = try await gate.withStore { store, _ in
      try store.lastReading(of: series, before: .distantFuture)
    }
    let interval = plan.interval
    return newest.any.map { reading in
      OpenGap(
        reading: reading, usableReading: newest.usable,
        settled: (min(reading, to)..<to).settled(at: now, interval: interval), interval: interval)
    }
  }

  /// The steps that have a reading, or lack one between two or since the newest; with what is missing
  /// before the oldest in its own step.
  private func steps(
    of subject: Subject, from: Timestamp?, to: Timestamp, step: Duration,
    held: ClosedRange<Timestamp>?, gaps: (head: HeadGap?, open: OpenGap?), lost: LostSteps
  ) -> Response {
    let grid = StepGrid(from: from ?? held?.lowerBound ?? to, step: step, zone: zone)
    var period = to..<to
    // Since the newest row a gap may be open.
    let newest = max(
      held?.upperBound ?? .distantPast, min(gaps.open?.settled ?? .distantPast, to))
    if let held, newest >= from ?? held.lowerBound {
      // Beyond the steps of the oldest and the newest row there is nothing to look for.
      let oldest = max(held.lowerBound, from ?? held.lowerBound)
      let start = max(from ?? .distantPast, grid.start(ofStepAt: oldest))
      let end = min(to, grid.end(ofStepAt: newest))
      period = start..<max(start, end)
    }
    return stream(
      AggregatePieces(
        plan: subject.plan, gate: gate, series: subject.series, period: period, grid: grid,
        includesEmpty: false, headGap: gaps.head, openGap: gaps.open, lost: lost), about: subject)
  }

  /// When readings of one series are missing, streamed in pieces.
  func gaps(of id: PoolID, query: Query) async throws -> Response {
    let subject = try await subject(id, query: query)
    let now = try await gate.withStore { _, now in now.wall }
    try await requireDue(subject)
    let held = try await held(of: subject.series.pool)
    // Of a retired pool nothing is due since its newest reading.
    let end = subject.end(now, held: held)
    var to = try query.time("to", now: now, zone: zone) ?? end
    let from =
      try query.time("from", now: now, zone: zone)
      ?? min(held?.lowerBound ?? zone.start(of: zone.date(at: now)), to)
    try requireOrder(from, to)
    if subject.isRetired { to = max(from, min(to, end)) }
    return stream(
      GapPieces(
        plan: subject.plan, gate: gate, series: subject.series, period: from..<to, now: now),
      about: subject)
  }

  /// Refuses a series of which nothing is due: that none came is no gap.
  private func requireDue(_ subject: Subject) async throws {
    let (plan, series) = (subject.plan, subject.series)
    guard !plan.required.contains(series.parameter) else { return }
    let newest = try await gate.withStore { store, _ in
      try store.lastReading(of: series, before: .distantFuture)
    }
    guard newest.any == nil else { return }
    let required = plan.required.map { plan[$0].name }.joined(separator: ", ")
    throw RequestError.unknown(
      "\(plan[series.pool].id) has never sent \(plan[series.parameter].name), and the plan does not "
        + "require it: nothing is missing (required are \(required))")
  }

  func stream(_ source: some RowSource) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(asyncSequence: AnswerPieces(source: source)))
  }

  /// The times of the oldest and the newest reading of `pool`, raw or rolled; nil when none is held.
  private func held(of pool: PoolNumber) async throws -> ClosedRange<Timestamp>? {
    try await gate.withStore { store, _ in
      guard let oldest = try store.firstReading(of: pool) else { return nil }
      return oldest...max(oldest, store.newestTime(of: pool) ?? oldest)
    }
  }
}
