import PoolModel

/// The values of a series over a period, for the attenuated signal test.
///
/// The deviation is made anew from the values in the window each time: sums that are carried on would
/// depend on what has left it, and flags have to be the same when the window is read back from the store.
struct QuietWindow: Sendable {
  private var times: [Int64] = []
  private var values: [Double] = []
  /// Where the window begins; what lies before it is dropped when it is more than half.
  private var start = 0

  /// The flag of `value`, nil when it is missing, as the newest of its period.
  mutating func flag(
    _ value: Double?, at time: Int64, _ settings: QualitySettings.Attenuation
  ) -> QualityFlag {
    let oldest = time - settings.period.wholeMilliseconds
    while start < times.count, times[start] <= oldest { start += 1 }
    if start > times.count / 2 {
      times.removeFirst(start)
      values.removeFirst(start)
      start = 0
    }
    guard let value else { return .missing }
    times.append(time)
    values.append(value)
    guard values.count - start >= max(settings.minimumCount, 1) else { return .unknown }
    let deviation = deviation
    if deviation < settings.levels.fail { return .fail }
    return deviation < settings.levels.suspect ? .suspect : .good
  }

  /// The population standard deviation of the values in the window.
  private var deviation: Double {
    let count = Double(values.count - start)
    var sum = 0.0
    for index in start..<values.count { sum += values[index] }
    let mean = sum / count
    var squares = 0.0
    for index in start..<values.count {
      let distance = values[index] - mean
      squares += distance * distance
    }
    return (squares / count).squareRoot()
  }
}
