import PoolModel

extension Aggregation {
  /// The cells of a piece, ascending, made from finer tiers where its own is not rolled.
  ///
  /// - Parameters:
  ///   - piece: begins and ends with a bucket of its tier.
  ///   - parts: what is wanted of the cells.
  ///   - steps: raw rows are cut at their ends; nil for no cuts but those of minutes.
  ///   - calendar: of the rules' zone.
  /// - Returns: cells of whole buckets; of parts of minutes where the tier is `raw`.
  /// - Throws: what the source throws.
  func cells(
    _ piece: TierPieces.Piece, parts: RollupParts, steps: StepBuckets?,
    calendar: inout BucketCalendar
  ) throws(RingStoreError) -> [RolledCell] {
    guard let finer = piece.tier.finer else {
      return try rawCells(piece.range, steps: steps, calendar: &calendar)
    }
    let rolled = rolledRange(piece.tier, calendar: &calendar).clamped(to: piece.range)
    if rolled == piece.range {
      return try source.cells(
        piece.tier, column: column, parts: parts, from: rolled.lowerBound, to: rolled.upperBound)
    }
    if rolled.isEmpty {
      return try made(piece, from: finer, parts: parts, calendar: &calendar)
    }
    var older = piece
    older.range = piece.range.lowerBound..<rolled.lowerBound
    var newer = piece
    newer.range = rolled.upperBound..<piece.range.upperBound
    var cells: [RolledCell] = []
    if !older.range.isEmpty {
      cells = try made(older, from: finer, parts: parts, calendar: &calendar)
    }
    cells += try source.cells(
      piece.tier, column: column, parts: parts, from: rolled.lowerBound, to: rolled.upperBound)
    if !newer.range.isEmpty {
      cells += try made(newer, from: finer, parts: parts, calendar: &calendar)
    }
    return cells
  }

  /// The whole buckets that a tier gives.
  private func rolledRange(_ tier: Tier, calendar: inout BucketCalendar) -> Range<Int64> {
    let rolled = source.rolled(tier)
    if rolled.isEmpty { return rolled }
    let start = calendar.start(tier, notBefore: rolled.lowerBound)
    return start..<max(start, calendar.start(tier, notAfter: rolled.upperBound))
  }

  /// The cells of a piece, made from the next finer tier, a day at a time to bound the memory.
  private func made(
    _ piece: TierPieces.Piece, from finer: Tier, parts: RollupParts,
    calendar: inout BucketCalendar
  ) throws(RingStoreError) -> [RolledCell] {
    var whole: [RolledCell] = []
    var end = Int64.min
    var rest = piece.range
    while !rest.isEmpty {
      let day = calendar.bucket(.day, containing: rest.lowerBound).clamped(to: rest)
      rest = day.upperBound..<rest.upperBound
      let finerPiece = TierPieces.Piece(tier: finer, range: day)
      for part in try cells(finerPiece, parts: parts, steps: nil, calendar: &calendar) {
        if part.start < end {
          whole[whole.count - 1].cell.merge(part.cell, interval: rules.interval)
        } else {
          let bucket = calendar.bucket(piece.tier, containing: part.start)
          whole.append(RolledCell(start: bucket.lowerBound, cell: part.cell))
          end = bucket.upperBound
        }
      }
    }
    return whole
  }

  /// Raw rows as cells, none of which reaches over the end of a minute or a step.
  private func rawCells(
    _ range: Range<Int64>, steps: StepBuckets?, calendar: inout BucketCalendar
  ) throws(RingStoreError) -> [RolledCell] {
    let raw = try source.rows(column: column, from: range.lowerBound, to: range.upperBound)
    var limits = LimitsCursor(rules: rules, pool: pool, parameter: parameter)
    var cells: [RolledCell] = []
    var row = raw.rows.lowerBound
    while row < raw.rows.upperBound {
      let time = raw.times[row]
      var end = calendar.bucket(.minute, containing: time).upperBound
      if let steps, steps.period.contains(time) {
        end = min(end, steps.bucket(containing: time, calendar: &calendar).upperBound)
      } else if let steps, time < steps.period.lowerBound {
        end = min(end, steps.period.lowerBound)
      }
      let begin = row
      repeat { row += 1 } while row < raw.rows.upperBound && raw.times[row] < end
      let cell = RollupCell.fold(
        begin..<row, times: raw.times, column: raw.column, bounds: limits.bounds(at: time),
        interval: rules.interval)
      if let cell { cells.append(RolledCell(start: time, cell: cell)) }
    }
    return cells
  }

  /// The last readings in `range` that `wanted` names and `known` lacks.
  func last(
    in range: Range<Int64>, without known: ChainEnds, wanted: ChainEnds,
    calendar: inout BucketCalendar
  ) throws(RingStoreError) -> ChainEnds {
    var wantsReceived = wanted.received != nil && known.received == nil
    var wantsValid = wanted.valid != nil && known.valid == nil
    var found = ChainEnds()
    var end = range.upperBound
    var reach = Tier.day.span
    while end > range.lowerBound, wantsReceived || wantsValid {
      let start = max(range.lowerBound, calendar.start(.day, notAfter: end - reach))
      var ends = ChainEnds()
      for rolled in try chains(start..<end, calendar: &calendar) { ends.add(rolled.cell) }
      if wantsReceived, let time = ends.received { (found.received, wantsReceived) = (time, false) }
      if wantsValid, let time = ends.valid { (found.valid, wantsValid) = (time, false) }
      end = start
      // Few looks in all, and none much longer than what was passed already.
      reach = min(reach * 4, Tier.day.span << 20)
    }
    return found
  }

  /// Adds the first readings in `range` that `wanted` names and `ends` lacks.
  func addFirst(
    in range: Range<Int64>, to ends: inout ChainEnds, wanted: ChainEnds,
    calendar: inout BucketCalendar
  ) throws(RingStoreError) {
    var start = range.lowerBound
    var reach = Tier.day.span
    while start < range.upperBound,
      (wanted.received != nil && ends.received == nil) || (wanted.valid != nil && ends.valid == nil)
    {
      let end = min(range.upperBound, calendar.start(.day, notBefore: start + reach))
      for rolled in try chains(start..<end, calendar: &calendar) { ends.addFirst(rolled.cell) }
      start = end
      reach = min(reach * 4, Tier.day.span << 20)
    }
  }

  private func chains(
    _ range: Range<Int64>, calendar: inout BucketCalendar
  ) throws(RingStoreError) -> [RolledCell] {
    var pieces = TierPieces()
    pieces.add(range, tier: .day, calendar: &calendar)
    var all: [RolledCell] = []
    for piece in pieces.chunks(calendar: &calendar) {
      all += try cells(piece, parts: .chains, steps: nil, calendar: &calendar)
    }
    return all
  }
}
