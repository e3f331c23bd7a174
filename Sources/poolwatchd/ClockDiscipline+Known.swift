import LinuxSystem

extension ClockDiscipline {
  /// Whether the kernel says that somebody keeps the machine's clock right.
  ///
  /// Whoever sets the clock by hand takes that back.
  static func isKnownToBeSynchronized() -> Bool {
    // Where the kernel does not say, nothing is known.
    (try? read())?.isSynchronized ?? false
  }
}
