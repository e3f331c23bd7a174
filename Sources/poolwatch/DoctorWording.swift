import PoolModel

/// How spans, sizes and days read in findings.
enum DoctorWording {
  /// A span in the largest unit that leaves two of it, such as `90 min`.
  static func span(_ span: Duration) -> String {
    let seconds = Int(span.components.seconds)
    return switch seconds {
    case ..<1: "\(span.wholeMilliseconds) ms"
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) d"
    }
  }

  /// A byte count in MiB or GiB.
  static func bytes(_ count: Int) -> String {
    count < 10 << 30 ? "\(count >> 20) MiB" : "\(count >> 30) GiB"
  }

  /// The UTC day of `instant`.
  static func day(_ instant: Timestamp) -> String {
    String(instant.rfc3339(offsetSeconds: 0).prefix(10))
  }

  /// Permission bits as `ls` and `chmod` write them.
  static func mode(_ mode: UInt32) -> String {
    let text = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - text.count)) + text
  }
}
