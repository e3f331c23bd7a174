/// How finely readings are kept.
public enum Tier: UInt8, CaseIterable, Hashable, Comparable, Sendable {
  /// As they came.
  case raw = 0
  /// One row per minute.
  case minute
  /// One row per hour.
  case hour
  /// One row per local day.
  case day

  /// The name in answers and file names: `raw`, `minute`, `hour`, `day`.
  public var name: String { "\(self)" }

  /// Whether `left` is finer.
  public static func < (left: Tier, right: Tier) -> Bool { left.rawValue < right.rawValue }

  /// The next finer tier; nil for `raw`.
  var finer: Tier? { Tier(rawValue: rawValue &- 1) }

  /// How long a row of it stands for, in milliseconds; 0 for `raw`.
  ///
  /// The last one of a day can be shorter, a day can be longer.
  var span: Int64 {
    switch self {
    case .raw: 0
    case .minute: 60_000
    case .hour: 3_600_000
    case .day: 86_400_000
    }
  }
}
