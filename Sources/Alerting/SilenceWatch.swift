import PoolModel

/// When one source, a pool or one of its series, was last heard of.
///
/// Silence is measured on the monotonic clock, so that a step of the wall clock makes no source
/// silent, and from the engine's start, so that none is silent before it had its chance.
///
/// Two of its silences never share an id, with or without restarts between them. The first silence
/// as of a reading is known by that reading's time. When late readings end it and it falls silent
/// again, that silence is dated by our clock and its id has one part more. The end of the first has
/// moved `expectedSince` beyond the reading, which is how a later start knows that there was one,
/// though it is over and done with.
struct SilenceWatch: Sendable {
  /// Since when it is expected, by our clock: at first, or again since something that is not newer
  /// than the newest reading ended its silence.
  private(set) var expectedSince: Timestamp
  /// The newest judged reading, by the gateway's clock; nil when it was never seen.
  private(set) var newestReading: Timestamp?
  /// When anything of it was judged last, on the monotonic clock.
  private(set) var lastHeard: Duration
  /// Whether its alarm is active.
  private(set) var isSilent = false
  /// Whether something is remembered of failed values of it.
  var isFailing = false
  /// Whether the newest judged value failed, by the flag that it had when it was judged last.
  var hasFailedNewest = false
  /// Whether an alarm as of the newest reading was raised, or may have been.
  private var isAlarmed: Bool
  /// The event time of the newest alarm of this run; nil when there was none.
  private var latestSilence: Timestamp?

  /// Since when a source is silent, and what keeps that silence apart from others.
  struct Onset: Hashable {
    /// The alarm's event time.
    let time: Timestamp
    /// What its id is derived from besides the event time; nil for the first as of a reading.
    let distinction: String?
  }

  init(expectedSince: Timestamp, newestReading: Timestamp?, start: Duration) {
    self.expectedSince = expectedSince
    self.newestReading = newestReading
    lastHeard = start
    // A gateway whose clock was slow when it was first expected looks the same; its next silence
    // is then dated by our clock, which does no harm.
    isAlarmed = newestReading.map { $0 <= expectedSince } ?? false
  }

  /// An alarm that began at `eventTime`, before the engine's start, is open.
  ///
  /// - Parameters:
  ///   - eventTime: its event time.
  ///   - isHolding: whether the source is silent still.
  mutating func restored(silentSince eventTime: Timestamp, isHolding: Bool) {
    latestSilence = latestSilence.map { max($0, eventTime) } ?? eventTime
    if isHolding { isSilent = true }
    if isHolding || eventTime == newestReading { isAlarmed = true }
  }

  /// Something of it was judged; says whether that ends its alarm.
  mutating func heard(at now: Duration) -> Bool {
    lastHeard = now
    defer { isSilent = false }
    return isSilent
  }

  /// A reading was judged in order.
  mutating func read(at time: Timestamp) {
    if let newestReading, time <= newestReading { return }
    newestReading = time
    isAlarmed = false
  }

  /// Its alarm ended, and what ended it was noted by `heard` and, if it was in order, by `read`.
  mutating func returned(wall: Timestamp) {
    guard isAlarmed else { return }
    // Later than every silence so far, even when our clock was set back.
    expectedSince = max(
      wall, expectedSince + .milliseconds(1),
      latestSilence.map { $0 + .milliseconds(1) } ?? wall)
    // A source that was never seen is silent as of `expectedSince`, which is a new one now.
    if newestReading == nil { isAlarmed = false }
  }

  /// Gives it its full time again.
  mutating func excused(at now: Duration) {
    lastHeard = max(lastHeard, now)
  }

  /// When it ought to have been heard of, on the monotonic clock; nil when it is known to be silent.
  ///
  /// - Parameters:
  ///   - judgedSince: since when what it sends is received and judged at once, on that clock.
  ///   - patience: how long it may say nothing.
  /// - Returns: the end of its patience; from then on it is overdue.
  func deadline(judgedSince: Duration, patience: Duration) -> Duration? {
    isSilent ? nil : max(lastHeard, judgedSince) + patience
  }

  /// It was found to be overdue; says since when, for its alarm.
  ///
  /// That is the newest reading's time, the same after any restart. Only when an alarm as of that
  /// reading was raised before, or may have been, it is our own clock's.
  mutating func fellSilent(wall: Timestamp) -> Onset {
    let onset: Onset
    if let newestReading {
      onset =
        isAlarmed
        ? Onset(
          time: max(wall, expectedSince), distinction: String(newestReading.milliseconds))
        : Onset(time: newestReading, distinction: nil)
    } else {
      onset = Onset(time: expectedSince, distinction: "")
    }
    isSilent = true
    isAlarmed = true
    latestSilence = latestSilence.map { max($0, onset.time) } ?? onset.time
    return onset
  }
}
