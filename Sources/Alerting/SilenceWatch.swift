import PoolModel

/// When one source, a pool or one of its series, was last heard of.
///
/// Silence is measured on the monotonic clock, so that a step of the wall clock makes no source
/// silent, and from the engine's start, so that none is silent before it had its chance.
struct SilenceWatch: Sendable {
  /// When it was first expected, by our clock.
  let expectedSince: Timestamp
  /// The newest judged reading, by the gateway's clock; nil when it was never seen.
  private(set) var newestReading: Timestamp?
  /// When anything of it was judged last, on the monotonic clock.
  private(set) var lastHeard: Duration
  /// Whether its alarm is active.
  private(set) var isSilent = false
  /// The newest reading that an alarm was raised for already.
  private var alarmedReading: Timestamp?

  init(expectedSince: Timestamp, newestReading: Timestamp?, start: Duration) {
    self.expectedSince = expectedSince
    self.newestReading = newestReading
    lastHeard = start
  }

  /// Its alarm is active since before the engine's start.
  mutating func restoredSilent() {
    isSilent = true
    restoredAlarm()
  }

  /// An alarm about its newest reading was raised before the engine's start.
  mutating func restoredAlarm() {
    alarmedReading = newestReading ?? expectedSince
  }

  /// Something of it was judged; says whether that ends its alarm.
  mutating func heard(at now: Duration) -> Bool {
    lastHeard = now
    defer { isSilent = false }
    return isSilent
  }

  /// A reading was judged in order.
  mutating func read(at time: Timestamp) {
    newestReading = newestReading.map { max($0, time) } ?? time
  }

  /// Gives it its full time again.
  mutating func excused(at now: Duration) {
    lastHeard = max(lastHeard, now)
  }

  /// Whether it ought to have been heard of by now.
  ///
  /// - Parameters:
  ///   - now: the monotonic clock.
  ///   - linkUpSince: when the link to the broker came up, on the monotonic clock.
  ///   - patience: how long it may say nothing.
  /// - Returns: whether it is overdue, and not known to be silent already.
  func isOverdue(at now: Duration, linkUpSince: Duration, patience: Duration) -> Bool {
    !isSilent && now - max(lastHeard, linkUpSince) >= patience
  }

  /// It was found to be overdue; says since when, for its alarm.
  ///
  /// That is the newest reading's time, the same after any restart. Only when late readings have
  /// ended an alarm about that very time, so that another one would pass for the first, it is our
  /// own clock's.
  mutating func fellSilent(wall: Timestamp) -> Timestamp {
    let newest = newestReading ?? expectedSince
    isSilent = true
    guard alarmedReading != newest else { return wall }
    alarmedReading = newest
    return newest
  }
}
