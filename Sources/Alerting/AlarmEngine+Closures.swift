public import PoolModel

extension AlarmEngine {
  /// Notes that a venue, or one of its pools, is out of use.
  ///
  /// From then on its readings in that time are not judged, and nobody calls it silent. What was judged
  /// before stays as it is.
  ///
  /// - Parameters:
  ///   - kind: why.
  ///   - venue: the venue's id.
  ///   - pool: the pool's own id; nil for all of the venue's.
  ///   - from: when it begins, perhaps in the past.
  ///   - to: when it is to end, after `from`; nil where that is not known.
  ///   - actor: who says so, and their reason.
  ///   - now: when.
  /// - Returns: the closure, to be made durable.
  public mutating func registerClosure(
    _ kind: Closure.Kind, venue: String, pool: String?, from: Timestamp, to: Timestamp?,
    by actor: AlarmTransition.Actor, now: Moment
  ) -> Closure {
    var closure = Closure(
      kind: kind, venue: venue, pool: pool, from: from, to: to, registration: actor,
      registeredTime: now.wall, judgedFrom: from)
    closure.judgedFrom = max(from, unjudgedSoFar(closure, now: now))
    put(closure)
    return closure
  }

  /// Notes that what a closure is about is in use again, before its time.
  ///
  /// - Parameters:
  ///   - id: the closure's.
  ///   - actor: who says so, and their words.
  ///   - now: when.
  /// - Returns: the closure as it is then, to be made durable.
  /// - Throws: `ClosureError` when there is no such closure or it is over.
  public mutating func endClosure(
    id: String, by actor: AlarmTransition.Actor, now: Moment
  ) throws(ClosureError) -> Closure {
    guard var closure = closures[id] else { throw .unknown(id: id) }
    guard !closure.isOver(at: now.wall) else { throw .over(id: id) }
    closure.ending = actor
    closure.endedTime = now.wall
    closure.judgedAgainFrom = unjudgedSoFar(closure, now: now)
    put(closure)
    return closure
  }

  /// Goes by `closure` from now on.
  mutating func put(_ closure: Closure) {
    closures[closure.id] = closure
    for pool in pools(of: closure) { gates.put(closure, on: pool) }
  }

  /// Forgets closures that ended five weeks ago, as a start does; looks once an hour.
  mutating func forgetClosures(now: Moment) {
    guard !closures.isEmpty, now.monotonic >= nextForgetting else { return }
    nextForgetting = now.monotonic + .seconds(3600)
    for closure in closures.values {
      let end = min(closure.to ?? .distantFuture, closure.judgedAgainFrom ?? .distantFuture)
      guard end <= now.wall - Self.closureMemory else { continue }
      closures[closure.id] = nil
      for pool in pools(of: closure) { gates.remove(closure, from: pool) }
    }
  }

  /// Late readings may be older than any limit; after so long they are judged as if there had been none.
  private static let closureMemory: Duration = .seconds(35 * 86_400)

  /// Gives `pool` its full time again from the end of its last closure on; says whether it is out of use now.
  mutating func excuseClosed(_ pool: PoolNumber, now: Moment) -> Bool {
    guard let last = gates.lastOutOfUse(pool, at: now.wall) else { return false }
    let instant = now.monotonic - (now.wall - last.end)
    pools[pool.index].excused(at: instant)
    for parameter in plan.required {
      series[index(of: Series(pool: pool, parameter: parameter))].excused(at: instant)
    }
    return last.isNow
  }

  /// The pools that `closure` is about; none when the plan does not know them.
  private func pools(of closure: Closure) -> [PoolNumber] {
    if let pool = closure.pool {
      return plan.poolNumber(PoolID(venue: closure.venue, pool: pool)).map { [$0] } ?? []
    }
    guard let venue = plan.venues.firstIndex(where: { $0.id == closure.venue }) else { return [] }
    return plan.poolNumbersInOrder.filter { plan[$0].venue == venue }
  }

  /// The first sample time that was judged of no pool of `closure` yet, and not before our clock.
  ///
  /// So a row is judged by the closure exactly when it comes after it, also when it is read back.
  private func unjudgedSoFar(_ closure: Closure, now: Moment) -> Timestamp {
    let newest = pools(of: closure).compactMap { pools[$0.index].newestReading }.max()
    return max(now.wall, newest.map { $0 + .milliseconds(1) } ?? now.wall)
  }
}

/// Why a closure cannot be ended.
public enum ClosureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No closure that is not over has this id.
  case unknown(id: String)
  /// It is over already.
  case over(id: String)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .unknown(let id): "no closure has the id \(id): see `poolwatch closure list`"
    case .over(let id): "the closure \(id) is over already"
    }
  }
}
