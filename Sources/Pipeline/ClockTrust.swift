public import PoolModel

/// Whether our own wall clock can be believed.
///
/// A machine without a battery starts in 1970; readings judged by such a clock would all be from the
/// future. While the clock stands before something that has certainly happened, nothing is read and
/// the broker holds it.
///
/// A clock that was ahead for a while and is set right must not be mistrusted for as long as it was
/// ahead. So commits of this run count only as far as the monotonic clock has gone on since the
/// clock was first believed, and where the kernel says that somebody keeps the clock right, earlier commits
/// do not count against it.
public struct ClockTrust: Hashable, Sendable {
  /// Something that has certainly happened.
  public private(set) var floor: Timestamp
  /// When the clock was first believed in this run.
  private var start: Moment?

  /// Trusts no clock before this version was made or before `newestCommit`, the wall time of the
  /// newest commit in the journal.
  public init(newestCommit: Timestamp?) {
    floor = max(Self.releaseDate, newestCommit ?? Self.releaseDate)
  }

  /// Notes that a commit was made at `now`.
  public mutating func committed(at now: Moment) {
    let start = start ?? now
    self.start = start
    floor = max(floor, min(now.wall, start.wall + (now.monotonic - start.monotonic)))
  }

  /// Whether a wall clock that shows `instant` can be right, whatever the kernel says.
  public func trusts(_ instant: Timestamp) -> Bool {
    instant >= floor
  }

  /// Notes what the clock shows and whether the kernel says that somebody keeps it right.
  ///
  /// A step back by less than `tolerance` is let pass.
  ///
  /// - Parameters:
  ///   - now: the time.
  ///   - isSynchronized: what the kernel says; asked for only when it matters.
  /// - Returns: whether the clock can be right.
  public mutating func trusts(_ now: Moment, isSynchronized: () -> Bool) -> Bool {
    if !trusts(now.wall + Self.tolerance) {
      guard now.wall >= Self.releaseDate, isSynchronized() else { return false }
      // What was committed later was dated by a clock that was ahead.
      floor = now.wall
      start = now
    }
    if start == nil { start = now }
    return true
  }

  /// `now`, its wall clock put forward to what has certainly happened: what lasts is not dated by a
  /// clock that cannot be right.
  public func dated(_ now: Moment) -> Moment {
    Moment(wall: max(now.wall, floor), monotonic: now.monotonic)
  }

  /// A time service steps a clock by so little now and then: nothing is refused for it, and it is not
  /// worth a new connection.
  public static let tolerance = Duration.seconds(1)

  /// 2026-11-01T00:00:00Z: no copy of this version was running before.
  static let releaseDate = Timestamp(milliseconds: 1_793_491_200_000)
}
