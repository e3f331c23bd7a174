import Glibc
import PoolModel

/// An attempt to reach a TCP server that never blocks: whoever it is about can be connected to by a
/// library whose own call would wait for minutes on a host that does not answer.
///
/// Only the look-up of a name (not of an address) may wait, as long as the resolver does.
public final class TCPProbe {
  /// Where it stands.
  public enum State: Hashable, Sendable {
    /// Neither answered nor refused: wait until `descriptor` is writable, then `advance`.
    case waiting
    /// The server took the connection. It was closed again.
    case reached
    /// Every address refused; what the last one said.
    case failed(SystemError)
  }

  /// Where it stands.
  public private(set) var state: State = .waiting
  /// Writable when there is something to `advance`; −1 unless it is waiting.
  public private(set) var descriptor: CInt = -1
  private let subject: String
  private var addresses: [SocketAddress]

  /// Begins to reach `port` of `host`, a name or an address.
  ///
  /// - Throws: `SystemError` when the name has no address; its call is `getaddrinfo`.
  public init(host: String, port: UInt16) throws(SystemError) {
    subject = "\(host):\(port)"
    addresses = try SocketAddress.all(of: host, port: port).reversed()
    tryNextAddress(SystemError(call: "connect", subject: subject, code: EHOSTUNREACH))
  }

  deinit { closeSocket() }

  /// Looks whether the attempt under way is decided, and goes on to the next address if it failed.
  public func advance() {
    guard state == .waiting else { return }
    var code: CInt = 0
    var byteCount = socklen_t(MemoryLayout<CInt>.size)
    let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &byteCount)
    if result == -1 { code = errno }
    if code != 0 {
      tryNextAddress(SystemError(call: "connect", subject: subject, code: code))
    } else if isConnected {
      finish(.reached)
    }
  }

  /// Whether the socket has a peer: without an error it may still be on its way.
  private var isConnected: Bool {
    var address = sockaddr_storage()
    var byteCount = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getpeername(descriptor, $0, &byteCount) == 0
      }
    }
  }

  private func tryNextAddress(_ last: SystemError) {
    closeSocket()
    guard let address = addresses.popLast() else { return finish(.failed(last)) }
    descriptor = socket(
      address.family, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
      0)
    guard descriptor != -1 else {
      return tryNextAddress(SystemError(call: "socket", subject: subject, code: errno))
    }
    if unsafe address.withPointer({ unsafe connect(descriptor, $0, $1) }) == 0 {
      return finish(.reached)
    }
    let code = errno
    if code != EINPROGRESS {
      tryNextAddress(SystemError(call: "connect", subject: subject, code: code))
    }
  }

  private func finish(_ state: State) {
    closeSocket()
    self.state = state
  }

  private func closeSocket() {
    if descriptor != -1 { _ = close(descriptor) }
    descriptor = -1
  }
}

/// A socket's address with its family, as the system calls want it.
private struct SocketAddress {
  let family: CInt
  private let bytes: [UInt8]

  static func all(of host: String, port: UInt16) throws(SystemError) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host, String(port), &hints, &list)
    defer { unsafe freeaddrinfo(list) }
    guard code == 0 else {
      let isKnown = code == EAI_SYSTEM
      throw SystemError(
        call: "getaddrinfo", subject: host, code: isKnown ? errno : EHOSTUNREACH)
    }
    var addresses: [SocketAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      let length = unsafe Int(entry.pointee.ai_addrlen)
      let bytes = unsafe [UInt8](
        UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: length))
      addresses.append(SocketAddress(family: unsafe entry.pointee.ai_family, bytes: bytes))
      unsafe next = entry.pointee.ai_next
    }
    return addresses
  }

  func withPointer<R>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> R) -> R {
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe body(
        buffer.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
    }
  }
}
