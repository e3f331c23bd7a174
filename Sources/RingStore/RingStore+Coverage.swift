public import PoolModel

extension RingStore {
  /// When readings of `pool` came: what coverage of many pools needs, at the least cost.
  ///
  /// - Parameters:
  ///   - pool: a pool of the plan.
  ///   - parameters: which of its series.
  ///   - from: the begin of the period.
  ///   - to: its end, excluded.
  ///   - isRaw: whether only raw rows are looked at, their times and flags; otherwise whole hours are
  ///     answered from rollups. The answers are the same wherever both are held.
  ///   - body: called with each parameter and the stretch from the first reading in the period to the
  ///     last one.
  /// - Throws: `storage` when a page cannot be read.
  public func coverage(
    of pool: PoolNumber, parameters: [ParameterNumber], from: Timestamp, to: Timestamp,
    isRaw: Bool = false, _ body: (ParameterNumber, CoverageStretch) -> Void
  ) throws(RingStoreError) {
    let ring = rings[numbers.rings[pool.index]]
    guard from < to else { return }
    if isRaw {
      try rawCoverage(of: ring, parameters, from.milliseconds, to.milliseconds, body)
      return
    }
    let hours = try rolled(ring) { () throws(RingStoreError) in
      try coveredHours(of: ring, from: from.milliseconds, to: to.milliseconds)
    }
    for parameter in parameters {
      let series = Series(pool: pool, parameter: parameter)
      guard let hours else {
        body(parameter, try stretch(of: series, from: from, to: to))
        continue
      }
      var chains = try edge(series, in: ring, from.milliseconds, hours.range.lowerBound)
      chains.merge(
        hours.chains(numbers.columns[parameter.index], interval: rules.interval),
        interval: rules.interval)
      chains.merge(
        try edge(series, in: ring, hours.range.upperBound, to.milliseconds),
        interval: rules.interval)
      body(parameter, CoverageStretch(chains))
    }
  }

  /// What lies before or after the whole hours.
  private func edge(
    _ series: Series, in ring: PoolRing, _ from: Int64, _ to: Int64
  ) throws(RingStoreError) -> RollupCell {
    guard from < to else { return RollupCell() }
    return try aggregation(of: series, in: ring).chains(from: from, to: to, calendar: &calendar)
  }

  /// The chains of the whole hours in a period of at most two days, kept for the next question; nil
  /// where there are none.
  private func coveredHours(
    of ring: PoolRing, from: Int64, to: Int64
  ) throws(RingStoreError) -> CoveredHours? {
    guard to - from <= 2 * Tier.day.span else { return nil }
    let source = PoolSource(store: self, ring: ring)
    let rolled = source.rolled(.hour)
    let start = calendar.start(.hour, notBefore: max(from, rolled.lowerBound))
    let end = calendar.start(.hour, notAfter: min(to, rolled.upperBound))
    guard start < end else { return nil }
    if let known = ring.coveredHours, known.range == start..<end { return known }
    var hours = CoveredHours(range: start..<end)
    for column in UInt8(0)..<UInt8(catalog.columns.count) {
      hours.add(
        column,
        try source.cells(.hour, column: column, parts: .chains, from: start, to: end))
    }
    if coveredHoursCount < Self.coveredHoursLimit || ring.coveredHours != nil {
      if ring.coveredHours == nil { coveredHoursCount += 1 }
      ring.coveredHours = hours
    }
    return hours
  }

  /// So many pools' hours are kept: some 2 KiB each.
  private static let coveredHoursLimit = 8192

  /// Forgets the hours kept of a pool whose rollups change.
  func forgetCoveredHours(of ring: PoolRing) {
    guard ring.coveredHours != nil else { return }
    ring.coveredHours = nil
    coveredHoursCount -= 1
  }

  // MARK: Raw rows

