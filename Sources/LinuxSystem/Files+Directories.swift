import CFiles
import Glibc
import PoolModel

extension Files {
  /// What a path stands for.
  public enum Kind: Hashable, Sendable {
    /// Nothing is there.
    case absent
    /// A file of `byteCount` bytes.
    case file(byteCount: Int)
    /// A directory.
    case directory
    /// Anything else.
    case other
  }

  /// What lies at `path`; a symbolic link is followed.
  ///
  /// - Throws: `SystemError` when that cannot be told.
  public static func kind(ofPath path: String) throws(SystemError) -> Kind {
    var status = Glibc.stat()
    do throws(SystemError) {
      _ = try check("stat", path) { unsafe stat(path, &status) }
    } catch {
      if error.code == ENOENT { return .absent }
      throw error
    }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: .file(byteCount: Int(status.st_size))
    case S_IFDIR: .directory
    default: .other
    }
  }

  /// The names in the directory `path`, sorted; none when there is no such directory.
  ///
  /// - Throws: `SystemError` when it cannot be read.
  public static func names(inDirectory path: String) throws(SystemError) -> [String] {
    guard try kind(ofPath: path) == .directory else { return [] }
    do throws(StorageError) {
      return try DiskStorage(path: path).fileNames().sorted()
    } catch {
      throw SystemError(call: error.call, subject: error.file, code: error.code)
    }
  }

  /// The directory `path`, or the nearest one above it that is there: on its disk `path` would be made.
  ///
  /// - Throws: `SystemError` when that cannot be told.
  public static func nearestDirectory(to path: String) throws(SystemError) -> String {
    var place = path
    while try kind(ofPath: place) != .directory, parent(of: place) != place {
      place = parent(of: place)
    }
    return place
  }

  /// What a process without privileges can still write on the disk that holds `path`, in bytes.
  ///
  /// - Throws: `SystemError` when the disk does not say.
  public static func freeByteCount(ofDiskWith path: String) throws(SystemError) -> Int {
    var status = Glibc.statvfs()
    _ = try check("statvfs", path) { unsafe statvfs(path, &status) }
    return Int(clamping: status.f_bavail) * Int(clamping: status.f_frsize)
  }

  /// Gives what lies at `source` the name `target` on the same disk, durably.
  ///
  /// A file at `target` is replaced, and a directory when it is empty.
  ///
  /// - Throws: `SystemError`; nothing has changed then, or it is not durable yet.
  public static func move(_ source: String, to target: String) throws(SystemError) {
    _ = try check("rename", source) { unsafe rename(source, target) }
    try synchronizeDirectory(containing: target)
    if parent(of: source) != parent(of: target) {
      try synchronizeDirectory(containing: source)
    }
  }

  /// Exchanges the names of what lies at `first` and `second` in one step, durably.
  ///
  /// - Throws: `SystemError`, with EINVAL where the file system cannot.
  public static func exchange(_ first: String, _ second: String) throws(SystemError) {
    _ = try check("renameat2", first) {
      unsafe renameat2(AT_FDCWD, first, AT_FDCWD, second, POOLWATCH_RENAME_EXCHANGE)
    }
    try synchronizeDirectory(containing: first)
  }

  /// Makes the entries of the directory that holds `path` durable.
  ///
  /// - Throws: `SystemError`.
  public static func synchronizeDirectory(containing path: String) throws(SystemError) {
    try synchronize(path: parent(of: path))
  }

  /// Makes the file or directory at `path` durable.
  ///
  /// - Throws: `SystemError`.
  public static func synchronize(path: String) throws(SystemError) {
    let descriptor = try check("open", path) { unsafe open(path, O_RDONLY | O_CLOEXEC) }
    defer { _ = close(descriptor) }
    _ = try check("fsync", path) { fsync(descriptor) }
  }

  /// Removes the directory `path` with the files in it, durably; directories in it are kept, and then
  /// it is too.
  ///
  /// - Throws: `SystemError`.
  public static func removeDirectory(path: String) throws(SystemError) {
    for name in try names(inDirectory: path) {
      let file = "\(path)/\(name)"
      if try kind(ofPath: file) == .directory { continue }
      _ = try check("unlink", file) { unsafe unlink(file) }
    }
    _ = try check("rmdir", path) { unsafe rmdir(path) }
    try synchronizeDirectory(containing: path)
  }

  /// The directory that holds `path`.
  public static func parent(of path: String) -> String {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }
}
