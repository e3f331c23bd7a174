import PoolModel

/// The link to the broker: while it is down no source can be heard, so one alarm says so for all.
struct BrokerLink: Sendable {
  private(set) var isUp = false
  /// When it came or went last.
  private(set) var since: Moment
  private(set) var isAlarmActive: Bool

  /// A link that is not up yet.
  init(start: Moment, isAlarmActive: Bool) {
    since = start
    self.isAlarmActive = isAlarmActive
  }

  /// The link came; says whether that ends the alarm.
  mutating func cameUp(at now: Moment) -> Bool {
    guard !isUp else { return false }
    isUp = true
    since = now
    defer { isAlarmActive = false }
    return isAlarmActive
  }

  /// The link went.
  mutating func wentDown(at now: Moment) {
    guard isUp else { return }
    isUp = false
    since = now
  }

  /// Time went by; says whether the link has now been down for `patience`.
  mutating func waited(until now: Duration, patience: Duration) -> Bool {
    guard !isUp, !isAlarmActive, now - since.monotonic >= patience else { return false }
    isAlarmActive = true
    return true
  }
}
