import LinuxSystem

/// Whether somebody keeps the machine's clock right.
enum ClockCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard let clock = facts.clock else {
      return .unknown("clock", "the kernel does not say whether the clock is synchronized")
    }
    guard clock.isSynchronized else {
      return .warn(
        "clock",
        "nobody keeps the machine's clock right: readings may be refused as from the future",
        "install a time service (chrony, systemd-timesyncd) and look whether it reaches a server")
    }
    let milliseconds = clock.maximumErrorMicroseconds / 1000
    guard milliseconds <= 1000 else {
      return .warn(
        "clock", "synchronized long ago: it may be wrong by \(milliseconds) ms",
        "look whether the time service still reaches a server")
    }
    return .ok("clock", "synchronized, right to \(milliseconds) ms")
  }
}
