import PoolModel

/// A time in which people were told of more alarms than they can see to.
///
/// Source: ISA-18.2 / IEC 62682: from more than ten within ten minutes until fewer than five within ten
/// minutes.
struct AlarmFlood: Hashable, Sendable {
  /// From the eleventh within ten minutes until there were fewer than five.
  let range: Range<Timestamp>
  /// The alarms told from ten minutes before it until its end; one that belongs to the flood before does
  /// not count again.
  let count: Int

  private static let window = Duration.seconds(600)
  private static let mostInPeace = 10
  private static let fewestInFlood = 5

  /// The floods among `times`, ascending, when people were told; one that is on is cut at `end`.
  ///
  /// Within ten minutes means that the first of them was told less than ten minutes ago: ten minutes after
  /// it, it does not count any more.
  static func all(in times: [Timestamp], until end: Timestamp) -> [AlarmFlood] {
    var floods: [AlarmFlood] = []
    var begin: (time: Timestamp, index: Int)?
    // The first that belongs to no flood yet.
    var free = 0
    func close(before index: Int, at time: Timestamp) {
      guard let start = begin else { return }
      floods.append(
        AlarmFlood(range: start.time..<max(start.time, time), count: index - start.index))
      free = index
      begin = nil
    }
    for (index, time) in times.enumerated() {
      // With the fifth newest gone, four are left.
      if begin != nil, times[index - fewestInFlood] + window < time {
        close(before: index, at: times[index - fewestInFlood] + window)
      }
      if begin == nil, index >= mostInPeace, times[index - mostInPeace] + window > time {
        begin = (time, max(index - mostInPeace, free))
      }
    }
    if begin != nil {
      close(before: times.count, at: min(end, times[times.count - fewestInFlood] + window))
    }
    return floods
  }
}
