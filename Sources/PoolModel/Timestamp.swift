/// An instant in UTC, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// The resolution of everything Poolwatch stores. Leap seconds are not counted (POSIX time).
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since the epoch; negative before 1970.
  public var milliseconds: Int64

  /// An instant `milliseconds` after the epoch.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// Earlier than any instant a gateway can send.
  public static let distantPast = Timestamp(milliseconds: .min / 4)
  /// Later than any instant a gateway can send.
  public static let distantFuture = Timestamp(milliseconds: .max / 4)

  /// Whether `left` is earlier.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The instant `span` later.
  ///
  /// Parts of a millisecond are dropped.
  public static func + (instant: Timestamp, span: Duration) -> Timestamp {
    Timestamp(milliseconds: instant.milliseconds + span.wholeMilliseconds)
  }

  /// The instant `span` earlier.
  ///
  /// Parts of a millisecond are dropped.
  public static func - (instant: Timestamp, span: Duration) -> Timestamp {
    Timestamp(milliseconds: instant.milliseconds - span.wholeMilliseconds)
  }

  /// How much later `end` is than `start`; negative when it is earlier.
  public static func - (end: Timestamp, start: Timestamp) -> Duration {
    .milliseconds(end.milliseconds - start.milliseconds)
  }
}

extension Duration {
  /// The span in whole milliseconds, truncated towards zero.
  public var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }

  /// The span in seconds, as a floating-point number.
  public var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
