import Glibc
import PoolModel

/// What a descriptor is waited for, and what came of it.
public struct Readiness: OptionSet, Hashable, Sendable {
  /// The bits, of no meaning elsewhere.
  public let rawValue: UInt8

  /// The kinds whose bits are set.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Reading would not block: there are bytes, or the end, or an error.
  public static let readable = Readiness(rawValue: 0x01)
  /// Writing would not block, or would fail.
  public static let writable = Readiness(rawValue: 0x02)
  /// The connection is broken: writing would fail.
  ///
  /// What came before can still be read.
  public static let broken = Readiness(rawValue: 0x04)

  /// Waits until one of `interests` is ready, with `poll`.
  ///
  /// - Parameters:
  ///   - interests: Descriptors and what to wait for on each; a descriptor of −1 is ignored.
  ///   - span: How long to wait at most, rounded up to a millisecond so that a wait for a moment
  ///     does not end just before it; 0 or less only looks. A signal ends the wait early.
  /// - Returns: What is ready, one entry per interest, all empty when the time is over.
  /// - Throws: `SystemError` when the system has no memory left.
  public static func wait(
    for interests: [(descriptor: CInt, kinds: Readiness)], atMost span: Duration
  ) throws(SystemError) -> [Readiness] {
    var entries = interests.map {
      pollfd(fd: $0.descriptor, events: $0.kinds.events, revents: 0)
    }
    let milliseconds = CInt(clamping: max(0, (span + nearlyOneMillisecond).wholeMilliseconds))
    let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
    if count == -1 {
      let code = errno
      // The caller asks again in any case; a stop that came as a signal is not slept over.
      if code == EINTR { return interests.map { _ in [] } }
      throw SystemError(call: "poll", subject: "\(interests.count) descriptors", code: code)
    }
    return zip(entries, interests).map { entry, interest in
      Readiness(events: entry.revents, asked: interest.kinds)
    }
  }

  private static let nearlyOneMillisecond = Duration.nanoseconds(999_999)

  private var events: CShort {
    CShort((contains(.readable) ? POLLIN : 0) | (contains(.writable) ? POLLOUT : 0))
  }

  /// An error or a hang-up makes ready whatever was asked for: the next call will say what it is.
  private init(events: CShort, asked: Readiness) {
    let isBroken = CInt(events) & (POLLERR | POLLHUP | POLLNVAL) != 0
    var kinds: Readiness = []
    if CInt(events) & POLLIN != 0 || isBroken { kinds.insert(.readable) }
    if CInt(events) & POLLOUT != 0 || isBroken { kinds.insert(.writable) }
    if isBroken { kinds.insert(.broken) }
    self = kinds.intersection(asked)
  }
}
