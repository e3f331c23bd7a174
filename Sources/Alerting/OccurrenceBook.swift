import PoolModel

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
  /// The alarms that nobody is told of for now.
  private(set) var holds: [AlarmKey: AlarmHold] = [:]
  /// Of those without an open occurrence the one that keeps it in mind.
  private var keepers: [AlarmKey: AlarmOccurrence] = [:]

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
    if let hold = occurrence.hold { holds[AlarmKey(occurrence)] = hold }
    guard occurrence.state.isOpen else {
      if occurrence.hold != nil { keepers[AlarmKey(occurrence)] = occurrence }
      if occurrence.state == .historical, let condition { remember(occurrence, of: condition) }
      return false
    }
    open[occurrence.id] = occurrence
    guard occurrence.returnedTime == nil, let condition else { return false }
    holding[condition] = occurrence.id
    if occurrence.isToBeTold { wait(for: occurrence, of: condition, now: now) }
    return true
  }

  /// A condition began.
  mutating func raise(
    _ occurrence: AlarmOccurrence, of condition: Condition, now: Moment
  ) -> AlarmTransition {
    var occurrence = occurrence
    if !holds.isEmpty { occurrence.hold = holds[AlarmKey(occurrence)] }
    let step = occurrence.proceed(.raised)
    open[occurrence.id] = occurrence
    holding[condition] = occurrence.id
    if occurrence.isToBeTold { wait(for: occurrence, of: condition, now: now.monotonic) }
    return AlarmTransition(
      kind: step.kind, occurrence: occurrence, time: occurrence.eventTime,
      isAnnouncement: step.isTold)
  }

  /// How bad it is has changed; nil when the condition does not hold.
  ///
  /// - Parameters:
  ///   - severity: how bad it is now.
  ///   - condition: what it is about.
  ///   - time: since when, by the gateway's clock.
  ///   - telling: when that makes an advisory a warning, whether people are told at once, and the monotonic
  ///     clock.
  ///   - update: puts in what is known now.
  /// - Returns: the step.
  mutating func change(
    _ severity: AlarmSeverity, of condition: Condition, at time: Timestamp,
    telling: (isAtOnce: Bool, now: Duration)? = nil,
    _ update: (inout AlarmOccurrence) -> Void = { _ in }
  ) -> AlarmTransition? {
    guard let id = holding[condition], var occurrence = open[id], occurrence.severity != severity
    else { return nil }
    update(&occurrence)
    if let telling, telling.isAtOnce, severity > .advisory { occurrence.isAnnounced = true }
    let step = occurrence.proceed(.severityChanged(severity))
    open[id] = occurrence
    if let telling {
      told(id, of: condition.pool)
      if occurrence.isToBeTold { wait(for: occurrence, of: condition, now: telling.now) }
    }
    return AlarmTransition(
      kind: step.kind, occurrence: occurrence, time: max(time, occurrence.eventTime),
      isAnnouncement: step.isTold)
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
    let step = occurrence.proceed(.returned)
    settle(&occurrence)
    if occurrence.state == .historical { remember(occurrence, of: condition) }
    if !occurrence.isAnnounced { told(id, of: condition.pool) }
    return AlarmTransition(
      kind: step.kind, occurrence: occurrence, time: returned, isAnnouncement: step.isTold)
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
    let key = AlarmKey(recorded)
    let isKeeper = keepers[key]?.id == recorded.id
    recorded.hold = isKeeper ? holds[key] : nil
    if isKeeper { keepers[key] = recorded }
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
      let step = told.proceed(.caughtUp)
      open[told.id] = told
      return AlarmTransition(
        kind: step.kind, occurrence: told, time: now.wall, isAnnouncement: step.isTold)
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

  /// Keeps what became of `occurrence`; when it is over and nobody is told of its alarm, one of its
  /// occurrences keeps that in mind.
  mutating func settle(_ occurrence: inout AlarmOccurrence) {
    let key = AlarmKey(occurrence)
    guard !occurrence.state.isOpen else {
      open[occurrence.id] = occurrence
      return
    }
    open[occurrence.id] = nil
    guard occurrence.hold != nil else { return }
    let isFirst = keepers[key] == nil && !open.values.contains { AlarmKey($0) == key }
    if isFirst || keepers[key]?.id == occurrence.id {
      keepers[key] = occurrence
    } else {
      occurrence.hold = nil
    }
  }

  /// Keeps the historical occurrence with the newest event time, the one that Records gives back.
  private mutating func remember(_ occurrence: AlarmOccurrence, of condition: Condition) {
    if let known = historical[condition], known.eventTime > occurrence.eventTime { return }
    historical[condition] = occurrence
  }

  /// The occurrence with `id` that is open, or keeps in mind that nobody is told.
  func find(_ id: String) -> AlarmOccurrence? {
    open[id] ?? keepers.values.first { $0.id == id }
  }

  /// Whether `id` is the newest historical occurrence of its rule and pool.
  func isHistorical(_ id: String) -> Bool { historical.values.contains { $0.id == id } }

  /// Whether the condition of the occurrence with `id` holds, and will be seen to end.
  func isHolding(_ id: String) -> Bool { holding.values.contains(id) }

  /// All occurrences that know whether people are told of an alarm, the oldest first.
  func heldOccurrences(of key: AlarmKey) -> [AlarmOccurrence] {
    let all = open.values.filter { AlarmKey($0) == key } + [keepers[key]].compactMap { $0 }
    return all.sorted { ($0.eventTime, $0.id) < ($1.eventTime, $1.id) }
  }

  /// Tells nobody of an alarm from now on.
  mutating func keep(_ hold: AlarmHold, of key: AlarmKey) { holds[key] = hold }

  /// Tells people of an alarm again.
  mutating func release(_ key: AlarmKey) {
    holds[key] = nil
    keepers[key] = nil
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

extension AlarmOccurrence {
  /// Whether people are to be told of it at the end of catching up.
  fileprivate var isToBeTold: Bool { !isAnnounced && severity != .advisory }
}
