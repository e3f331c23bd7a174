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
    let damaged = pipeline.store.damagedPages
    guard let first = damaged.first else { return }
    systemAlarms.raise(
      .damage,
      "readings are lost in \(damaged.count) \(damaged.count == 1 ? "place" : "places"), the first: "
        + "\(first.file) offset \(first.offset), \(first.pool), \(first.problem)")
  }
}
