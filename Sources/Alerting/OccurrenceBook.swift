import PoolModel

/// What an occurrence is an occurrence of: at most one per condition is active.
enum Condition: Hashable, Sendable {
  /// A limit rule of a pool.
  case limit(pool: PoolNumber, rule: Int)
  /// A pool that sends nothing.
  case silence(pool: PoolNumber)
  /// A required parameter that is absent while its pool reports.
  case missingParameter(Series)
  /// A sensor that is stuck.
  case stuck(Series)
  /// Too many values of a series fail.
  case badShare(Series)
  /// A venue that sends more than it may.
  case throttled(venue: String)
  /// The link to the broker.
  case brokerLink

  /// The pool it is about; nil for those of a venue and the system's own, which are told at once.
  var pool: PoolNumber? {
    switch self {
    case .limit(let pool, _), .silence(let pool): pool
    case .missingParameter(let series), .stuck(let series), .badShare(let series): series.pool
    case .throttled, .brokerLink: nil
    }
  }
}

/// Every occurrence that is not over, each rule's newest historical one, and the steps they take.
///
/// Grows with what is open, which people close, and by one historical occurrence per rule and pool.
struct OccurrenceBook: Sendable {
  /// By id.
  private var open: [String: AlarmOccurrence] = [:]
  /// The ids of those whose condition holds.
  private var holding: [Condition: String] = [:]
  private var historical: [Condition: AlarmOccurrence] = [:]
  private var untold: [PoolNumber: Untold] = [:]

  /// The occurrences of a pool that nobody was told of yet.
  private struct Untold {
    var ids: Set<String> = []
    /// When the first of them was found, on the monotonic clock.
    let since: Duration
  }

  /// Puts back an occurrence that Records held.
  ///
  /// - Parameters:
  ///   - occurrence: the occurrence; one that is over and not historical is ignored.
  ///   - condition: what it is about; nil when the plan or the rules no longer know that: it then
  ///     stays as it is until a person acknowledges it.
  ///   - now: the monotonic clock.
  /// - Returns: whether its condition holds.
  mutating func restore(
    _ occurrence: AlarmOccurrence, of condition: Condition?, now: Duration
  ) -> Bool {
    guard occurrence.state.isOpen else {
      if occurrence.state == .historical, let condition { remember(occurrence, of: condition) }
      return false
    }
    open[occurrence.id] = occurrence
    guard occurrence.returnedTime == nil, let condition else { return false }
    holding[condition] = occurrence.id
    if !occurrence.isAnnounced { wait(for: occurrence, of: condition, now: now) }
    return true
  }

  /// A condition began.
  mutating func raise(
    _ occurrence: AlarmOccurrence, of condition: Condition, now: Moment
  ) -> AlarmTransition {
    open[occurrence.id] = occurrence
    holding[condition] = occurrence.id
    if !occurrence.isAnnounced { wait(for: occurrence, of: condition, now: now.monotonic) }
    return AlarmTransition(
      kind: .raised, occurrence: occurrence, time: occurrence.eventTime,
      isAnnouncement: occurrence.isAnnounced)
  }

  /// A condition ended; nil when it did not hold.
  ///
  /// People who were told that it began are told that it ended, at once even while catching up: they
  /// hold a notice that is no longer true.
  mutating func end(_ condition: Condition, at time: Timestamp) -> AlarmTransition? {
    guard let id = holding.removeValue(forKey: condition), var occurrence = open[id] else {
      return nil
    }
    // A late reading that ends a silence may be older than the silence.
    let returned = max(time, occurrence.eventTime)
    occurrence.returnedTime = returned
    switch occurrence.state {
    case .acknowledged: occurrence.state = .returned
    case .active where !occurrence.isAnnounced: occurrence.state = .historical
    default: occurrence.state = .returnedUnacknowledged
    }
    open[id] = occurrence.state.isOpen ? occurrence : nil
    if occurrence.state == .historical { remember(occurrence, of: condition) }
    if !occurrence.isAnnounced { told(id, of: condition.pool) }
    return AlarmTransition(
      kind: .returned, occurrence: occurrence, time: returned,
      isAnnouncement: occurrence.isAnnounced)
  }

