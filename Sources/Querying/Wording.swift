import PoolModel

/// How single figures read in tables.
enum Wording {
  /// What stands where there is nothing.
  static let nothing = "—"

  /// A number as people read it; a dash for none.
  static func number(_ value: Double?) -> String { value?.readable ?? nothing }

  /// A mean, rounded to four decimals: more than any sensor shows.
  static func mean(_ value: Double?) -> String {
    guard let value, abs(value) < 1e11 else { return number(value) }
    return number((value * 10_000).rounded() / 10_000)
  }

  /// A number and its unit.
  static func quantity(_ value: Double?, unit: String) -> String {
    value == nil || unit.isEmpty ? number(value) : "\(number(value)) \(unit)"
  }

  /// An age in the largest unit that still leaves two of it.
  static func age(seconds: Double) -> String {
    let count = Int(max(-1e15, min(1e15, seconds)))
    return switch count {
    case ..<120: "\(count) s"
    case ..<7200: "\(count / 60) min"
    case ..<172_800: "\(count / 3600) h"
    default: "\(count / 86_400) d"
    }
  }

  /// `part` of `whole` in per cent with one decimal, rounded down so that only all of it reads as
  /// 100 %; a dash for none of nothing.
  static func percent(_ part: Int, of whole: Int) -> String {
    guard whole > 0, part >= 0 else { return nothing }
    let (tenths, overflows) = part.multipliedReportingOverflow(by: 1000)
    let permille = overflows ? part / (whole / 1000) : tenths / whole
    return "\(permille / 10).\(permille % 10) %"
  }

  /// A byte count in MiB with one decimal.
  static func mebibytes(_ byteCount: Int) -> String {
    let tenths = byteCount / 1024 * 10 / 1024
    return "\(tenths / 10).\(tenths % 10) MiB"
  }

  /// An RFC 3339 time as people read it, such as `2026-01-21 08:00:00.250 +08:00`.
  ///
  /// Anything else stays as it is, here and below.
  static func time(_ text: String) -> String {
    guard text.utf8.count == 29 else { return text }
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(12)) \(text.suffix(6))"
  }

  /// An RFC 3339 time to the second, without its offset: local time.
  static func second(_ text: String) -> String {
    guard text.utf8.count == 29 else { return text }
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
  }

  /// An RFC 3339 time to the minute, without year and offset.
  static func shortMinute(_ text: String) -> String {
    guard text.utf8.count == 29 else { return text }
    return "\(text.dropFirst(5).prefix(5)) \(text.dropFirst(11).prefix(5))"
  }

  /// The unit of the parameter called `name`; empty where it is not one of the standard ones.
  static func unit(ofParameter name: String?) -> String {
    Parameter.standard.first { $0.name == name }?.unit ?? ""
  }
}
