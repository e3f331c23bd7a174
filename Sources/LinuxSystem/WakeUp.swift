import Glibc

/// A bell that any thread can ring and one thread waits for.
///
/// Rings are not counted: any number of them before `drain` is one. A pair of sockets, because
/// Swift's module of the C library has neither eventfd nor pipe2; it costs one more descriptor.
public final class WakeUp: Sendable {
  /// Readable after `signal`, until `drain`; it belongs to this object, which closes it.
  public let descriptor: CInt
  private let writeDescriptor: CInt

  /// A bell that has not rung.
  ///
  /// - Throws: `SystemError` when the process has no descriptor left.
  public init() throws(SystemError) {
    var ends: [CInt] = [-1, -1]
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    _ = try check("socketpair", "a wake-up") { unsafe socketpair(AF_UNIX, CInt(kind), 0, &ends) }
    descriptor = ends[0]
    writeDescriptor = ends[1]
  }

  deinit {
    _ = close(descriptor)
    _ = close(writeDescriptor)
  }

  /// Makes `descriptor` readable; never waits.
  public func signal() {
    var byte: UInt8 = 1
    // The only failure is a full buffer, and then the bell has rung already. Our own reading end is
    // open, so there is no SIGPIPE.
    _ = unsafe write(writeDescriptor, &byte, 1)
  }

  /// Makes `descriptor` unreadable until the next ring; never waits.
  ///
  /// - Returns: Whether it had rung.
  @discardableResult
  public func drain() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 256)
    var hasRung = false
    while unsafe read(descriptor, &bytes, bytes.count) > 0 { hasRung = true }
    return hasRung
  }
}