  /// A late reading was out of limits; nil when that is not to be recorded.
  ///
  /// It extends the newest historical occurrence when that has grown by `step` since it was last
  /// recorded; before that the reading is left out. So the returned time may lag behind the last
  /// reading out of limits by up to `step`, and a reading extends the occurrence when it follows
  /// within `step` and `reach` of the returned time. A later one, or one before the occurrence,
  /// begins one of its own. Nothing else is remembered, of readings in limits neither, so that a
  /// restart changes nothing. The transition's time is the reading's own.
  mutating func recordLate(
    _ occurrence: AlarmOccurrence, of condition: Condition, reach: Duration, step: Duration
  ) -> AlarmTransition? {
    let time = occurrence.eventTime
    var recorded = occurrence
    recorded.returnedTime = time
    if var known = historical[condition], time >= known.eventTime {
      let last = known.returnedTime ?? known.eventTime
      if time < last + step { return nil }
      if time <= last + step + reach {
        known.returnedTime = time
        recorded = known
      }
    }
    remember(recorded, of: condition)
    return AlarmTransition(
      kind: .recorded, occurrence: recorded, time: time, isAnnouncement: false)
  }

  /// Catching up is over for a pool: what still holds is told.
  mutating func announce(pool: PoolNumber, now: Moment) -> [AlarmTransition] {
    guard let waiting = untold.removeValue(forKey: pool) else { return [] }
    let occurrences = waiting.ids.compactMap { open[$0] }
      .sorted { ($0.eventTime, $0.id) < ($1.eventTime, $1.id) }
    return occurrences.map { occurrence in
      var told = occurrence
      told.isAnnounced = true
      open[told.id] = told
      return AlarmTransition(
        kind: .announced, occurrence: told, time: now.wall, isAnnouncement: true)
    }
  }

  /// Whether nobody was told yet of something that holds in `pool`.
  func isWaiting(pool: PoolNumber) -> Bool { !untold.isEmpty && untold[pool] != nil }

  /// The pools with something that nobody was told of, in the plan's order, with the time on the monotonic
  /// clock since when.
  var waitingPools: [(pool: PoolNumber, since: Duration)] {
    untold.map { ($0.key, $0.value.since) }.sorted { $0.pool < $1.pool }
  }

  /// Whether nothing waits to be told.
  var isNobodyWaiting: Bool { untold.isEmpty }

  /// A person takes on the occurrence with `id`.
  mutating func acknowledge(
    id: String, by actor: AlarmTransition.Actor, now: Moment
  ) throws(AlarmError) -> AlarmTransition {
    guard var occurrence = open[id] else {
      if historical.values.contains(where: { $0.id == id }) { throw .over(state: .historical) }
      throw .unknown(id: id)
    }
    // A condition that the plan or the rules no longer know can never be seen to end.
    let canEnd = holding.values.contains(id)
    if occurrence.state == .acknowledged, canEnd {
      throw .alreadyAcknowledged(by: occurrence.acknowledgedBy ?? "")
    }
    occurrence.state = canEnd ? .acknowledged : .returned
    occurrence.acknowledgedBy = actor.name
    open[id] = occurrence.state.isOpen ? occurrence : nil
    return AlarmTransition(
      kind: .acknowledged, occurrence: occurrence, time: now.wall, actor: actor,
      isAnnouncement: false)
  }

  /// Keeps the historical occurrence with the newest event time, the one that Records gives back.
  private mutating func remember(_ occurrence: AlarmOccurrence, of condition: Condition) {
    if let known = historical[condition], known.eventTime > occurrence.eventTime { return }
    historical[condition] = occurrence
  }

  private mutating func wait(
    for occurrence: AlarmOccurrence, of condition: Condition, now: Duration
  ) {
    guard let pool = condition.pool else { return }
    untold[pool, default: Untold(since: now)].ids.insert(occurrence.id)
  }

  private mutating func told(_ id: String, of pool: PoolNumber?) {
    guard let pool else { return }
    untold[pool]?.ids.remove(id)
    if untold[pool]?.ids.isEmpty == true { untold[pool] = nil }
  }
}
