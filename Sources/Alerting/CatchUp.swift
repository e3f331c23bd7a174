import PoolModel

/// Whether the rows of one pool are judged in catching up, and when the alarms found then are told.
///
/// After an outage of ours the readings of hours are judged within seconds. What they raise and end
/// is recorded with its own times, but nobody is called for what is over already: people are told
/// once, at the end, of what still holds.
struct CatchUp: Sendable {
  /// A row older than this, by our clock, is judged in catching up; in milliseconds.
  static let age: Int64 = 300_000

  /// The longest time that telling waits, though older rows still come.
  ///
  /// A gateway whose clock is slow, or our own that is fast, makes every row look old for ever; its
  /// alarms must be told all the same. The backlog of a day of a whole country's pools is judged
  /// within ten minutes.
  static let longestWait: Duration = .seconds(600)

  /// When the first of the old rows since the last recent one was judged, on the monotonic clock;
  /// nil when the last row was recent.
  private var behindSince: Duration?

  /// The last row that was recent: its time, how old it was, and when it was judged, on the monotonic
  /// clock; nil when there was none.
  private var recent: (time: Int64, age: Int64, judged: Duration)?

  /// No row was judged yet.
  init() {}

  /// A row is judged; says whether in catching up.
  ///
  /// Rows that have looked old for `longestWait` without a gap are as recent as that gateway's ever
  /// are. Behind a gap there may be a backlog, so that they have to show it again.
  ///
  /// - Parameters:
  ///   - time: the row's.
  ///   - now: when it is judged.
  ///   - lastHeard: when the pool's row before it was judged, on the monotonic clock.
  ///   - patience: how long without a row is a gap.
  /// - Returns: whether people are not told at once of what follows from it.
  mutating func judged(
    _ time: Timestamp, now: Moment, lastHeard: Duration, patience: Duration
  ) -> Bool {
    if let age = recentAge(time, now: now) {
      recent = (time.milliseconds, age, now.monotonic)
      behindSince = nil
      return false
    }
    if now.monotonic - lastHeard >= patience { behindSince = nil }
    let since = behindSince ?? now.monotonic
    behindSince = since
    return now.monotonic - since <= Self.longestWait
  }

  /// How old a recent row is, in milliseconds, at least 0; nil when it is not recent.
  ///
  /// A row that keeps step with the monotonic clock since a recent one is as recent, whatever our wall
  /// clock has become meanwhile.
  private func recentAge(_ time: Timestamp, now: Moment) -> Int64? {
    let age = now.wall.milliseconds - time.milliseconds
    if age <= Self.age { return max(0, age) }
    guard let recent else { return nil }
    let passed = (now.monotonic - recent.judged).wholeMilliseconds
    let kept = recent.age + passed - (time.milliseconds - recent.time)
    return kept <= Self.age ? max(0, kept) : nil
  }

  /// Whether a pool's untold alarms are due although no recent row came.
  ///
  /// - Parameters:
  ///   - now: the monotonic clock, like the other times.
  ///   - lastHeard: when a row of the pool was last judged.
  ///   - waitingSince: when the first of them was found.
  ///   - patience: how long without a row means that no more are to come.
  /// - Returns: whether to tell them now.
  static func isOver(
    at now: Duration, lastHeard: Duration, waitingSince: Duration, patience: Duration
  ) -> Bool {
    now - lastHeard >= patience || now - waitingSince >= longestWait
  }
}
