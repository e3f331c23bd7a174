import Glibc

extension Terminal {
  /// How many lines the terminal on standard output has; nil when it is none or does not say.
  public static var rowCount: Int? {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else {
      return nil
    }
    return Int(size.ws_row)
  }
}
