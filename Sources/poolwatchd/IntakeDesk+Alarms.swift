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

  func noteThrottled(now: Moment) {
    let venues = pipeline.throttledVenues(now: now)
    guard let first = venues.first else { return systemAlarms.clear(.throttle) }
    let others = venues.count > 1 ? " and \(venues.count - 1) other venues" : ""
    systemAlarms.raise(
      .throttle,
      "\(first.venue)\(others) sent more readings than intake.burst_hours allows: "
        + "\(first.refusedRowCount) of \(first.venue) were refused since "
        + Zone.utc.rfc3339(first.since))
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
