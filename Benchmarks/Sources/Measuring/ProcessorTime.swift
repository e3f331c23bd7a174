import Glibc

/// What this process has used of the processors: on a busy machine it says more than the clock.
package enum ProcessorTime {
  /// Milliseconds since the process began, all threads together.
  package static func milliseconds() -> Double {
    // On Linux `clock` counts microseconds, whatever the machine (POSIX).
    Double(clock()) / 1000
  }
}
