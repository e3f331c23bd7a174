import Glibc

extension Terminal {
  /// Whether standard error goes to a terminal.
  public static var isErrorOutput: Bool { isatty(STDERR_FILENO) == 1 }

  /// How many columns the terminal on standard error has; nil when it is none or does not say.
  public static var errorColumnCount: Int? {
    var size = winsize()
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}
