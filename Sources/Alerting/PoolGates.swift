import PoolModel

/// When the water of each pool is not judged, by design: outside its opening hours, and while it is registered
/// as out of use.
///
/// A function of the plan, of the closures and of sample times alone, so that reading back after a restart
/// gives the same.
struct PoolGates: Sendable {
  private let zone: Zone
  /// The different schedules.
  private let schedules: [OpeningSchedule]
  /// By pool the place among them; nil for one that is always open.
  private let scheduleOfPool: [Int?]
  /// By pool, the stretch of its schedule that was asked for last.
  private var phases: [OpeningSchedule.Phase?]
  /// By pool, the times in which it is out of use; none for most.
  private var closures: [PoolNumber: [Closure]] = [:]
  /// Whether no pool is ever left out.
  private(set) var isEmpty: Bool

  /// The gates of every pool of `plan`, before any closure.
  init(plan: Plan) {
    zone = plan.district.zone
    var schedules: [OpeningSchedule] = []
    var places: [OpeningSchedule: Int] = [:]
    scheduleOfPool = plan.poolNumbersInOrder.map { pool in
      let schedule = plan.openingSchedule(of: pool)
      guard !schedule.isAlwaysOpen else { return nil }
      let place = places[schedule] ?? schedules.count
      if place == schedules.count {
        places[schedule] = place
        schedules.append(schedule)
      }
      return place
    }
    self.schedules = schedules
    phases = schedules.isEmpty ? [] : Array(repeating: nil, count: plan.pools.count)
    isEmpty = schedules.isEmpty
  }

  /// Goes by `closure` in `pool` from now on, in the place of one with its id.
  mutating func put(_ closure: Closure, on pool: PoolNumber) {
    isEmpty = false
    closures[pool, default: []].removeAll { $0.id == closure.id }
    closures[pool, default: []].append(closure)
  }

  /// Goes by `closure` in `pool` no longer.
  mutating func remove(_ closure: Closure, from pool: PoolNumber) {
    closures[pool]?.removeAll { $0.id == closure.id }
    if closures[pool]?.isEmpty == true { closures[pool] = nil }
    isEmpty = schedules.isEmpty && closures.isEmpty
  }

  /// Whether `pool` is registered as out of use at `time`, as far as that is not judged.
  func isClosed(_ pool: PoolNumber, at time: Timestamp) -> Bool {
    !closures.isEmpty && closures[pool]?.contains { $0.unjudged.contains(time) } == true
  }

  /// Whether the water of `pool` is not judged at `time`.
  mutating func isShut(_ pool: PoolNumber, at time: Timestamp) -> Bool {
    guard !isEmpty else { return false }
    if isClosed(pool, at: time) { return true }
    guard !schedules.isEmpty, let place = scheduleOfPool[pool.index] else { return false }
    if let phase = phases[pool.index], phase.range.contains(time) { return !phase.isOpen }
    let phase = schedules[place].phase(at: time, in: zone)
    phases[pool.index] = phase
    return !phase.isOpen
  }

  /// Whether the water of `pool` is not judged at any instant from `start` to `end`, both included.
  func isShut(_ pool: PoolNumber, from start: Timestamp, through end: Timestamp) -> Bool {
    if !closures.isEmpty, let own = closures[pool] {
      let span = start..<end + .milliseconds(1)
      if own.contains(where: { $0.unjudged.overlaps(span) }) { return true }
    }
    guard !schedules.isEmpty, let place = scheduleOfPool[pool.index] else { return false }
    if let phase = phases[pool.index], phase.range.contains(start), phase.range.contains(end) {
      return !phase.isOpen
    }
    return !schedules[place].isOpen(from: start, through: end, in: zone)
  }

  /// When `pool` is out of use, in any order.
  func outages(of pool: PoolNumber) -> [Range<Timestamp>] {
    closures.isEmpty ? [] : closures[pool]?.map(\.outage) ?? []
  }

  /// Until when, at the latest and not after `now`, `pool` was out of use, and whether it is so now; nil when
  /// it never was.
  func lastOutOfUse(_ pool: PoolNumber, at now: Timestamp) -> (end: Timestamp, isNow: Bool)? {
    guard !closures.isEmpty, let own = closures[pool] else { return nil }
    let begun = own.map(\.outage).filter { !$0.isEmpty && $0.lowerBound <= now }
    guard let end = begun.map({ min($0.upperBound, now) }).max() else { return nil }
    return (end, begun.contains { $0.contains(now) })
  }
}
