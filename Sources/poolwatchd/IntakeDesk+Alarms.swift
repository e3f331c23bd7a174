import Pipeline
import PoolModel
import Presence
import RingStore

extension IntakeDesk {
  /// Says what a commit that succeeded may have left wrong.
  func noteStore() {
    if let error = pipeline.store.checkpointError {
      systemAlarms.raise(.checkpoint, "pages cannot be written: \(error)")
    } else {
      systemAlarms.clear(.checkpoint)
    }
  }

  /// Says what any reading of the store may have found.
  func noteDamage() {
    var words: [String] = []
    if let lost = pipeline.store.recovery.lostBatches { words.append("\(lost)") }
    let damaged = pipeline.store.damagedPages
    if let first = damaged.first {
      words.append(
        "readings are lost in \(damaged.count) \(damaged.count == 1 ? "place" : "places"), the first: "
          + "\(first.file) offset \(first.offset), \(first.pool), \(first.problem)")
    }
    if !words.isEmpty { systemAlarms.raise(.damage, words.joined(separator: "; ")) }
  }
}
