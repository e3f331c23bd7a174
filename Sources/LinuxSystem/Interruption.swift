import Glibc

/// The wish of a person or a script that a command which goes on for ever ends: SIGINT or SIGTERM.
///
/// While it is held both wait until somebody asks, so that nothing printed is cut in the middle.
public struct Interruption {
  private var signals: sigset_t

  /// Holds the signals back, in this thread and those that it starts; call it before any other is
  /// started.
  public init() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    self.signals = signals
  }

  /// Waits for the wish.
  ///
  /// - Parameter span: how long to wait at most; 0 or less only looks.
  /// - Returns: whether it came.
  public func comes(within span: Duration) -> Bool {
    var signals = signals
    let (seconds, attoseconds) = max(.zero, span).components
    var time = timespec(
      tv_sec: Int(clamping: seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    // Anything but the two signals, such as a window's new size, ends the wait early.
    return unsafe sigtimedwait(&signals, nil, &time) > 0
  }

  /// Runs `body`, within which the wish ends the process at once, with status 0.
  ///
  /// For waiting on others, when nothing is half printed.
  ///
  /// - Throws: what `body` throws.
  public func endsProcess<Answer>(during body: () throws -> Answer) rethrows -> Answer {
    let end: @convention(c) (CInt) -> Void = { _ in _exit(0) }
    _ = signal(SIGINT, end)
    _ = signal(SIGTERM, end)
    var signals = signals
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    defer { unsafe pthread_sigmask(SIG_BLOCK, &signals, nil) }
    return try body()
  }
}
