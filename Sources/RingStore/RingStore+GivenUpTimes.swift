public import PoolModel

/// Where it is not known any more which readings came: rows were given up in the ordinary way, and what is
/// left of them tells of longer times only.
extension RingStore {
  /// The stretches of `period` of which neither raw rows are held nor whole buckets that lie in it.
  ///
  /// - Parameters:
  ///   - pool: a pool of the plan.
  ///   - period: the time asked about.
  ///   - coarsest: the coarsest tier whose whole buckets in `period` answer.
  /// - Returns: the stretches, ascending and apart.
  /// - Throws: `storage` when a page cannot be read.
  public func givenUpTimes(
    of pool: PoolNumber, in period: Range<Timestamp>, coarsest: Tier = .day
  ) throws(RingStoreError) -> [Range<Timestamp>] {
    let ring = rings[numbers.rings[pool.index]]
    let asked = period.lowerBound.milliseconds..<period.upperBound.milliseconds
    guard let rawStart = wholeStart(of: ring, .raw), asked.lowerBound < rawStart else { return [] }
    var left = [asked.lowerBound..<min(asked.upperBound, rawStart)]
    for tier in Tier.rollups where tier <= coarsest {
      let held = max(asked.lowerBound, heldStart(of: ring, tier) ?? .min)
      let first = calendar.start(tier, notBefore: held)
      let known = first..<max(first, calendar.start(tier, notAfter: asked.upperBound))
      left = left.flatMap { range in
        [
          range.lowerBound..<max(range.lowerBound, min(range.upperBound, known.lowerBound)),
          min(range.upperBound, max(range.lowerBound, known.upperBound))..<range.upperBound,
        ]
      }
      left.removeAll(where: \.isEmpty)
    }
    var found: [Range<Timestamp>] = []
    for range in left where try !isKnownEmpty(range, of: ring) {
      found.append(
        Timestamp(milliseconds: range.lowerBound)..<Timestamp(milliseconds: range.upperBound))
    }
    return found
  }

  /// Whether `range` lies in a bucket without a reading.
  private func isKnownEmpty(
    _ range: Range<Int64>, of ring: PoolRing
  ) throws(RingStoreError) -> Bool {
    for tier in Tier.rollups {
      let bucket = calendar.bucket(tier, containing: range.lowerBound)
      guard heldStart(of: ring, tier) ?? .min <= bucket.lowerBound else { continue }
      guard range.upperBound <= bucket.upperBound else { return false }
      return try rollupRows(
        of: ring.rollups(tier), from: bucket.lowerBound, to: bucket.lowerBound + 1
      ).rowCount == 0
    }
    return false
  }
}
