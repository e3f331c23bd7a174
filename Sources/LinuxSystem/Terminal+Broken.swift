import Glibc

extension Terminal {
  /// Whether standard output is a pipe or socket that nobody reads any more, without writing to it.
  public static var isOutputBroken: Bool {
    var entry = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    guard unsafe poll(&entry, 1, 0) > 0 else { return false }
    return CInt(entry.revents) & POLLERR != 0
  }
}
