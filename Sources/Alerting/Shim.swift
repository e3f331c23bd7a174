public import PoolModel
extension AlarmEngine {
  /// x
  public mutating func tick(now: Moment, isCaughtUp: Bool) -> [AlarmTransition] { tick(now: now) }
}
