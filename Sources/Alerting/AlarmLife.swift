import PoolModel

/// Where one alarm stands in its life, after ISA-18.2: the state machine that every step of it goes through.
///
/// Whether it holds and somebody has taken it on (`state`), how bad it is, and why nobody is told of it for now
/// are independent of each other. What it is about, and when, is the occurrence's.
struct AlarmLife: Hashable, Sendable {
  var state: AlarmState
  var severity = AlarmSeverity.warning
  var hold: AlarmHold?
  /// Who has taken it on; nil while nobody has.
  var acknowledgedBy: String?
  /// Whether people were told; false while the telling waits for the end of catching up, and of an advisory
  /// that never was a warning.
  var isAnnounced = true
  /// Whether its end can be seen: plan and rules know what it is about.
  var canReturn = true

  /// What happens to an alarm.
  enum Event: Hashable, Sendable {
    /// Its condition began.
    case raised
    /// Catching up is over.
    case caughtUp
    /// Its condition ended.
    case returned
    /// Its condition became worse or better.
    case severityChanged(AlarmSeverity)
    /// A person did something.
    case acted(AlarmAction, by: String)
    /// The time is over for which it was put aside.
    case shelvingEnded
  }

  /// What has to be recorded of a step.
  struct Step: Hashable, Sendable {
    let kind: AlarmTransition.Kind
    /// Whether people are told.
    let isTold: Bool
  }

  /// Takes one step.
  ///
  /// - Returns: what has to be recorded.
  /// - Throws: `AlarmError` when that cannot happen to it; it stays as it is then.
  mutating func take(_ event: Event) throws(AlarmError) -> Step {
    switch event {
    case .raised: return told(.raised)
    case .caughtUp:
      isAnnounced = true
      return told(.announced)
    case .returned:
      state =
        switch state {
        case .acknowledged: .returned
        // Nobody was told of it, so that nobody has to take it on.
        case .active where severity == .advisory && !isAnnounced: .returned
        case .active where !isAnnounced: .historical
        default: .returnedUnacknowledged
        }
      return told(.returned)
    case .severityChanged(let new):
      let isWorse = new > severity
      severity = new
      if isWorse { return told(.worsened) }
      // Whoever was told of a trend's warning is told that it is none any more: they are not told of the
      // advisory's end.
      return new == .advisory
        ? Step(kind: .eased, isTold: isAnnounced && hold == nil) : quiet(.eased)
    case .shelvingEnded:
      return lift(.unshelved)
    case .acted(let action, let name):
      return try take(action, by: name)
    }
  }

  private mutating func take(_ action: AlarmAction, by name: String) throws(AlarmError) -> Step {
    switch action {
    case .unshelve:
      guard case .shelved = hold else { throw .notShelved }
      return lift(.unshelved)
    case .putBackInService:
      guard hold == .outOfService else { throw .inService }
      return lift(.putBackInService)
    default: break
    }
    // One that is over may still keep in mind that nobody is told of the next.
    let isOfAlarm =
      switch action {
      case .shelve, .takeOutOfService: hold != nil
      default: false
      }
    guard state.isOpen || isOfAlarm else { throw .over(state: state) }
    switch action {
    case .acknowledge:
      // A condition that the plan or the rules no longer know can never be seen to end.
      if state == .acknowledged, canReturn {
        throw .alreadyAcknowledged(by: acknowledgedBy ?? "")
      }
      acknowledgedBy = name
      state = state == .active && canReturn ? .acknowledged : .returned
      return quiet(.acknowledged)
    case .comment: return quiet(.commented)
    case .assign: return quiet(.assigned)
    case .shelve(let until):
      guard hold != .outOfService else { throw .outOfService }
      hold = .shelved(until: until)
      return quiet(.shelved)
    case .takeOutOfService:
      guard hold != .outOfService else { throw .outOfService }
      hold = .outOfService
      return quiet(.takenOutOfService)
    case .unshelve, .putBackInService: return quiet(.unshelved)
    }
  }

  /// Ends what keeps people from being told: what nobody has taken on yet is told, as it holds still.
  private mutating func lift(_ kind: AlarmTransition.Kind) -> Step {
    hold = nil
    return Step(kind: kind, isTold: state == .active && isAnnounced && severity != .advisory)
  }

  private func told(_ kind: AlarmTransition.Kind) -> Step {
    Step(kind: kind, isTold: isAnnounced && hold == nil && severity != .advisory)
  }

  private func quiet(_ kind: AlarmTransition.Kind) -> Step { Step(kind: kind, isTold: false) }
}

extension AlarmOccurrence {
  /// Takes one step in its life.
  ///
  /// - Parameters:
  ///   - event: what happens.
  ///   - canReturn: whether its end can be seen.
  /// - Returns: what has to be recorded.
  /// - Throws: `AlarmError` when that cannot happen to it.
  mutating func take(
    _ event: AlarmLife.Event, canReturn: Bool = true
  ) throws(AlarmError) -> AlarmLife.Step {
    var life = AlarmLife(
      state: state, severity: severity, hold: hold, acknowledgedBy: acknowledgedBy,
      isAnnounced: isAnnounced, canReturn: canReturn)
    let step = try life.take(event)
    (state, severity, hold) = (life.state, life.severity, life.hold)
    (acknowledgedBy, isAnnounced) = (life.acknowledgedBy, life.isAnnounced)
    if case .acted(.assign(let name), _) = event { assignedTo = name }
    return step
  }

  /// Takes a step that nobody does and nothing keeps from happening.
  mutating func proceed(_ event: AlarmLife.Event) -> AlarmLife.Step {
    do {
      return try take(event)
    } catch {
      preconditionFailure("a step of an alarm was refused: \(error)")
    }
  }
}
