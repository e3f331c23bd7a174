/// The four kinds of alarm, never mixed.
public enum AlarmClass: String, CaseIterable, Hashable, Sendable {
  /// Water out of limits: for the inspector and the venue.
  case water
  /// Water about to leave its limits.
  case trend
  /// No data or bad data: for the venue, and less coverage.
  case monitoring
  /// Our own parts: disk, broker, channel.
  case system
}

/// Where an occurrence stands (ISA-18.2).
public enum AlarmState: String, CaseIterable, Hashable, Sendable {
  /// The condition holds and nobody has taken it on.
  case active
  /// The condition holds and somebody has taken it on.
  case acknowledged
  /// The condition is over but nobody has ever taken it on: stays visible.
  case returnedUnacknowledged = "returned_unacknowledged"
  /// Over and done with.
  case returned
  /// Was over before anybody could be told: recorded and counted, never sent as fresh.
  case historical

  /// Whether it is shown until somebody does something.
  public var isOpen: Bool { self != .returned && self != .historical }
}

/// One time that a rule's condition held, from beginning to end.
///
/// The row people see.
public struct AlarmOccurrence: Hashable, Sendable {
  /// Derived from rule, pool, parameter and event time (a silence that repeats without a newer reading
  /// adds that reading's time): the same after any restart.
  public var id: String
  /// Its class.
  public var alarmClass: AlarmClass
  /// Where it stands.
  public var state: AlarmState
  /// The rule, such as `free_chlorine_low` or `silence`.
  public var rule: String
  /// The limits profile's id; nil for rules that have none.
  public var profile: String?
  /// Where the limit is written; nil for rules that have none.
  public var clause: String?
  /// What else the judgement rests on, in words: of what values a computed one was made, on what condition
  /// the limit holds, what the district has changed of it and why; nil when there is nothing to say.
  public var basis: String?
  /// The pool; nil for system alarms.
  public var pool: PoolID?
  /// The parameter's name, or the gateway's id when it is about a gateway; nil when it is about the whole
  /// pool or the system.
  public var parameter: String?
  /// The value that made it active, in the parameter's unit; nil when there is none.
  public var value: Double?
  /// The limit it broke, in the parameter's unit; nil when there is none.
  public var limit: Double?
  /// When the condition began, by the gateway's clock.
  public var eventTime: Timestamp
  /// When we found out, by our clock.
  public var detectedTime: Timestamp
  /// When the condition ended, by the gateway's clock; nil while it holds.
  ///
  /// For a historical exceedance, its last reading out of limits, or one a minute or ten intervals
  /// before that.
  public var returnedTime: Timestamp?
  /// Who took it on; nil while nobody has.
  public var acknowledgedBy: String?
  /// Whether people were told; false while the telling waits for the end of catching up, and of a trend that
  /// has been an advisory alone.
  public var isAnnounced: Bool
  /// How bad it is; always a warning where the rule has no critical bound and is not about a trend.
  public var severity: AlarmSeverity
  /// Whose matter it is; nil while it was given to nobody.
  public var assignedTo: String?
  /// Why nobody is told of it for now; nil when people are.
  public var hold: AlarmHold?

  /// An occurrence with all its columns.
  public init(
    id: String, alarmClass: AlarmClass, state: AlarmState, rule: String, profile: String? = nil,
    clause: String? = nil, basis: String? = nil, pool: PoolID? = nil, parameter: String? = nil,
    value: Double? = nil, limit: Double? = nil, eventTime: Timestamp, detectedTime: Timestamp,
    returnedTime: Timestamp? = nil, acknowledgedBy: String? = nil, isAnnounced: Bool,
    severity: AlarmSeverity = .warning, assignedTo: String? = nil, hold: AlarmHold? = nil
  ) {
    self.id = id
    self.alarmClass = alarmClass
    self.state = state
    self.rule = rule
    self.profile = profile
    self.clause = clause
    self.basis = basis
    self.pool = pool
    self.parameter = parameter
    self.value = value
    self.limit = limit
    self.eventTime = eventTime
    self.detectedTime = detectedTime
    self.returnedTime = returnedTime
    self.acknowledgedBy = acknowledgedBy
    self.isAnnounced = isAnnounced
    self.severity = severity
    self.assignedTo = assignedTo
    self.hold = hold
  }
}

/// A step in the life of an occurrence.
public struct AlarmTransition: Hashable, Sendable {
  /// What happened.
  public var kind: Kind
  /// The occurrence as it is after the step.
  public var occurrence: AlarmOccurrence
  /// When it happened: by the gateway's clock for `raised`, `returned`, `worsened` and `eased`, else by ours.
  public var time: Timestamp
  /// Who did it and what they said; nil unless a person did.
  public var actor: Actor?
  /// Whether people are to be told of this step.
  public var isAnnouncement: Bool

  /// What can happen to an occurrence.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The condition began, or began to be known.
    case raised
    /// Still active at the end of catching up: told now, "since …".
    case announced
    /// The condition ended.
    case returned
    /// A person took it on.
    case acknowledged
    /// Recorded after the fact.
    case recorded
    /// Its severity became critical, or a trend's advisory a warning.
    case worsened
    /// Its severity is no longer critical, or a trend's warning an advisory.
    case eased
    /// A person said something to it.
    case commented
    /// A person made it somebody's matter.
    case assigned
    /// A person put it aside for a time.
    case shelved
    /// It is no longer put aside: the time is over, or a person ended it.
    case unshelved
    /// A person took it out of service.
    case takenOutOfService = "taken_out_of_service"
    /// A person put it back in service.
    case putBackInService = "put_back_in_service"

    /// Whether a person can do it to one occurrence more than once at a time.
    var isRepeatable: Bool {
      switch self {
      case .raised, .announced, .returned, .acknowledged, .recorded, .worsened, .eased: false
      case .commented, .assigned, .shelved, .unshelved, .takenOutOfService, .putBackInService: true
      }
    }
  }

  /// A person and their words.
  public struct Actor: Hashable, Sendable {
    /// Who.
    public var name: String
    /// What they said.
    public var comment: String

    /// `name` saying `comment`.
    public init(name: String, comment: String) {
      self.name = name
      self.comment = comment
    }
  }

  /// A step that left `occurrence` as it is now.
  public init(
    kind: Kind, occurrence: AlarmOccurrence, time: Timestamp, actor: Actor? = nil,
    isAnnouncement: Bool
  ) {
    self.kind = kind
    self.occurrence = occurrence
    self.time = time
    self.actor = actor
    self.isAnnouncement = isAnnouncement
  }

  /// The same for the same step of the same occurrence, whatever restarts lie between.
  public var id: String {
    var parts = [occurrence.id, kind.rawValue, String(time.milliseconds)]
    // Two people may say something in one millisecond.
    if kind.isRepeatable, let actor { parts += [actor.name, actor.comment] }
    return StableIdentifier.derived(from: parts)
  }
}
