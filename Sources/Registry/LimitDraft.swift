import PoolModel

/// One limit of a profile's file.
struct LimitDraft {
  let place: Place
  let subject: Placed<SubjectDraft>?
  let condition: ConditionDraft?
  var low: Placed<Bound>?
  var high: Placed<Bound>?
  let isMandatory: Bool?
  var kinds: Set<PoolKind>
  var disinfectants: Set<Disinfectant>
  let clause: String?
  let source: String?
  let status: LimitStatus?
  /// What the district has changed of it, and where that is written; nil when it is the profile's own.
  var change: Placed<LimitOverride>?

  /// How far apart the bounds are; nil when one of them is missing.
  var band: Double? {
    guard let low, let high else { return nil }
    return high.value.value - low.value.value
  }

  /// What both limit, in words; nil when they have nothing in common.
  func overlap(with other: LimitDraft) -> String? {
    guard let subject, subject.value == other.subject?.value,
      let kind = PoolKind.allCases.first(where: { kinds.contains($0) && other.kinds.contains($0) }),
      let disinfectant = Disinfectant.allCases.first(where: {
        disinfectants.contains($0) && other.disinfectants.contains($0)
      })
    else { return nil }
    var words = "\(subject.value) of a pool of kind \(kind.rawValue) with \(disinfectant.rawValue)"
    guard condition != nil || other.condition != nil else { return words }
    guard let condition, let others = other.condition else {
      return words + ", with a condition and without one,"
    }
    guard let name = condition.parameter?.value, let otherName = others.parameter?.value else {
      // What is wrong with the condition is said where it stands.
      return nil
    }
    guard name == otherName else {
      return words + ", on conditions on \(name) and \(otherName),"
    }
    guard let value = condition.common(with: others) else { return nil }
    words += " where \(name) is \(shown(value))"
    return words
  }
}

/// What a limit is on, as its file has it.
enum SubjectDraft: Hashable, CustomStringConvertible {
  case measured(String)
  case derived(DerivedParameter)

  /// The name under which rules damp it.
  var name: String {
    switch self {
    case .measured(let name): name
    case .derived(let parameter): parameter.rawValue
    }
  }

  var description: String {
    switch self {
    case .measured(let name): name
    case .derived(let parameter): "derived \(parameter.rawValue)"
    }
  }
}

/// The condition of a limit, as its file has it.
struct ConditionDraft {
  let place: Place
  let parameter: Placed<String>?
  let low: Placed<Bound>?
  let high: Placed<Bound>?

  /// A value that meets both; nil when there is none.
  func common(with other: ConditionDraft) -> Double? {
    let lows = [low, other.low].compactMap { $0?.value }
    let highs = [high, other.high].compactMap { $0?.value }
    let lowest = lows.max {
      ($0.value, $0.isInclusive ? 0 : 1) < ($1.value, $1.isInclusive ? 0 : 1)
    }
    let highest = highs.min {
      ($0.value, $0.isInclusive ? 1 : 0) < ($1.value, $1.isInclusive ? 1 : 0)
    }
    guard let lowest, let highest else {
      return lowest.map { $0.isInclusive ? $0.value : $0.value + 1 }
        ?? highest.map { $0.isInclusive ? $0.value : $0.value - 1 }
    }
    if lowest.value == highest.value {
      return lowest.isInclusive && highest.isInclusive ? lowest.value : nil
    }
    guard lowest.value < highest.value else { return nil }
    if lowest.isInclusive { return lowest.value }
    return highest.isInclusive ? highest.value : (lowest.value + highest.value) / 2
  }

  /// Whether both say the same.
  func isEqual(to other: ConditionDraft) -> Bool {
    parameter?.value == other.parameter?.value && low?.value == other.low?.value
      && high?.value == other.high?.value
  }
}
