import Glibc

/// Copies of files, durable when they are done.
public enum FileCopy {
  /// Read and written at once.
  private static let chunkByteCount = 1 << 20
  /// A run of so many zeros is not written.
  private static let blockByteCount = 4096

  /// Copies the file `source` to `target`, which must not exist, as `source` is read.
  ///
  /// Blocks of zeros are not written. Blocks its thread.
  ///
  /// - Parameters:
  ///   - source: the path of the file.
  ///   - target: the path of its copy, made with mode 0640.
  ///   - isAllocated: whether the copy's blocks of zeros have room on the disk too.
  ///   - onBytes: given the bytes that are done, in their order, about a MiB at a time.
  /// - Throws: `SystemError`; a part of the copy may be left behind then.
  public static func copy(
    _ source: String, to target: String, isAllocated: Bool, onBytes: (Span<UInt8>) -> Void
  ) throws(SystemError) {
    let input = try check("open", source) { unsafe open(source, O_RDONLY | O_CLOEXEC) }
    defer { _ = close(input) }
    var status = stat()
    _ = try check("fstat", source) { unsafe fstat(input, &status) }
    let byteCount = Int(status.st_size)
    let output = try check("open", target) {
      unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
    }
    defer { _ = close(output) }
    if isAllocated, byteCount > 0 {
      let code = posix_fallocate(output, 0, byteCount)
      if code != 0 { throw SystemError(call: "posix_fallocate", subject: target, code: code) }
    } else {
      _ = try check("ftruncate", target) { ftruncate(output, byteCount) }
    }
    var bytes = [UInt8](repeating: 0, count: chunkByteCount)
    var done = 0
    while done < byteCount {
      let count = try read(input, at: done, into: &bytes, called: source)
      // It became shorter meanwhile: whoever opens the copy is told.
      guard count > 0 else { break }
      let read = bytes.span.extracting(0..<count)
      try write(read, to: output, at: done, called: target)
      done += count
      onBytes(read)
    }
    _ = try check("fsync", target) { fsync(output) }
  }

  /// Writes the file `path`, new or anew, durably.
  ///
  /// - Throws: `SystemError`; a part of the file may be left behind then.
  public static func write(_ text: String, to path: String) throws(SystemError) {
    let output = try check("open", path) {
      unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
    }
    defer { _ = close(output) }
    let bytes = Array(text.utf8)
    try write(bytes.span, to: output, at: 0, called: path)
    _ = try check("fsync", path) { fsync(output) }
  }

  /// Gives all bytes of the file `path` to `onBytes`, in their order, about a MiB at a time.
  ///
  /// Blocks its thread.
  ///
  /// - Throws: `SystemError`.
  public static func read(_ path: String, onBytes: (Span<UInt8>) -> Void) throws(SystemError) {
    let input = try check("open", path) { unsafe open(path, O_RDONLY | O_CLOEXEC) }
    defer { _ = close(input) }
    var bytes = [UInt8](repeating: 0, count: chunkByteCount)
    var done = 0
    while true {
      let count = try read(input, at: done, into: &bytes, called: path)
      guard count > 0 else { return }
      onBytes(bytes.span.extracting(0..<count))
      done += count
    }
  }

  private static func read(
    _ descriptor: CInt, at offset: Int, into bytes: inout [UInt8], called name: String
  ) throws(SystemError) -> Int {
    try check("pread", name) {
      unsafe bytes.withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress, $0.count, offset)
      }
    }
  }

  private static func write(
    _ bytes: Span<UInt8>, to descriptor: CInt, at offset: Int, called name: String
  ) throws(SystemError) {
    var at = 0
    while at < bytes.count {
      var end = at
      while end < bytes.count, !isZero(bytes, end) { end = min(end + blockByteCount, bytes.count) }
      var done = at
      while done < end {
        let part = bytes.extracting(done..<end)
        let place = offset + done
        done += try check("pwrite", name) {
          unsafe part.withUnsafeBytes {
            unsafe pwrite(descriptor, $0.baseAddress, $0.count, place)
          }
        }
      }
      at = end
      while at < bytes.count, isZero(bytes, at) { at = min(at + blockByteCount, bytes.count) }
    }
  }

  /// Whether the block of `bytes` at `start` is all zeros.
  private static func isZero(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    var index = start
    let end = min(start + blockByteCount, bytes.count)
    while index < end, bytes[index] == 0 { index += 1 }
    return index == end
  }
}
