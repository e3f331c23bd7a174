import Glibc
public import PoolModel

/// A directory of preallocated files on the disk.
///
/// Files are opened relative to the directory, which stays open; it is made when it is missing.
public final class DiskStorage: Storage {
  /// The directory's path.
  public let path: String
  private let descriptor: CInt

  /// Opens the directory `path`, made with mode 0750 when it is missing.
  ///
  /// Its parent must be there.
  ///
  /// - Throws: `StorageError` when it can be neither opened nor made.
  public init(path: String) throws(StorageError) {
    self.path = path
    descriptor = try storageCall(path) { () throws(SystemError) in
      if unsafe mkdir(path, 0o750) == 0 {
        try DiskStorage.synchronizeDirectory(containing: path)
      } else if errno != EEXIST {
        throw SystemError(call: "mkdir", subject: path, code: errno)
      }
      return try check("open", path) {
        unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      }
    }
  }

  deinit { _ = close(descriptor) }

  private static func synchronizeDirectory(containing path: String) throws(SystemError) {
    let parent = path + "/.."
    let descriptor = try check("open", parent) {
      unsafe Glibc.open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    defer { _ = close(descriptor) }
    _ = try check("fsync", parent) { fsync(descriptor) }
  }

  /// The names of the directory's entries, in no order.
  public func fileNames() throws(StorageError) -> [String] {
    try storageCall(path) { () throws(SystemError) in
      // The stream takes over the descriptor that it reads, hence one of its own.
      let own = try check("openat", path) {
        unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      }
      guard let stream = unsafe fdopendir(own) else {
        let code = errno
        _ = close(own)
        throw SystemError(call: "fdopendir", subject: path, code: code)
      }
      defer { _ = unsafe closedir(stream) }
      var names: [String] = []
      errno = 0
      while let entry = unsafe readdir(stream) {
        // `d_name` is zero-terminated within the entry, and the entry lives until the next call.
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
            unsafe String(cString: $0)
          }
        }
        if name != "." && name != ".." { names.append(name) }
        errno = 0
      }
      let code = errno
      if code != 0 { throw SystemError(call: "readdir", subject: path, code: code) }
      return names
    }
  }

  /// Opens the file `name` for reading and writing; nil when there is none.
  public func open(_ name: String) throws(StorageError) -> (any StorageFile)? {
    try storageCall(name) { () throws(SystemError) in
      let file: CInt
      do throws(SystemError) {
        file = try openExisting(name)
      } catch {
        if error.code == ENOENT { return nil }
        throw error
      }
      return try DiskFile(taking: file, name: name)
    }
  }

  /// On a file system that cannot be written to, for reading alone.
  private func openExisting(_ name: String) throws(SystemError) -> CInt {
    do throws(SystemError) {
      return try check("openat", name) { unsafe openat(descriptor, name, O_RDWR | O_CLOEXEC) }
    } catch {
      guard error.code == EROFS else { throw error }
      return try check("openat", name) { unsafe openat(descriptor, name, O_RDONLY | O_CLOEXEC) }
    }
  }

  /// Creates and allocates `name`; the file and its entry are durable when it returns.
  public func create(_ name: String, byteCount: Int) throws(StorageError) -> any StorageFile {
    try storageCall(name) { () throws(SystemError) in
      let file = try check("openat", name) {
        unsafe openat(descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
      }
      do throws(SystemError) {
        // Allocated, not sparse: a disk that fills up later is no matter for this file.
        let code = byteCount > 0 ? posix_fallocate(file, 0, byteCount) : 0
        if code != 0 { throw SystemError(call: "posix_fallocate", subject: name, code: code) }
        _ = try check("fsync", name) { fsync(file) }
        try synchronizeEntries()
      } catch {
        _ = close(file)
        // The first failure is the one to report; a file left behind is refused by the next creation.
        _ = unsafe unlinkat(descriptor, name, 0)
        throw error
      }
      return try DiskFile(taking: file, name: name)
    }
  }

  /// Gives `source` the name `target` durably, replacing what had it.
  public func rename(_ source: String, to target: String) throws(StorageError) {
    try storageCall(source) { () throws(SystemError) in
      _ = try check("renameat", source) {
        unsafe renameat(descriptor, source, descriptor, target)
      }
      try synchronizeEntries()
    }
  }

  /// Removes the file `name` durably; nothing happens when there is none.
  public func remove(_ name: String) throws(StorageError) {
    try storageCall(name) { () throws(SystemError) in
      do throws(SystemError) {
        _ = try check("unlinkat", name) { unsafe unlinkat(descriptor, name, 0) }
      } catch {
        if error.code == ENOENT { return }
        throw error
      }
      try synchronizeEntries()
    }
  }

  private func synchronizeEntries() throws(SystemError) {
    _ = try check("fsync", path) { fsync(descriptor) }
  }
}

/// One file of a `DiskStorage`.
private final class DiskFile: StorageFile {
  let byteCount: Int
  private let name: String
  private let descriptor: CInt

  /// Owns `descriptor` from now on, also when it throws.
  init(taking descriptor: CInt, name: String) throws(SystemError) {
    var status = stat()
    do throws(SystemError) {
      _ = try check("fstat", name) { unsafe fstat(descriptor, &status) }
    } catch {
      _ = close(descriptor)
      throw error
    }
    byteCount = Int(status.st_size)
    self.name = name
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }

  func read(into bytes: inout MutableSpan<UInt8>, at offset: Int) throws(StorageError) {
    let count = bytes.count
    var done = 0
    while done < count {
      let start = done
      let got = try storageCall(name) { () throws(SystemError) in
        try check("pread", name) {
          unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe pread(
              descriptor, buffer.baseAddress?.advanced(by: start), count - start, offset + start)
          }
        }
      }
      // The end of the file: whoever asks for bytes beyond it has a file that was cut.
      guard got > 0 else {
        throw StorageError(
          call: "pread", file: name, code: EIO, reason: "only \(byteCount) bytes in the file")
      }
      done += got
    }
  }

  func write(_ bytes: Span<UInt8>, at offset: Int) throws(StorageError) {
    // Writing past the end would make the file grow.
    precondition(offset >= 0 && offset + bytes.count <= byteCount, "a write outside \(name)")
    var done = 0
    while done < bytes.count {
      let rest = bytes.extracting(droppingFirst: done)
      let start = done
      done += try storageCall(name) { () throws(SystemError) in
        try check("pwrite", name) {
          unsafe rest.withUnsafeBytes {
            unsafe pwrite(descriptor, $0.baseAddress, $0.count, offset + start)
          }
        }
      }
    }
  }

  func synchronize() throws(StorageError) {
    try storageCall(name) { () throws(SystemError) in
      _ = try check("fdatasync", name) { fdatasync(descriptor) }
    }
  }
}

/// The result of `body`, its error in the words of the storage seam, about `file`.
private func storageCall<Result>(
  _ file: String, _ body: () throws(SystemError) -> Result
) throws(StorageError) -> Result {
  do {
    return try body()
  } catch {
    throw StorageError(
      call: error.call, file: error.subject, code: error.code, reason: error.reason)
  }
}
