import PoolModel
import RingStore

extension RingStore {
  /// What is lost of the store since it was repaired, a line for each stretch of time.
  func lossLines(in zone: Zone) -> [String] {
    knownLosses.map { pool, lost in
      let times =
        switch (lost.from, lost.through) {
        case (let from?, let through?): "from \(zone.rfc3339(from)) to \(zone.rfc3339(through))"
        case (nil, let through?): "up to \(zone.rfc3339(through))"
        default: "at times that are not known"
        }
      let what = lost.tier == .raw ? "readings" : "rollups per \(lost.tier)"
      let cure = lost.tier == .raw ? "" : ", made anew where readings are held"
      return "lost: \(what) of \(pool) \(times)\(cure)\n"
    }
  }
}
