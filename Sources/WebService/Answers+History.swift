import Hummingbird
import PoolModel
import Querying
import RingStore

extension Answers {
  /// One series step by step, streamed in pieces.
  ///
  /// The query names the length of a `step`, or the number of `columns` of a plot to fit, which then
  /// gets the steps without a reading too.
  func aggregates(of series: Series, query: Query, now: Timestamp) async throws -> Response {
    guard query["step"] == nil || query["columns"] == nil else {
      throw RequestError.usage("expected either step or columns, not both")
    }
    let step = try query["step"].map { text throws in try TimeExpression.step(text) }
    let from = try query.time("from", now: now, zone: zone)
    let to = try query.time("to", now: now, zone: zone) ?? now
    if let from { try requireOrder(from, to) }
    let held = try await held(of: series.pool)
    let openGap = try await openGap(of: series, to: to, now: now)
    let lost = try await lostSteps(of: series, in: min(from ?? .distantPast, to)..<to, now: now)
    if let step {
      return steps(
        of: series, from: from, to: to, step: step, held: held, openGap: openGap, lost: lost)
    }
    guard let columnCount = query["columns"].flatMap({ Int($0) }), (2...4096).contains(columnCount)
    else {
      throw RequestError.usage("expected columns as a number from 2 to 4096")
    }
    let start = from ?? min(held?.lowerBound ?? to, to)
    let length = StepGrid.step(dividing: to - start, columnCount: columnCount)
    return stream(
      AggregatePieces(
        plan: plan, gate: gate, series: series, period: start..<to,
        grid: StepGrid(from: start, step: length, zone: zone), includesEmpty: true,
        openGap: openGap, lost: lost))
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

  /// The steps that have a reading, or lack one between two or since the newest.
  private func steps(
    of series: Series, from: Timestamp?, to: Timestamp, step: Duration,
    held: ClosedRange<Timestamp>?, openGap: OpenGap?, lost: LostSteps
  ) -> Response {
    let grid = StepGrid(from: from ?? held?.lowerBound ?? to, step: step, zone: zone)
    var period = to..<to
    if let held, held.upperBound >= from ?? held.lowerBound {
      // Beyond the steps of the oldest and the newest row there is nothing to look for.
      let oldest = max(held.lowerBound, from ?? held.lowerBound)
      let start = max(from ?? .distantPast, grid.start(ofStepAt: oldest))
      let newest = max(held.upperBound, min(openGap?.settled ?? held.upperBound, to))
      let end = min(to, grid.end(ofStepAt: newest))
      period = start..<max(start, end)
    }
    return stream(
      AggregatePieces(
        plan: plan, gate: gate, series: series, period: period, grid: grid,
        includesEmpty: false, openGap: openGap, lost: lost))
  }

  /// When readings of one series are missing, streamed in pieces.
  func gaps(of id: PoolID, query: Query) async throws -> Response {
    let series = try series(of: id, query: query)
    let now = try await gate.withStore { _, now in now.wall }
    let to = try query.time("to", now: now, zone: zone) ?? now
    try await requireDue(series)
    let oldest = try await held(of: series.pool)?.lowerBound
    let from =
      try query.time("from", now: now, zone: zone)
      ?? min(oldest ?? zone.start(of: zone.date(at: now)), to)
    try requireOrder(from, to)
    return stream(
      GapPieces(plan: plan, gate: gate, series: series, period: from..<to, now: now))
  }

  /// Refuses a series of which nothing is due: that none came is no gap.
  private func requireDue(_ series: Series) async throws {
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

  /// The series that a request is about.
  func series(of id: PoolID, query: Query) throws -> Series {
    let pool = try pool(id)
    guard let name = query["parameter"] else {
      throw RequestError.usage("the parameter is missing, expected --parameter NAME")
    }
    guard let parameter = plan.parameterNumber(name) else {
      let known = plan.parameters.map(\.name).joined(separator: ", ")
      throw RequestError.unknown("the plan has no parameter '\(name)', expected one of \(known)")
    }
    return Series(pool: pool, parameter: parameter)
  }

  func stream(_ source: some RowSource) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(asyncSequence: AnswerPieces(source: source)))
  }

  /// The times of the oldest and the newest row of `pool`; nil when none is held.
  private func held(of pool: PoolNumber) async throws -> ClosedRange<Timestamp>? {
    try await gate.withStore { store, _ in
      guard let oldest = store.oldestTime(of: pool) else { return nil }
      return oldest...max(oldest, store.latestTime(of: pool) ?? oldest)
    }
  }
}
