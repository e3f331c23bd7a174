import CTerminal
import Glibc

/// What programs that print for people ask of the system.
public enum Terminal {
  /// Whether standard output goes to a terminal.
  public static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }

  /// How many columns the terminal on standard output has; nil when it is none or does not say.
  public static var columnCount: Int? {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Makes `columnCount(of:)` know the characters of Unicode.
  ///
  /// Call it once, before any thread.
  ///
  /// The environment's locale is used when it knows them, else C.UTF-8: what is printed is UTF-8 in
  /// any case, also where a service or a script starts with no locale at all.
  public static func useUnicodeWidths() {
    _ = unsafe setlocale(LC_CTYPE, "")
    if wcwidth(0x6C60) != 2 { _ = unsafe setlocale(LC_CTYPE, "C.UTF-8") }
  }

  /// How many columns `scalar` takes, 0…2; −1 when the locale does not know it.
  public static func columnCount(of scalar: Unicode.Scalar) -> Int {
    Int(wcwidth(wchar_t(scalar.value)))
  }

  /// Lets a broken pipe end the process quietly, as it ends `cat`, whatever was inherited.
  public static func endOnBrokenPipe() {
    _ = signal(SIGPIPE, SIG_DFL)
  }

  /// Writes all of `bytes` to standard output.
  ///
  /// - Throws: `SystemError` when it cannot be written to, such as ENOSPC for a file.
  public static func write(_ bytes: [UInt8]) throws(SystemError) {
    try write(bytes, to: STDOUT_FILENO, called: "standard output")
  }

  /// Writes all of `bytes` to standard error.
  ///
  /// - Throws: `SystemError` when it cannot be written to.
  public static func writeError(_ bytes: [UInt8]) throws(SystemError) {
    try write(bytes, to: STDERR_FILENO, called: "standard error")
  }

  private static func write(
    _ bytes: [UInt8], to descriptor: CInt, called name: String
  ) throws(SystemError) {
    var rest = bytes.span
    while rest.count > 0 {
      let written = try check("write", name) {
        unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      }
      rest = rest.extracting(droppingFirst: written)
    }
  }
}
