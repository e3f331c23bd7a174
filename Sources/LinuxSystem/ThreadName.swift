import Glibc

/// What a thread is called by the system's tools, such as `top -H` and `strace -Y`.
public enum ThreadName {
  /// Calls the running thread `name`, of which the system keeps the first 15 bytes.
  public static func set(_ name: String) {
    // pthread_setname_np is not in Swift's module of the C library; this is what it does.
    let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    // A name is not worth an error.
    guard file != -1 else { return }
    let bytes = Array(name.utf8.prefix(15))
    _ = unsafe write(file, bytes, bytes.count)
    _ = close(file)
  }
}
