extension OpeningSchedule {
  /// When it is open within `period`, ascending and apart.
  ///
  /// Costs a look at every day.
  ///
  /// - Parameters:
  ///   - period: the time asked about.
  ///   - zone: whose days and hours they are.
  /// - Returns: the stretches, cut to `period`; all of it where it is never closed.
  public func openTimes(in period: Range<Timestamp>, zone: Zone) -> [Range<Timestamp>] {
    if isAlwaysOpen { return period.isEmpty ? [] : [period] }
    var times: [Range<Timestamp>] = []
    var time = period.lowerBound
    while time < period.upperBound {
      let phase = phase(at: time, in: zone)
      let end = min(phase.range.upperBound, period.upperBound)
      if phase.isOpen {
        if let last = times.last, last.upperBound == time {
          times[times.count - 1] = last.lowerBound..<end
        } else {
          times.append(time..<end)
        }
      }
      time = end
    }
    return times
  }
}
