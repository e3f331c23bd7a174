/// How bad it is that a limit is left, or will be; in order.
public enum AlarmSeverity: String, CaseIterable, Hashable, Comparable, Sendable {
  /// A drift towards a limit: shown, and told to nobody.
  case advisory
  /// Out of limits, or on the way there so that it will be soon.
  case warning
  /// Beyond the critical bound, too.
  case critical

  /// Whether `right` is worse.
  public static func < (left: AlarmSeverity, right: AlarmSeverity) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .advisory: 0
    case .warning: 1
    case .critical: 2
    }
  }
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
