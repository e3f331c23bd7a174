import PoolModel

/// Damaged records of the journal between whole ones.
struct JournalHole {
  /// The newest row of each ring before it; nil where there is none.
  let newestTimes: [Int64?]
  /// When the records on either side of it were committed: its own were committed in between.
  let commitTimes: Range<Int64>
  /// The first row of each ring behind it that is newer than those before it, in the order of the journal.
  private(set) var nextTimes: [Int: Int64] = [:]

  init(newestTimes: [Int64?], commitTimes: Range<Int64>) {
    self.newestTimes = newestTimes
    self.commitTimes = commitTimes
  }

  /// Notes a row that comes behind it.
  mutating func noteRow(of ring: Int, at time: Int64) {
    guard nextTimes[ring] == nil, time > newestTimes[ring] ?? .min else { return }
    nextTimes[ring] = time
  }

  /// The times of a ring's rows that may have been in it; nil when none can.
  ///
  /// Between the rows on either side of it. Where none came behind it, from the time on at which the record
  /// before it was committed: what a source sends that is heard of is about the time when it comes.
  func lostTimes(ofRing ring: Int, interval: Int64) -> Range<Int64>? {
    let newest = newestTimes[ring]
    let earliest = commitTimes.lowerBound - interval
    if let next = nextTimes[ring] {
      let start = newest.map { $0 + 1 } ?? min(earliest, next)
      // Neighbours that are as near as any two have none between them.
      return next - start > interval * 3 / 2 ? start..<next : nil
    }
    let start = max(newest.map { $0 + 1 } ?? earliest, earliest)
    let isDue = commitTimes.upperBound - start >= interval
    return isDue ? start..<commitTimes.upperBound + 1 : nil
  }
}

extension RingStore {
  /// Notes what may be lost of each pool in a hole of the journal, and that no rollups may be held of it.
  func noteLost(in hole: JournalHole) {
    for ring in rings {
      guard let lost = hole.lostTimes(ofRing: ring.number, interval: rules.interval)
      else { continue }
      ring.notes.noteLost(Gap(range: lost, isOfPage: true, isOfBatch: true), .raw)
      ring.notes.noteLacking(
        before: calendar.bucket(.minute, containing: lost.upperBound - 1).upperBound)
    }
  }
}
