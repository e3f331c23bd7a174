public import Alerting
public import PoolModel
import Presence
public import RingStore

extension Pipeline {
  /// Judges up to `rowLimit` rows after the cursor and says what has to be made durable.
  ///
  /// Where there is another thread, it judges many rows while the caller goes on: then the next call says
  /// what came of them, and `isBehind` until then.
  ///
  /// nil when there is nothing to say: no transition, and the cursor was saved less than 10 s ago or
  /// did not move. Call it again while `isBehind`.
  ///
  /// - Throws: `RingStoreError` when rows cannot be read; the cursor stays, and what was decided until
  ///   then is in the next decision.
  public func judge(rowLimit: Int, now: Moment) throws(RingStoreError) -> Decision? {
    // What could not be read back, and what walking the pages has found.
    judgeStopped(seat)
    var failure: RingStoreError?
    var end: JournalPosition?
    do { end = try fetchRows(rowLimit: rowLimit, now: now) } catch { failure = error }
    if let end {
      if store.workers.hasOthers, seat.rows.partCount >= Self.besideRowCount {
        let decision = dueDecision(now: now)
        beginJudging(upTo: end, now: now)
        return decision
      }
      seat.judge(isCaughtUp: end == store.committed, now: now)
      judgeStopped(seat)
      judged = end
    } else {
      seat.note(seat.alarms.tick(now: now, isCaughtUp: !isBehind))
    }
    if let decision = dueDecision(now: now) { return decision }
    if let failure { throw failure }
    return nil
  }

  /// What has to be made durable now; nil when there is nothing to say.
  private func dueDecision(now: Moment) -> Decision? {
    let isCursorDue =
      judged > savedCursor && now.monotonic - savedAt.monotonic >= Self.cursorInterval
    // While the pages are walked the cursor stands still, but how far each source is judged is news.
    let isWalkDue =
      pageWalk != nil && now.monotonic - savedAt.monotonic >= Self.cursorInterval
    let isCountDue =
      intake.ledger.hasChangedSequences && now.monotonic - savedAt.monotonic >= Self.cursorInterval
    return seat.hasTransitions || isCursorDue || isWalkDue || isCountDue
      ? decisionNow(now: now) : nil
  }

  /// Lets another thread judge the rows before the seat, which end at `end`.
  private func beginJudging(upTo end: JournalPosition, now: Moment) {
    let (seat, isCaughtUp) = (seat, end == store.committed)
    judging = end
    store.workers.begin(.judging) { seat.judge(isCaughtUp: isCaughtUp, now: now) }
  }

  /// Whether judgement goes on from the pages, because the journal could not give the rows.
  public var isWalkingPages: Bool { pageWalk != nil }

  /// Notes that judgement has to wait for Records, so that no source is called silent for it.
  public func judgementPaused(now: Moment) {
    seat.note(seat.alarms.tick(now: now, isCaughtUp: false))
  }

  /// Puts the rows after the cursor before the seat.
  ///
  /// - Returns: where they end; nil when none wait or they were judged from the pages.
  private func fetchRows(rowLimit: Int, now: Moment) throws(RingStoreError) -> JournalPosition? {
    if pageWalk == nil {
      guard isBehind else { return nil }
      do {
        return try store.rows(after: judged, limit: rowLimit, into: &seat.rows)
      } catch .judgedTooFarBack, .unknownPosition, .damagedRecord {
        // The journal cannot give these rows; the pages and the open rows in memory can.
        pageWalk = PageWalk(end: store.committed)
        intake.count { $0.judgedFromPages += 1 }
      }
    }
    try walkPages(rowLimit: rowLimit, now: now)
    return nil
  }

  /// Whether rows wait to be judged.
  public var isBehind: Bool { pageWalk != nil || judged < store.committed }

  /// The decision as it stands, with or without anything to say: for a stop, so that the next start
  /// has nothing to judge again, and for a person who waits for it.
  public func decisionNow(now: Moment) -> Decision {
    let seat = seat
    savedCursor = judged
    savedAt = now
    var decision = seat.takeDecision(upTo: judged)
    decision.sequences = intake.ledger.takeChangedSequences(at: store.committed)
    return decision
  }

  /// Says that everything up to `cursor` is durably decided: the journal may let go of it.
  public func decided(upTo cursor: JournalPosition) {
    store.release(judgedUpTo: cursor)
  }

  /// Tells judgement that the link to the broker came or went.
  public func brokerLinkChanged(isUp: Bool, now: Moment) {
    seat.note(seat.alarms.brokerLinkChanged(isUp: isUp, now: now))
  }

  /// Notes that a person does something to the alarm `id`.
  ///
  /// - Returns: the alarm as it is then.
  /// - Throws: `AlarmError` when there is no such alarm or that cannot be done to it.
  public func act(
    _ action: AlarmAction, on id: String, by actor: AlarmTransition.Actor, now: Moment
  ) throws(AlarmError) -> AlarmOccurrence? {
    let seat = seat
    let transitions = try seat.alarms.act(action, on: id, by: actor, now: now)
    seat.note(transitions)
    return transitions.first?.occurrence
  }

