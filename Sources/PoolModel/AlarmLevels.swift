/// How bad it is that a limit is left.
public enum AlarmSeverity: String, CaseIterable, Hashable, Sendable {
  /// Out of limits.
  case warning
  /// Beyond the critical bound, too.
  case critical
}

/// Why nobody is told of an alarm for a while, though it is recorded.
public enum AlarmHold: Hashable, Sendable {
  /// A person has put it aside until then, by our clock.
  case shelved(until: Timestamp)
  /// It is out of service until a person puts it back.
  case outOfService

  /// `shelved` or `out_of_service`, as in records and answers.
  public var word: String {
    switch self {
    case .shelved: "shelved"
    case .outOfService: "out_of_service"
    }
  }

  /// When it ends by itself; nil when it does not.
  public var until: Timestamp? {
    if case .shelved(let until) = self { until } else { nil }
  }
}
