import PoolModel

// What people do to alarms, and what follows from it when its time is over.
extension OccurrenceBook {
  /// A person does something to the occurrence with `id`.
  ///
  /// Putting aside and taking out of service are of the alarm and not of one occurrence: all that are open have
  /// a step then, and those to come are held as well.
  ///
  /// - Returns: the steps, that of `id` first.
  /// - Throws: `AlarmError` when that cannot be done.
  mutating func act(
    _ action: AlarmAction, on id: String, by actor: AlarmTransition.Actor, now: Moment
  ) throws(AlarmError) -> [AlarmTransition] {
    guard let occurrence = find(id) else {
      if isHistorical(id) { throw .over(state: .historical) }
      throw .unknown(id: id)
    }
    let event = AlarmLife.Event.acted(action, by: actor.name)
    switch action {
    case .acknowledge, .comment, .assign:
      return [try step(occurrence, event, actor: actor, time: now.wall)]
    case .shelve, .unshelve, .takeOutOfService, .putBackInService:
      return try hold(occurrence, event, actor: actor, now: now)
    }
  }

  /// Ends what was put aside up to now, in the order of the alarms' event times.
  mutating func endShelving(now: Moment) -> [AlarmTransition] {
    var transitions: [AlarmTransition] = []
    let due = holds.compactMap { key, hold -> AlarmKey? in
      if case .shelved(let until) = hold, until <= now.wall { return key }
      return nil
    }
    for key in due {
      for occurrence in heldOccurrences(of: key) where occurrence.hold != nil {
        transitions.append(proceed(occurrence, .shelvingEnded, time: now.wall))
      }
      release(key)
    }
    return transitions.sorted {
      ($0.occurrence.eventTime, $0.occurrence.id) < ($1.occurrence.eventTime, $1.occurrence.id)
    }
  }

  private mutating func hold(
    _ occurrence: AlarmOccurrence, _ event: AlarmLife.Event, actor: AlarmTransition.Actor,
    now: Moment
  ) throws(AlarmError) -> [AlarmTransition] {
    let key = AlarmKey(occurrence)
    let first = try step(occurrence, event, actor: actor, time: now.wall)
    var transitions = [first]
    for other in heldOccurrences(of: key) where other.id != occurrence.id {
      do {
        transitions.append(try step(other, event, actor: actor, time: now.wall))
      } catch {
        // All know the same, so that nothing is refused here that was not refused before.
        continue
      }
    }
    if let hold = first.occurrence.hold { keep(hold, of: key) } else { release(key) }
    return transitions
  }

  private mutating func step(
    _ occurrence: AlarmOccurrence, _ event: AlarmLife.Event, actor: AlarmTransition.Actor,
    time: Timestamp
  ) throws(AlarmError) -> AlarmTransition {
    var occurrence = occurrence
    let step = try occurrence.take(event, canReturn: isHolding(occurrence.id))
    settle(&occurrence)
    return AlarmTransition(
      kind: step.kind, occurrence: occurrence, time: time, actor: actor,
      isAnnouncement: step.isTold)
  }

  private mutating func proceed(
    _ occurrence: AlarmOccurrence, _ event: AlarmLife.Event, time: Timestamp
  ) -> AlarmTransition {
    var occurrence = occurrence
    let step = occurrence.proceed(event)
    settle(&occurrence)
    return AlarmTransition(
      kind: step.kind, occurrence: occurrence, time: time, isAnnouncement: step.isTold)
  }
}
