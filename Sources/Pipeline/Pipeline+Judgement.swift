public import Alerting
import Notifying
public import PoolModel
public import RingStore

extension Pipeline {
  /// Judges up to `rowLimit` rows after the cursor and says what has to be made durable.
  ///
  /// nil when there is nothing to say: no transition, and the cursor was saved less than 10 s ago or
  /// did not move. Call it again while `judgementBacklog` is not empty.
  ///
  /// - Throws: `RingStoreError` when the journal cannot be read; the cursor stays.
  public func judge(rowLimit: Int, now: Moment) throws(RingStoreError) -> Decision? {
    if judged < store.oldestHeld {
      try judgeFromPages(now: now)
    } else if judged < store.committed {
      let stretch = try store.rows(after: judged, limit: rowLimit)
      for row in stretch.rows {
        pendingTransitions += alarms.judge(row, now: now)
      }
      judged = stretch.end
    }
    pendingTransitions += alarms.tick(now: now)
    let isCursorDue =
      judged > savedCursor && now.monotonic - savedAt.monotonic >= Self.cursorInterval
    guard !pendingTransitions.isEmpty || isCursorDue else { return nil }
    return decisionNow(now: now)
  }

  /// Whether rows wait to be judged.
  public var isBehind: Bool { judged < store.committed }

  /// The decision as it stands, with or without anything to say: for a stop, so that the next start
  /// has nothing to judge again, and for a person who waits for it.
  public func decisionNow(now: Moment) -> Decision {
    savedCursor = judged
    savedAt = now
    let transitions = pendingTransitions
    pendingTransitions = []
    return Decision(
      cursor: judged, transitions: transitions,
      notices: transitions.flatMap { router.notices(for: $0) },
      sources: alarms.takeChangedSources())
  }

  /// Says that everything up to `cursor` is durably decided: the journal may let go of it.
  public func decided(upTo cursor: JournalPosition) {
    store.release(judgedUpTo: cursor)
  }

  /// Tells judgement that the link to the broker came or went.
  public func brokerLinkChanged(isUp: Bool, now: Moment) {
    pendingTransitions += alarms.brokerLinkChanged(isUp: isUp, now: now)
  }

  /// Notes that `name` has taken on the alarm `id`.
  ///
  /// - Throws: `AlarmError` when there is no such alarm or it is over or taken on already.
  public func acknowledge(
    id: String, by name: String, comment: String, now: Moment
  ) throws(AlarmError) -> AlarmOccurrence {
    let transition = try alarms.acknowledge(id: id, by: name, comment: comment, now: now)
    pendingTransitions.append(transition)
    return transition.occurrence
  }

  /// How far judgement is behind: the age of what it judged last, 0 when nothing waits.
  public func judgementLag(now: Moment) -> Duration {
    guard isBehind, let newest = alarms.newestJudged else { return .zero }
    return max(.zero, now.wall - newest)
  }

  /// Goes on pool by pool from the newest judged reading, because the journal has moved on beyond
  /// the cursor.
  ///
  /// Late readings of the gap are judged as such.
  private func judgeFromPages(now: Moment) throws(RingStoreError) {
    let end = store.committed
    for pool in plan.poolNumbersInOrder {
      let from = (alarms.newestJudged(of: pool) ?? .distantPast) + .milliseconds(1)
      try forEachRow(of: pool, from: from, through: .distantFuture) { row in
        pendingTransitions += alarms.judge(row, now: now)
      }
    }
    judged = end
    counters.judgedFromPages += 1
  }

  /// Feeds the engine the rows before the cursor that its pending and returning counters rest on.
  func warmUp() throws(RingStoreError) {
    for pool in plan.poolNumbersInOrder {
      for stretch in alarms.warmUpStretches(of: pool) {
        try forEachRow(of: pool, from: stretch.lowerBound, through: stretch.upperBound) { row in
          alarms.warm(row)
        }
      }
    }
  }

  private func forEachRow(
    of pool: PoolNumber, from: Timestamp, through: Timestamp, _ body: (SampleRow) -> Void
  ) throws(RingStoreError) {
    var next = from
    while true {
      let rows = try store.rows(of: pool, from: next, through: through, limit: Self.pageRowLimit)
      rows.forEach(body)
      guard let last = rows.last, rows.count == Self.pageRowLimit else { return }
      next = last.time + .milliseconds(1)
    }
  }

  /// With nothing to say the cursor is saved this often: what a crash makes us judge again.
  static let cursorInterval: Duration = .seconds(10)
  /// Rows asked of the store at once, about two pages.
  static let pageRowLimit = 1000
}
