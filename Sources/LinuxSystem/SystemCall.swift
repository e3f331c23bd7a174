import Glibc

/// A system call that failed.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The call, such as `open`.
  public let call: String
  /// What it was about: a path, an address.
  public let subject: String
  /// The system's error number.
  public let code: CInt

  /// A failure of `call` on `subject` with error number `code`.
  public init(call: String, subject: String, code: CInt) {
    self.call = call
    self.subject = subject
    self.code = code
  }

  /// Whether the process may not do it as the user it is.
  public var isPermission: Bool { code == EACCES || code == EPERM }
  /// The system's words for the error number.
  public var reason: String { unsafe String(cString: strerror(code)) }
  /// What failed, on what, and why.
  public var description: String { "\(call) failed on \(subject): \(reason) (errno \(code))" }
}

/// The result of `body`, called again for as long as a signal interrupts it.
///
/// - Throws: `SystemError` with `errno` when `body` gives −1.
func check<Result: FixedWidthInteger & SignedInteger>(
  _ call: String, _ subject: @autoclosure () -> String, _ body: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let code = errno
    if code == EINTR { continue }
    throw SystemError(call: call, subject: subject(), code: code)
  }
}
