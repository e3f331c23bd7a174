public import PoolModel

/// Whether our own wall clock can be believed.
///
/// A machine without a battery starts in 1970; readings judged by such a clock would all be from the
/// future. While the clock stands before something that has certainly happened, nothing is read and
/// the broker holds it.
public struct ClockTrust: Hashable, Sendable {
  /// Something that has certainly happened.
  public private(set) var floor: Timestamp

  /// Trusts no clock before this version was made or before `newestCommit`, the wall time of the
  /// newest commit in the journal.
  public init(newestCommit: Timestamp?) {
    floor = max(Self.releaseDate, newestCommit ?? Self.releaseDate)
  }

  /// Notes that a commit was made at `instant`.
  public mutating func committed(at instant: Timestamp) {
    floor = max(floor, instant)
  }

  /// Whether a wall clock that shows `instant` can be right.
  public func trusts(_ instant: Timestamp) -> Bool {
    instant >= floor
  }

  /// 2026-11-01T00:00:00Z: no copy of this version was running before.
  static let releaseDate = Timestamp(milliseconds: 1_793_491_200_000)
}
