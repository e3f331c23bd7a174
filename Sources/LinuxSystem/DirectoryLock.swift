import Glibc

/// The one lock on a store's directory: held from `init` until the object or the process ends.
///
/// An advisory lock (`flock`) on the file `lock`, which stays behind; the system gives it up when the
/// process ends in whatever way.
public final class DirectoryLock {
  let descriptor: CInt

  /// Takes the lock of the directory `path`, which must be there.
  ///
  /// - Parameters:
  ///   - path: the directory.
  ///   - isReading: whether nothing is to be written: then a file system that cannot be written to will
  ///     do, as long as the file is there.
  /// - Throws: `DirectoryLockError`: `held` when another process, or another lock in this one, has it.
  public init(path: String, isReading: Bool = false) throws(DirectoryLockError) {
    let name = path + "/lock"
    do throws(SystemError) {
      descriptor = try check("open", name) {
        unsafe open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
      }
    } catch {
      guard isReading, error.code == EROFS else { throw .system(error) }
      do throws(SystemError) {
        descriptor = try check("open", name) { unsafe open(name, O_RDONLY | O_CLOEXEC) }
      } catch { throw .system(error) }
    }
    do throws(SystemError) {
      _ = try check("flock", name) { flock(descriptor, LOCK_EX | LOCK_NB) }
    } catch {
      _ = close(descriptor)
      throw error.code == EWOULDBLOCK ? .held(path: name) : .system(error)
    }
    noteHolder()
  }

  deinit { _ = close(descriptor) }
}

/// Why a directory could not be locked.
public enum DirectoryLockError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Another process has the lock file at `path`.
  case held(path: String)
  /// The lock file could not be opened or locked.
  case system(SystemError)

  /// What failed, on what, and what to do.
  public var description: String {
    switch self {
    case .held(let path):
      "\(path) is held by another process: a poolwatchd runs on this directory, stop it first"
    case .system(let error): error.description
    }
  }
}
