import Glibc
public import PoolModel

/// The machine's clocks.
///
/// The monotonic one is CLOCK_MONOTONIC, which stands still while the machine sleeps. Silence is
/// judged on it, and while the machine slept nothing could be received: CLOCK_BOOTTIME would go on
/// meanwhile and call every source silent on waking.
public struct SystemClock: PoolModel.Clock {
  /// The only one there is; any number of copies is the same clock.
  public init() {}

  /// Both clocks, read one right after the other.
  public func now() -> Moment {
    let wall = Self.read(CLOCK_REALTIME)
    let monotonic = Self.read(CLOCK_MONOTONIC)
    return Moment(
      wall: Timestamp(milliseconds: Int64(wall.tv_sec) * 1000 + Int64(wall.tv_nsec) / 1_000_000),
      // Read for every message; `.nanoseconds` takes a hundred times as long.
      monotonic: Duration(
        secondsComponent: Int64(monotonic.tv_sec),
        attosecondsComponent: Int64(monotonic.tv_nsec) * 1_000_000_000))
  }

  private static func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    let result = unsafe clock_gettime(clock, &time)
    precondition(result == 0, "Linux has had this clock since 2.6")
    return time
  }
}
