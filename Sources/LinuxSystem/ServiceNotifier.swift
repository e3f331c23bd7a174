import Glibc

/// Tells the service manager how the daemon is (the protocol of `sd_notify(3)`): one datagram of
/// `NAME=value` lines to the socket that NOTIFY_SOCKET names.
public final class ServiceNotifier: Sendable {
  /// Where the datagrams go: an absolute path, or a name in the abstract namespace after `@`.
  public let socketName: String
  /// The time after which the manager restarts us unless it heard `WATCHDOG=1`.
  ///
  /// Say it twice as often. nil when nobody watches, or another process is watched.
  public let watchdogInterval: Duration?
  private let descriptor: CInt
  private let address: [UInt8]

  /// A notifier as the environment says; nil when the daemon was not started by a service manager.
  ///
  /// - Parameters:
  ///   - environment: The process's variables: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID.
  ///   - processID: Our own process id, which WATCHDOG_PID has to name if it is there.
  /// - Throws: `SystemError` when NOTIFY_SOCKET names no socket (EAFNOSUPPORT, as `sd_notify`
  ///   answers it; ENAMETOOLONG), or there is no descriptor left.
  public init?(environment: [String: String], processID: Int32) throws(SystemError) {
    guard let name = environment["NOTIFY_SOCKET"], !name.isEmpty else { return nil }
    socketName = name
    watchdogInterval = Self.watchdogInterval(environment, processID: processID)
    address = try Self.address(of: name)
    descriptor = try check("socket", name) {
      socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    }
  }

  deinit { _ = close(descriptor) }

  /// Sends `state`, such as `READY=1` or several lines `RELOADING=1\nMONOTONIC_USEC=…`.
  ///
  /// Cheap (one system call, a few microseconds) and safe from any thread. It waits while the
  /// manager's queue of datagrams is full.
  ///
  /// - Throws: `SystemError` when nobody listens any more. Nothing is lost but the word.
  public func notify(_ state: String) throws(SystemError) {
    let text = Array(state.utf8)
    _ = try check("sendto", socketName) {
      unsafe text.withUnsafeBytes { text in
        unsafe address.withUnsafeBytes { address in
          unsafe sendto(
            descriptor, text.baseAddress, text.count, CInt(MSG_NOSIGNAL),
            address.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(address.count))
        }
      }
    }
  }

  private static func watchdogInterval(
    _ environment: [String: String], processID: Int32
  ) -> Duration? {
    guard let microseconds = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0
    else { return nil }
    if let watched = environment["WATCHDOG_PID"], Int32(watched) != processID { return nil }
    return .microseconds(microseconds)
  }

  /// The bytes of a `sockaddr_un`.
  ///
  ///     offset  size  what
  ///          0     2  family AF_UNIX, in the machine's byte order
  ///          2     n  a path and a zero byte; or a zero byte and an abstract name without one
  private static func address(of name: String) throws(SystemError) -> [UInt8] {
    var path = Array(name.utf8)
    let isAbstract = path.first == UInt8(ascii: "@")
    guard isAbstract || path.first == UInt8(ascii: "/") else {
      throw SystemError(call: "NOTIFY_SOCKET", subject: name, code: EAFNOSUPPORT)
    }
    if isAbstract { path[0] = 0 } else { path.append(0) }
    guard path.count <= 108, !path.dropFirst().dropLast(isAbstract ? 0 : 1).contains(0) else {
      throw SystemError(call: "NOTIFY_SOCKET", subject: name, code: ENAMETOOLONG)
    }
    let family = sa_family_t(AF_UNIX)
    return [UInt8(truncatingIfNeeded: family.littleEndian), UInt8(family >> 8)] + path
  }
}
