import PoolModel

/// What all samples of a row have in common.
struct Verdict {
  let pool: PoolNumber
  let time: Timestamp
  /// The profile in force; nil when there is none.
  let profile: Int?
  /// Whether people are told at once, because the row is recent.
  let isAnnounced: Bool
  /// Whether the water is not judged then, by design.
  let isSuppressed: Bool
  /// Whether the pool's water stands, so that its sensors do not see the pool.
  var isStanding = false
  /// Whether something of the pool was judged that is as new: this is a part of its row, or of an older one.
  var isJoining = false
  let now: Moment
}
