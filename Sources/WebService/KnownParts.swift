import PoolModel

/// A period without the times of which nothing tells whether readings came, because these are lost by damage
/// to the store, or were given up but for an hour or day that the period cuts: nothing counts as due there.
///
/// Where such a time begins and where it ends counts as a reading, also when the period begins after
/// it or ends before it: how long the next reading was waited for is not known.
struct KnownParts: Sendable {
  /// The parts that are left, ascending.
  let parts: [Part]
  /// What is left out, ascending.
  let unknown: [Range<Timestamp>]

  /// A stretch of time of which it is known what came.
  struct Part: Sendable {
    /// The instants in it.
    var range: Range<Timestamp>
    /// Where the last unknown time before it ends; nil where there is none.
    var lossBefore: Timestamp?
    /// Where the first unknown time after it begins; nil where there is none.
    var lossAfter: Timestamp?

    /// The later one of `reading` and of what counts as one, before the part.
    func previous(_ reading: Timestamp?) -> Timestamp? {
      reading.map { max($0, lossBefore ?? $0) } ?? lossBefore
    }

    /// The earlier one of `reading` and of what counts as one, after the part.
    func next(_ reading: Timestamp?) -> Timestamp? {
      reading.map { min($0, lossAfter ?? $0) } ?? lossAfter
    }
  }

  /// What is left of `period` without `unknown`, which are ascending and apart.
  ///
  /// - Parameters:
  ///   - period: the instants asked about.
  ///   - unknown: the times in it of which nothing is known.
  ///   - before: where the last such time before the period ends; nil where there is none.
  ///   - after: where the first one after the period begins; nil where there is none.
  init(
    of period: Range<Timestamp>, without unknown: [Range<Timestamp>], before: Timestamp?,
    after: Timestamp?
  ) {
    var parts: [Part] = []
    var (start, before) = (period.lowerBound, before)
    for range in unknown {
      if start < range.lowerBound {
        parts.append(
          Part(range: start..<range.lowerBound, lossBefore: before, lossAfter: range.lowerBound))
      }
      (start, before) = (range.upperBound, range.upperBound)
    }
    if start < period.upperBound || unknown.isEmpty {
      parts.append(Part(range: start..<period.upperBound, lossBefore: before, lossAfter: after))
    }
    self.parts = parts
    self.unknown = unknown
  }

  /// The parts of the parts that lie in `range`.
  func parts(in range: Range<Timestamp>) -> [Part] {
    parts.filter { $0.range.overlaps(range) }.map { part in
      var part = part
      part.range = part.range.clamped(to: range)
      return part
    }
  }

  /// How many readings would have been due in what is left out.
  func lostCount(_ due: DueTimes) -> Int {
    unknown.reduce(0) { $0 + due.count(in: $1) }
  }
}
