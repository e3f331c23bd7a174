/// The limits of one regulation, dated.
public struct LimitsProfile: Hashable, Sendable {
  /// The profile's id, such as `cn-gb37488-2019`.
  public let id: String
  /// The regulation's title, shown with every alarm.
  public let title: Title
  /// First day in force, local.
  public let from: CivilDate
  /// Last day in force, local; nil while it has no end.
  public let to: CivilDate?
  /// Its limits.
  public let limits: [Limit]

  /// A profile in force from `from` to `to`.
  public init(id: String, title: Title, from: CivilDate, to: CivilDate?, limits: [Limit]) {
    self.id = id
    self.title = title
    self.from = from
    self.to = to
    self.limits = limits
  }
}

/// How alarms are delayed and damped.
public struct AlarmRules: Hashable, Sendable {
  /// By parameter; parameters without an entry are not judged against limits.
  public let limits: [ParameterNumber: LimitDamping]
  /// The same of parameters that are computed.
  public let derived: [DerivedParameter: LimitDamping]
  /// A source that sent nothing for so long is silent.
  public let silence: Duration
  /// A broker link that was down for so long is a system alarm.
  public let brokerDown: Duration
  /// When water does not circulate; nil where that is not looked at.
  public let circulation: CirculationRule?

  /// Which alarms follow from the flags of values.
  public let monitoring: MonitoringRules

  /// Whose drift towards mandatory limits is watched; only of parameters with an entry in `limits`.
  public let trends: [ParameterNumber: TrendRule]

  /// Whose fast changes are watched.
  public let rates: [ParameterNumber: RateRule]

  /// The damping of every rule.
  public init(
    limits: [ParameterNumber: LimitDamping], derived: [DerivedParameter: LimitDamping] = [:],
    silence: Duration, brokerDown: Duration, circulation: CirculationRule? = nil,
    monitoring: MonitoringRules = MonitoringRules(), trends: [ParameterNumber: TrendRule] = [:],
    rates: [ParameterNumber: RateRule] = [:]
  ) {
    self.trends = trends
    self.rates = rates
    self.circulation = circulation
    self.limits = limits
    self.derived = derived
    self.silence = silence
    self.brokerDown = brokerDown
    self.monitoring = monitoring
  }
}

/// How a limit rule is damped; delays count sample time.
public struct LimitDamping: Hashable, Sendable {
  /// How far inside the limit a value has to be to count as returned, in the parameter's unit.
  public let deadband: Double
  /// How long it has to be outside before the alarm is active.
  public let onDelay: Duration
  /// How long it has to be inside before the alarm has returned.
  public let offDelay: Duration
  /// An alarm of a low value is critical below it, in the parameter's unit; nil where none is.
  public let criticalLow: Double?
  /// An alarm of a high value is critical above it; nil where none is.
  public let criticalHigh: Double?

  /// Damping of one rule.
  public init(
    deadband: Double, onDelay: Duration, offDelay: Duration, criticalLow: Double? = nil,
    criticalHigh: Double? = nil
  ) {
    self.deadband = deadband
    self.onDelay = onDelay
    self.offDelay = offDelay
    self.criticalLow = criticalLow
    self.criticalHigh = criticalHigh
  }
}

/// When the water of a pool does not circulate, so that its sensors do not see the pool.
public struct CirculationRule: Hashable, Sendable {
  /// What shows it, such as the flow.
  public let parameter: ParameterNumber
  /// Below it the water stands, in the parameter's unit.
  public let minimum: Double
  /// How long it has to stand before the alarm is active, in sample time.
  public let onDelay: Duration
  /// How long it has to flow before the alarm has returned, in sample time.
  public let offDelay: Duration

  /// Below `minimum` the water stands.
  public init(
    parameter: ParameterNumber, minimum: Double, onDelay: Duration, offDelay: Duration
  ) {
    self.parameter = parameter
    self.minimum = minimum
    self.onDelay = onDelay
    self.offDelay = offDelay
  }
}

/// Somebody who is told about alarms.
public struct Person: Hashable, Sendable {
  /// The name in configuration and audit.
  public let id: String
  /// What people call them.
  public let title: Title
  /// What they answer for.
  public let role: Role
  /// The channel that reaches them.
  public let channel: ChannelKind
  /// Where on the channel: a mail address for `mail`, empty for `log`.
  public let address: String
  /// The streets whose venues concern them.
  public let streets: Set<String>
  /// The ids of single venues that concern them.
  public let venues: Set<String>

  /// Somebody with a role, a channel and a beat.
  public init(
    id: String, title: Title, role: Role, channel: ChannelKind, address: String,
    streets: Set<String>, venues: Set<String>
  ) {
    self.id = id
    self.title = title
    self.role = role
    self.channel = channel
    self.address = address
    self.streets = streets
    self.venues = venues
  }
}

/// What a person answers for.
public enum Role: String, CaseIterable, Hashable, Sendable {
  /// Inspects venues for the bureau.
  case inspector
  /// Works at a venue.
  case venueStaff = "venue_staff"
}

/// A way to reach somebody.
public enum ChannelKind: String, CaseIterable, Hashable, Sendable {
  /// SMTP.
  case mail
  /// The daemon's log.
  case log
}
