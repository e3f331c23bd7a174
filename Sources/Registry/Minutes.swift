import PoolModel

/// A duration in the unit of a key that is in minutes.
enum Minutes {
  /// Such as `2 minutes`, rounded up to hundredths: whoever writes so many has written enough.
  static func least(_ duration: Duration) -> String { words(hundredths(duration).rounded(.up)) }

  /// The same rounded down: whoever writes so many has not written too many.
  static func most(_ duration: Duration) -> String { words(hundredths(duration).rounded(.down)) }

  /// What was written in minutes, in words.
  static func written(_ minutes: Double) -> String {
    minutes == 1 ? "1 minute" : "\(shown(minutes)) minutes"
  }

  /// What was written in minutes, in seconds to compare by.
  static func inSeconds(_ minutes: Double) -> Double { rounded(minutes * 60) }

  private static func hundredths(_ duration: Duration) -> Double {
    rounded(duration.inSeconds / 60 * 100)
  }

  private static func words(_ hundredths: Double) -> String { written(hundredths / 100) }
}
