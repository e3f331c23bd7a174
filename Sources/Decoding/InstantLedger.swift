import PoolModel

/// What one message has said of each instant of its pool, so that a second number for one is noticed.
///
/// Bounded by the message, which has its own limit.
struct InstantLedger {
  private struct Key: Hashable {
    let time: Timestamp
    let parameter: ParameterNumber
  }

  private var values: [Key: ReportedValue] = [:]

  /// Whether nothing was said yet.
  var isEmpty: Bool { values.isEmpty }

  /// Notes `value`.
  ///
  /// - Returns: the earlier value of the same parameter and instant, which stays, where that is another
  ///   number; nil where there is none, or the same again.
  mutating func insert(_ value: ReportedValue, at time: Timestamp) -> ReportedValue? {
    let key = Key(time: time, parameter: value.parameter)
    guard let earlier = values[key] else {
      values[key] = value
      return nil
    }
    // By its bits, as the store compares.
    return earlier.value?.bitPattern == value.value?.bitPattern ? nil : earlier
  }

  /// What is said to people of a second number.
  static func words(
    _ value: ReportedValue, at time: Timestamp, earlier: ReportedValue
  ) -> (found: String, expected: String) {
    (
      "\(shown(value.value)) for \(time.rfc3339(offsetSeconds: 0))",
      "one value of an instant, which is \(shown(earlier.value)) already"
    )
  }

  private static func shown(_ value: Double?) -> String {
    value.map { "\($0)" } ?? "null"
  }
}
