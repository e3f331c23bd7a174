import PoolModel

/// When alarms that were found while catching up are told.
///
/// After an outage of ours the readings of hours are judged within seconds. What they raise and end
/// is recorded with its own times, but nobody is called for what is over already: people are told
/// once, at the end, of what still holds.
enum CatchUp {
  /// A row older than this, by our clock, is judged in catching up; in milliseconds.
  static let age: Int64 = 300_000

  /// The longest time that telling waits, though older rows still come.
  ///
  /// A gateway whose clock is slow, or our own that is fast, makes every row look old for ever; its
  /// alarms must be told all the same. The backlog of a day of a whole country's pools is judged
  /// within ten minutes.
  static let longestWait: Duration = .seconds(600)

  /// Whether a row of `time` is judged in catching up.
  static func isBehind(_ time: Timestamp, now: Moment) -> Bool {
    time.milliseconds < now.wall.milliseconds - age
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