  private func rawCoverage(
    of ring: PoolRing, _ parameters: [ParameterNumber], _ from: Int64, _ to: Int64,
    _ body: (ParameterNumber, CoverageStretch) -> Void
  ) throws(RingStoreError) {
    guard let sources = ring.raw.sources(from: from, through: to - 1).disjoint() else {
      for parameter in parameters {
        let table = try joinedRows(
          of: ring.raw, from: from, through: to - 1, limit: .max,
          columnBits: 1 << UInt64(numbers.columns[parameter.index]))
        var chains = ReadingChains(interval: rules.interval)
        chains.add(table, column: numbers.columns[parameter.index], from: from, to: to)
        body(parameter, CoverageStretch(chains.cell))
      }
      return
    }
    var all = parameters.map { _ in ReadingChains(interval: rules.interval) }
    for source in sources {
      switch source.place {
      case .table(let table):
        for (index, parameter) in parameters.enumerated() {
          all[index].add(table, column: numbers.columns[parameter.index], from: from, to: to)
        }
      case .chunk(let chunk): _ = addTimes(of: chunk, parameters, from, to, &all)
      case .page(let page):
        switch try parts(of: page, in: ring.raw) {
        case .none: break
        case .table(let table):
          for (index, parameter) in parameters.enumerated() {
            all[index].add(table, column: numbers.columns[parameter.index], from: from, to: to)
          }
        case .chunk(let chunk):
          if !addTimes(of: chunk, parameters, from, to, &all) { noteDamage(page, in: ring.raw) }
        }
      }
    }
    for (parameter, chains) in zip(parameters, all) {
      body(parameter, CoverageStretch(chains.cell))
    }
  }

  /// Adds the readings of a chunk by its times and flags; false when it is damaged.
  private func addTimes(
    of chunk: Chunk, _ parameters: [ParameterNumber], _ from: Int64, _ to: Int64,
    _ all: inout [ReadingChains]
  ) -> Bool {
    guard chunk.codec == PageTable.bodyCodec else {
      guard let table = PageTable(chunk) else { return false }
      for (index, parameter) in parameters.enumerated() {
        all[index].add(table, column: numbers.columns[parameter.index], from: from, to: to)
      }
      return true
    }
    guard
      let reader = PageReader(
        chunk.bytes, chunk.body, rowCount: chunk.rowCount, columnBits: chunk.columnBits),
      reader.times(into: &scratch.times)
    else { return false }
    let rows = scratch.times.firstIndex(notBefore: from)..<scratch.times.firstIndex(notBefore: to)
    // Parameters of one message mostly have the same readings: counted once.
    let whole = ReadingChain(scratch.times, rows, interval: rules.interval)
    for (index, parameter) in parameters.enumerated() {
      guard let runs = reader.flagRuns(of: numbers.columns[parameter.index]) else { return false }
      if runs.count == 1, RollupCell.isUsable(runs[0].flag),
        runs[0].marks & ReadingChains.tooLate == 0
      {
        all[index].add(whole, count: rows.count, marks: runs[0].marks)
        continue
      }
      var row = 0
      for run in runs {
        let part = rows.clamped(to: row..<row + run.count)
        all[index].add(scratch.times, part, flag: run.flag, marks: run.marks)
        row += run.count
      }
    }
    return true
  }
}

/// The received and the valid readings of a series, as they are added in time order.
private struct ReadingChains {
  static let tooLate = ArrivalMarks.tooLateToCount.rawValue
  private static let backfilled = ArrivalMarks.backfilled.rawValue
  private static let missing = QualityFlag.missing.rawValue

  let interval: Int64
  private var received = ReadingChain.empty
  private var valid = ReadingChain.empty
  private var backfilledCount: Int64 = 0

  init(interval: Int64) { self.interval = interval }

  var cell: RollupCell {
    var cell = RollupCell()
    cell.received = received
    cell.valid = valid
    cell.backfilledCount = backfilledCount
    return cell
  }

