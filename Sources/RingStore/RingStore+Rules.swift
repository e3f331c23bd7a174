import PoolModel

/// What rollups are made by, and what becomes of them when that changes.
extension RingStore {
  /// Notes up to where the rollups in the pages say what the raw rows in the pages say, and from when on
  /// they are those of other rules.
  ///
  /// A checkpoint has rolled all buckets that ended before the newest row. Where that was lost with its
  /// page, the rollups held say how far it went.
  func noteRolled(_ ring: PoolRing, change: Int64?) {
    // Without a row all of what was rolled is of rows that were lost.
    let newest = ring.raw.lastTime ?? ring.rollups(.minute).firstTime
    guard let newest else { return }
    for tier in Tier.rollups {
      let held = ring.rollups(tier).lastTime.map {
        calendar.bucket(tier, containing: $0).upperBound
      }
      let ended = calendar.bucket(tier, containing: newest).lowerBound
      ring.rolled[tier.rollupIndex] = max(ended, held ?? .min)
    }
    // Where the newest minutes are lost as well, hours and days tell of it.
    if let end = ring.rolled.max(), end > newest {
      ring.lostEnd = newest..<calendar.bucket(.minute, containing: end).upperBound
    }
    ring.changedSince = change
  }

  /// Sees to it that what the rules' change is about is rolled anew by the rolling that begins.
  func beginAnew(_ ring: PoolRing) {
    guard let change = ring.changedSince else { return }
    for tier in Tier.rollups {
      let bucket = change == .min ? .min : calendar.bucket(tier, containing: change).lowerBound
      ring.rolled[tier.rollupIndex] = min(ring.rolled[tier.rollupIndex], bucket)
    }
    ring.changedSince = nil
  }

  /// Rolls again what a change of the rules allows to, and notes that it was done.
  ///
  /// What the disk refuses, or a journal without room, is tried again by a later checkpoint, or after
  /// the next opening.
  func rollAnew(_ change: RulesChange) throws(RingStoreError) {
    var isNeeded = false
    for ring in rings {
      guard let from = change.earliest(for: ring.pool), let raw = ring.raw.firstTime,
        ring.newestTime ?? .min >= from
      else {
        ring.changedSince = nil
        continue
      }
      isNeeded = true
      guard let held = ring.rollups(.minute).firstTime, held < raw, from < raw else { continue }
      let since = Timestamp(milliseconds: raw)
      recovery.rolledAnewSince = max(recovery.rolledAnewSince ?? since, since)
    }
    if isNeeded {
      _ = try appendEmptyRecord(at: Timestamp(milliseconds: journal.commitTime))
    }
    // Counted and kept in `checkpointError` there.
    try? checkpoint(at: Timestamp(milliseconds: journal.commitTime))
  }

  /// Wipes the rollups whose buckets the zone decides, before they are made anew from those per minute.
  ///
  /// Those that could not be made anew are kept as they are, with their hours and days of the old zone:
  /// then the change is refused.
  func discardCalendarRollups() throws(RingStoreError) {
    for ring in rings {
      // Looked at before anything is wiped; the pages are loaded properly afterwards.
      let minute = try firstTimeOnDisk(of: ring.rollups(.minute))
      for tier in [Tier.hour, .day] {
        guard let first = try firstTimeOnDisk(of: ring.rollups(tier)) else { continue }
        guard let minute, minute < first + tier.span else {
          throw .zoneChanged(pool: ring.pool, since: Timestamp(milliseconds: minute ?? .max))
        }
      }
    }
    for tier in [Tier.hour, .day] {
      for ring in rings {
        let place = ring.rollups(tier).place
        for slot in 0..<place.slotCount {
          try pageFiles[place.file].put(
            [UInt8](repeating: 0, count: PageHeader.byteCount),
            at: place.offset + slot * catalog.pageByteCount)
        }
      }
    }
    for (index, file) in catalog.pagesFiles.enumerated() where file.tier.rollupIndex > 0 {
      try pageFiles[index].settle()
    }
  }

  /// The first time that the headers of a ring's pages name; nil when there are none.
  private func firstTimeOnDisk(
    of ring: PageRing<RollupTable>
  ) throws(RingStoreError) -> Int64? {
    var first: Int64?
    for slot in 0..<ring.place.slotCount {
      let bytes = try pageFiles[ring.place.file].bytes(
        PageHeader.byteCount, at: ring.place.offset + slot * catalog.pageByteCount)
      guard case .valid(let header) = PageHeader.read(bytes) else { continue }
      first = min(first ?? .max, header.firstTime)
    }
    return first
  }
}
