import CFiles

/// Whether somebody keeps the machine's clock right, as the kernel knows it (`adjtimex(2)`).
public struct ClockDiscipline: Hashable, Sendable {
  /// Whether a time service has set the clock and goes on doing so.
  public let isSynchronized: Bool
  /// The kernel's bound on the clock's error, in microseconds; grows while nobody sets it.
  public let maximumErrorMicroseconds: Int

  /// A clock in the given state.
  public init(isSynchronized: Bool, maximumErrorMicroseconds: Int) {
    self.isSynchronized = isSynchronized
    self.maximumErrorMicroseconds = maximumErrorMicroseconds
  }

  /// The machine's clock now; changes nothing and needs no privilege.
  ///
  /// - Throws: `SystemError` where the kernel does not say, as in some containers.
  public static func read() throws(SystemError) -> ClockDiscipline {
    var state = timex()
    let result = try check("adjtimex", "the machine's clock") { unsafe adjtimex(&state) }
    // The state TIME_ERROR alone can also mean a pulse signal that nobody uses.
    let isSynchronized = state.status & STA_UNSYNC == 0 && result != TIME_ERROR
    return ClockDiscipline(
      isSynchronized: isSynchronized, maximumErrorMicroseconds: Int(state.maxerror))
  }
}