  /// Adds `count` readings that all count and are usable, alike in marks.
  mutating func add(_ chain: ReadingChain, count: Int, marks: UInt8) {
    if marks & Self.backfilled != 0 { backfilledCount += Int64(count) }
    received.merge(chain, interval: interval)
    valid.merge(chain, interval: interval)
  }

  /// Adds readings that are alike in flag and marks.
  mutating func add(_ times: [Int64], _ rows: Range<Int>, flag: UInt8, marks: UInt8) {
    guard !rows.isEmpty, flag != 0, flag != Self.missing, marks & Self.tooLate == 0 else { return }
    if marks & Self.backfilled != 0 { backfilledCount += Int64(rows.count) }
    let chain = ReadingChain(times, rows, interval: interval)
    received.merge(chain, interval: interval)
    if RollupCell.isUsable(flag) { valid.merge(chain, interval: interval) }
  }

  /// Adds the rows of a table.
  mutating func add(_ table: PageTable, column: UInt8, from: Int64, to: Int64) {
    guard let index = table.index(of: column) else { return }
    let column = table.columns[index]
    for row in table.firstRow(notBefore: from)..<table.firstRow(notBefore: to) {
      add(table.times, row..<row + 1, flag: column.flags[row], marks: column.marks[row])
    }
  }
}

extension ReadingChain {
  /// The readings at some of `times`.
  init(_ times: [Int64], _ rows: Range<Int>, interval: Int64) {
    self = .empty
    guard let start = rows.first else { return }
    first = times[start]
    last = times[rows.upperBound - 1]
    let span = times.span
    var before = first
    for row in rows.dropFirst() {
      let time = span[row]
      missing &+= MissingReadings.count(from: before, to: time, interval: interval)
      before = time
    }
  }
}

/// The readings of a pool's last whole hours, as short as coverage can do with.
struct CoveredHours {
  /// From the start of the first hour to the end of the last one.
  let range: Range<Int64>
  private var columns: [Column] = []

  private struct Column {
    var number: UInt8
    var received: [Chain]
    var valid: [Chain]
    var backfilledCount: Int64
  }

  /// A `ReadingChain` with times after the begin of the range; a chain without readings is left out.
  private struct Chain {
    var first: UInt32
    var last: UInt32
    var missing: UInt32
  }

  init(range: Range<Int64>) { self.range = range }

  mutating func add(_ column: UInt8, _ cells: [RolledCell]) {
    guard !cells.isEmpty else { return }
    columns.append(
      Column(
        number: column, received: cells.compactMap { chain($0.cell.received) },
        valid: cells.compactMap { chain($0.cell.valid) },
        backfilledCount: cells.reduce(0) { $0 + $1.cell.backfilledCount }))
  }

  private func chain(_ chain: ReadingChain) -> Chain? {
    chain.isEmpty
      ? nil
      : Chain(
        first: UInt32(chain.first - range.lowerBound), last: UInt32(chain.last - range.lowerBound),
        missing: UInt32(clamping: chain.missing))
  }

  /// All hours' readings of a column together.
  func chains(_ column: UInt8, interval: Int64) -> RollupCell {
    var cell = RollupCell()
    guard let found = columns.first(where: { $0.number == column }) else { return cell }
    cell.received = merged(found.received, interval: interval)
    cell.valid = merged(found.valid, interval: interval)
    cell.backfilledCount = found.backfilledCount
    return cell
  }

  private func merged(_ chains: [Chain], interval: Int64) -> ReadingChain {
    guard let first = chains.first, let last = chains.last else { return .empty }
    var missing = Int64(first.missing)
    var before = Int64(first.last)
    let span = chains.span
    for index in 1..<max(1, span.count) {
      let chain = span[index]
      missing += Int64(chain.missing)
      missing += MissingReadings.count(
        from: before, to: Int64(chain.first), interval: interval)
      before = Int64(chain.last)
    }
    return ReadingChain(
      first: range.lowerBound + Int64(first.first), last: range.lowerBound + Int64(last.last),
      missing: missing)
  }
}
