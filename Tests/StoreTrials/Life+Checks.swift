import PoolModel
import RingStore

/// What else has to hold, whenever the store is open and its disk is sound.
extension Life {
  /// Newest values, the journal, and damage where there is none.
  func checkAll() {
    guard let store else { return complain("no store") }
    do throws(RingStoreError) {
      checkLatest(store)
      try checkJournal(store)
    } catch {
      complain("reading: \(error)")
    }
    if store.newestCommitTime != model.commitTime {
      complain("newest commit at \(store.newestCommitTime as Any), not \(model.commitTime as Any)")
    }
    if !store.damagedPages.isEmpty {
      namedLeftoverCount += store.damagedPages.count
      if !mayNameDamage { complain("damaged: \(store.damagedPages)") }
    }
  }

  private func checkLatest(_ store: RingStore) {
    for series in shape.series {
      let found = store.latest(series)
      let time = model.newest[series]
      guard let time else {
        if let found { complain("newest of \(series) at \(found.time), there is none") }
        continue
      }
      let key = ValueModel.Key(
        pool: series.pool.index, parameter: series.parameter.index, time: time)
      let value = found.map { ValueModel.Value($0.sample) }
      if found?.time.milliseconds != time || value != model.entries[key]?.value {
        complain("newest of \(series) is \(found as Any) instead of \(time)")
      }
    }
    for pool in 0..<shape.poolCount {
      let times = model.newest.filter { $0.key.pool.index == pool }.values
      if store.latestTime(of: PoolNumber(pool))?.milliseconds != times.max() {
        complain("newest time of pool \(pool)")
      }
    }
  }

  /// Everything after the cursor, in the order it was committed, with the values that were stored.
  private func checkJournal(_ store: RingStore) throws(RingStoreError) {
    let start = max(cursor, store.oldestHeld.byteOffset)
    var found: [ValueModel.Key: Int] = [:]
    var at = JournalPosition(byteOffset: start)
    var count = 0
    while at < store.committed {
      let stretch = try store.rows(after: at, limit: 1 + below(60))
      for row in stretch.rows {
        for sample in row.samples {
          let key = ValueModel.Key(
            pool: row.pool.index, parameter: sample.parameter.index, time: row.time.milliseconds)
          // A value given up and sent again may stand there with another number.
          if model.goneCount == 0, let known = model.entries[key],
            known.value.bits != sample.value.bitPattern,
            !sample.value.isNaN
          {
            complain("the journal has \(sample.value) of \(key)")
          }
          if found[key] == nil { found[key] = count }
          count += 1
        }
      }
      guard at < stretch.end else { return complain("the journal stops at \(at)") }
      at = stretch.end
    }
    var last = -1
    for (end, keys) in log where end > start {
      let places = keys.compactMap { found[$0] }
      if places.count < keys.count {
        complain("the journal lacks \(keys.count - places.count) values of the batch to \(end)")
      }
      // A value given up and sent again stands in the journal twice.
      if model.goneCount == 0, let least = places.min(), least < last {
        complain("the journal is not in order at \(end)")
      }
      last = max(last, places.max() ?? last)
    }
  }
}
