extension TrendWindow {
  /// What is asked of a bucket that ends.
  struct Question: Sendable {
    /// The length of a bucket in milliseconds, above 0.
    var width: Int64
    /// The limits; a side without one is not asked about, an infinite one is never met.
    var low: Double?
    var high: Double?
    /// The smallest step that the sensor shows, above 0.
    var resolution: Double
    /// Of buckets with a smaller number no line is drawn: values are read back.
    var linesFrom = Int64.min
    /// Whether states stay as they are, because they were judged before.
    var isReadBack = false
    /// Whether lines are wanted that change nothing.
    var wantsEveryLine = false
  }
}

extension TrendWindow.Question {
  /// The length of a bucket.
  var seconds: Double { Double(width) / 1000 }

  /// The least slope that people see, per second: two steps of the sensor an hour.
  var visibleSlope: Double { 2 * resolution / 3600 }

  /// How long until a line at `level` meets the bound that it heads for; nil when that is more than 30
  /// buckets away, or `level` is not inside the limits.
  func secondsToLimit(from level: Double, slope: Double) -> Double? {
    let isInside = level > low ?? -.infinity && level < high ?? .infinity
    guard isInside, slope != 0, let bound = slope < 0 ? low : high else { return nil }
    let seconds = (bound - level) / slope
    let farthest = Double(TrendWindow.windowCount) * self.seconds
    return seconds > 0 && seconds <= farthest ? seconds : nil
  }
}
