import PoolModel

/// What is lost of each pool with records of the journal that cannot be reached.
extension RingStore {
  /// What one pool loses with the records behind a damaged one: what that had lies among their rows.
  struct LostRecords {
    /// From the newest row before the damage to the newest one of them.
    var end: Range<Int64>?
    /// Older ones, which came late.
    var late = TimeRanges()
  }

  /// Notes that a row of a pool at `time` is lost; an amendment of one that is held is none.
  func lose(_ time: Int64, of ring: PoolRing, _ lost: inout [Int: LostRecords]) {
    if let newest = ring.newestTime, time <= newest {
      // Where it cannot be told whether it is held it counts as lost.
      let held = try? joinedRows(of: ring.raw, from: time, through: time, limit: 1)
      if held?.rowCount != 1 {
        lost[ring.number, default: LostRecords()].late.insert(time..<time + 1)
      }
      return
    }
    let known = lost[ring.number]?.end
    let first = ring.newestTime.map { $0 + 1 } ?? min(time, known?.lowerBound ?? time)
    let end = max(time + 1, known?.upperBound ?? .min)
    lost[ring.number, default: LostRecords()].end = first..<end
  }

  /// Notes what was lost, and that no rollups may be held of it.
  func noteLost(_ lost: [Int: LostRecords]) {
    for (number, records) in lost {
      let ring = rings[number]
      for range in records.late.ranges + [records.end].compactMap(\.self) {
        ring.notes.noteLost(Gap(range: range, isOfPage: true), .raw)
        ring.notes.noteLacking(
          before: calendar.bucket(.minute, containing: range.upperBound - 1).upperBound)
      }
    }
  }
}
