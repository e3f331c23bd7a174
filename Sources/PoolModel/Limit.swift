/// What one parameter has to keep to.
public struct Limit: Hashable, Sendable {
  /// What is limited.
  public let subject: LimitSubject
  /// What another parameter has to be for it to hold; nil when it always does.
  public let condition: LimitCondition?
  /// The lower bound; nil when there is none.
  public let low: Bound?
  /// The upper bound; nil when there is none.
  public let high: Bound?
  /// Whether leaving it is a violation, or only worth a word.
  public let isMandatory: Bool
  /// The kinds of pool it holds for.
  public let kinds: Set<PoolKind>
  /// The disinfectants it holds for.
  public let disinfectants: Set<Disinfectant>
  /// Where it is written, shown with every alarm, such as `GB 37488-2019 table 2, free chlorine`.
  public let clause: String
  /// Where we have it from.
  public let source: String
  /// How sure we are of it.
  public let status: LimitStatus
  /// What the district has changed of it; nil when it is the profile's own.
  public let override: LimitOverride?

  /// A limit on a measured parameter, without a condition.
  public init(
    parameter: ParameterNumber, low: Bound?, high: Bound?, isMandatory: Bool,
    kinds: Set<PoolKind>, disinfectants: Set<Disinfectant>, clause: String, source: String,
    status: LimitStatus
  ) {
    self.init(
      subject: .measured(parameter), condition: nil, low: low, high: high,
      isMandatory: isMandatory, kinds: kinds, disinfectants: disinfectants, clause: clause,
      source: source, status: status)
  }

  /// A limit on `subject`.
  public init(
    subject: LimitSubject, condition: LimitCondition?, low: Bound?, high: Bound?,
    isMandatory: Bool, kinds: Set<PoolKind>, disinfectants: Set<Disinfectant>, clause: String,
    source: String, status: LimitStatus, override: LimitOverride? = nil
  ) {
    self.subject = subject
    self.condition = condition
    self.low = low
    self.high = high
    self.isMandatory = isMandatory
    self.kinds = kinds
    self.disinfectants = disinfectants
    self.clause = clause
    self.source = source
    self.status = status
    self.override = override
  }

  /// The measured parameter that is limited; nil for a computed one.
  public var parameter: ParameterNumber? {
    if case .measured(let parameter) = subject { parameter } else { nil }
  }

  /// Whether it holds for a pool of `kind` that `disinfectant` disinfects.
  public func applies(to kind: PoolKind, _ disinfectant: Disinfectant) -> Bool {
    kinds.contains(kind) && disinfectants.contains(disinfectant)
  }
}

/// What a limit is on.
public enum LimitSubject: Hashable, Sendable {
  /// A parameter that gateways send.
  case measured(ParameterNumber)
  /// One that is computed of these.
  case derived(DerivedParameter)
}

/// The values of another parameter of the same pool for which a limit holds.
public struct LimitCondition: Hashable, Sendable {
  /// The other parameter.
  public let parameter: ParameterNumber
  /// The lowest value; nil when there is none.
  public let low: Bound?
  /// The highest value; nil when there is none.
  public let high: Bound?

  /// The condition that `parameter` lies between the bounds.
  public init(parameter: ParameterNumber, low: Bound?, high: Bound?) {
    self.parameter = parameter
    self.low = low
    self.high = high
  }

  /// Whether it is met where the other parameter is `value`.
  public func isMet(by value: Double) -> Bool {
    if let low, value < low.value || (value == low.value && !low.isInclusive) { return false }
    if let high, value > high.value || (value == high.value && !high.isInclusive) { return false }
    return true
  }
}

/// What a district has put in the place of a profile's bounds, and why.
public struct LimitOverride: Hashable, Sendable {
  /// Why; shown with every alarm.
  public let reason: String
  /// Who decided it; nil when nobody is named.
  public let decidedBy: String?
  /// When it was decided; nil when that is not said.
  public let date: CivilDate?
  /// The profile's own lower bound.
  public let low: Bound?
  /// The profile's own upper bound.
  public let high: Bound?

  /// A change of the bounds `low` and `high` for `reason`.
  public init(reason: String, decidedBy: String?, date: CivilDate?, low: Bound?, high: Bound?) {
    self.reason = reason
    self.decidedBy = decidedBy
    self.date = date
    self.low = low
    self.high = high
  }
}

/// One end of a limit.
public struct Bound: Hashable, Sendable {
  /// Which end of a limit it is.
  public enum Side: UInt8, Hashable, Sendable {
    case low, high
  }

  /// The number, in the parameter's unit.
  public let value: Double
  /// Whether `value` itself is in limits.
  public let isInclusive: Bool

  /// A bound at `value`.
  public init(value: Double, isInclusive: Bool) {
    self.value = value
    self.isInclusive = isInclusive
  }

  /// Whether it leaves less room than `other`, a bound at the same side.
  public func isTighter(than other: Bound, at side: Side) -> Bool {
    if value == other.value { return !isInclusive && other.isInclusive }
    return side == .low ? value > other.value : value < other.value
  }
}

/// How sure we are of a limit's wording.
public enum LimitStatus: String, CaseIterable, Hashable, Sendable {
  /// Read in the regulation itself.
  case primary
  /// Read in at least one secondary source.
  case secondary
  /// From memory of the field; to be checked.
  case unverified
}