  /// Notes that a venue, or one of its pools, is out of use.
  ///
  /// - Returns: the closure, which the next decision has.
  public func registerClosure(
    _ kind: Closure.Kind, venue: String, pool: String?, from: Timestamp, to: Timestamp?,
    by actor: AlarmTransition.Actor, now: Moment
  ) -> Closure {
    let seat = seat
    let closure = seat.alarms.registerClosure(
      kind, venue: venue, pool: pool, from: from, to: to, by: actor, now: now)
    seat.note(closure)
    return closure
  }

  /// Notes that what a closure is about is in use again.
  ///
  /// - Returns: the closure as it is then, which the next decision has.
  /// - Throws: `ClosureError` when there is no such closure or it is over.
  public func endClosure(
    id: String, by actor: AlarmTransition.Actor, now: Moment
  ) throws(ClosureError) -> Closure {
    let seat = seat
    let closure = try seat.alarms.endClosure(id: id, by: actor, now: now)
    seat.note(closure)
    return closure
  }

  /// Goes on pool by pool from what was judged of each, a slice at a time.
  ///
  /// What was judged before is left out by the engine. Late readings from before a pool's start are
  /// not found again: they would have been historical.
  private func walkPages(rowLimit: Int, now: Moment) throws(RingStoreError) {
    guard var walk = pageWalk else { return }
    defer { if pageWalk != nil { pageWalk = walk } }
    var judgedCount = 0
    while walk.pool < plan.pools.count, judgedCount < rowLimit {
      let pool = PoolNumber(walk.pool)
      // Records that know nothing of a pool may have been lost: beyond 72 h nothing counts any more.
      let from = walk.next ?? seat.alarms.judgedThrough(of: pool) ?? now.wall - .seconds(72 * 3600)
      let rows = try store.rows(
        of: pool, from: from, through: .distantFuture, limit: Self.pageRowLimit)
      for row in rows { seat.note(seat.alarms.judge(row, now: now)) }
      judgedCount += rows.count
      if let last = rows.last, rows.count == Self.pageRowLimit {
        walk.next = last.time + .milliseconds(1)
      } else {
        walk.pool += 1
        walk.next = nil
      }
    }
    guard walk.pool == plan.pools.count else { return }
    judged = walk.end
    pageWalk = nil
  }

  /// Feeds the engine the rows before the cursor that its pending and returning counters rest on.
  func warmUp() throws(RingStoreError) {
    lookAhead()
    for pool in plan.poolNumbersInOrder { try warmUp(pool, seat) }
  }

  /// Shows the engine what is stored after the cursor, for flags that are final by now.
  private func lookAhead() {
    let seat = seat
    var (position, rows, stretch) = (judged, JournalRows(), SampleStretch())
    while position < store.committed {
      // What the journal cannot give is judged from the pages, with the flags that are stored there.
      guard
        let end = try? store.rows(after: position, limit: Self.besideRowCount * 20, into: &rows)
      else { return }
      rows.read(into: &stretch)
      seat.alarms.lookAhead(stretch)
      position = end
    }
  }

  private func warmUp(_ pool: PoolNumber, _ seat: JudgementSeat) throws(RingStoreError) {
    let day = PoolRows(of: [pool], parameters: seat.alarms.dayParameters, in: store)
    for stretch in seat.alarms.dayStretches(of: pool) {
      try day.forEach(from: stretch.lowerBound, through: stretch.upperBound) { row in
        seat.alarms.warmDay(row)
      }
    }
    for stretch in seat.alarms.warmUpStretches(of: pool) {
      try forEachRow(of: pool, from: stretch.lowerBound, through: stretch.upperBound) { row in
        seat.alarms.warm(row)
      }
    }
  }

  /// Reads back rows whose flags have changed since they were judged, and judges what `seat` left for them.
  ///
  /// Where they cannot be read now it goes on by what is left of them, and reads them back at the next call.
  func judgeStopped(_ seat: JudgementSeat) {
    var unread: [PoolNumber] = []
    while seat.alarms.hasOutdatedPools || seat.isStopped {
      for pool in seat.alarms.takeOutdatedPools() {
        seat.alarms.forgetRows(of: pool)
        // Why it cannot be read is told by the store, which the next reading asks as well.
        if (try? warmUp(pool, seat)) == nil { unread.append(pool) }
      }
      seat.goOn()
    }
    for pool in unread { seat.alarms.rereadLater(pool) }
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
  /// Fewer rows are judged sooner than another thread wakes up.
  static let besideRowCount = 500
  /// Rows asked of the store at once, about two pages.
  static let pageRowLimit = 1000
}

/// How far judgement from the pages has come.
struct PageWalk: Sendable {
  /// Everything before it is judged when the walk is over.
  let end: JournalPosition
  /// The pool it is at.
  var pool = 0
  /// Where it goes on in that pool; nil at its beginning.
  var next: Timestamp?
}
