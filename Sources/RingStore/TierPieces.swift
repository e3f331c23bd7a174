/// A stretch of time cut into pieces of the coarsest tiers whose buckets fit.
struct TierPieces {
  /// Time that one tier answers for.
  struct Piece: Hashable {
    var tier: Tier
    /// From the start of a bucket to the end of one; of `raw`, anything.
    var range: Range<Int64>
  }

  private(set) var pieces: [Piece] = []

  /// Adds `range`, which follows what was added before, in tiers up to that which the steps allow.
  mutating func add(_ range: Range<Int64>, steps: StepBuckets, calendar: inout BucketCalendar) {
    if range.isEmpty { return }
    if steps.hasOneTier {
      let tier = steps.tier(onDayOf: range.lowerBound, calendar: &calendar)
      add(range, tier: tier, calendar: &calendar)
      return
    }
    var rest = range
    while !rest.isEmpty {
      let day = calendar.bucket(.day, containing: rest.lowerBound)
      let tier = steps.tier(onDayOf: rest.lowerBound, calendar: &calendar)
      add(rest.clamped(to: day), tier: tier, calendar: &calendar)
      rest = min(day.upperBound, rest.upperBound)..<rest.upperBound
    }
  }

  /// Adds `range`, which follows what was added before, in tiers up to `tier`.
  mutating func add(_ range: Range<Int64>, tier: Tier, calendar: inout BucketCalendar) {
    if range.isEmpty { return }
    guard let finer = tier.finer else {
      append(range, .raw)
      return
    }
    let start = calendar.start(tier, notBefore: range.lowerBound)
    let end = calendar.start(tier, notAfter: range.upperBound)
    if start < end {
      add(range.lowerBound..<start, tier: finer, calendar: &calendar)
      append(start..<end, tier)
      add(end..<range.upperBound, tier: finer, calendar: &calendar)
    } else {
      add(range, tier: finer, calendar: &calendar)
    }
  }

  private mutating func append(_ range: Range<Int64>, _ tier: Tier) {
    if let last = pieces.last, last.tier == tier, last.range.upperBound == range.lowerBound {
      pieces[pieces.count - 1].range = last.range.lowerBound..<range.upperBound
    } else {
      pieces.append(Piece(tier: tier, range: range))
    }
  }

  /// The pieces, long ones cut at local midnights so that each has some thousand cells.
  func chunks(calendar: inout BucketCalendar) -> [Piece] {
    var chunks: [Piece] = []
    for piece in pieces {
      let further: Int64
      switch piece.tier {
      case .raw: further = 0
      case .minute: further = 2
      case .hour: further = 127
      case .day: further = 4095
      }
      var rest = piece.range
      while !rest.isEmpty {
        let lastDay = rest.lowerBound + further * Tier.day.span
        let end = min(
          rest.upperBound, calendar.bucket(.day, containing: lastDay).upperBound)
        chunks.append(Piece(tier: piece.tier, range: rest.lowerBound..<end))
        rest = end..<rest.upperBound
      }
    }
    return chunks
  }
}
