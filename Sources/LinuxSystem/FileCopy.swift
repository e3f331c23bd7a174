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
  ///   - onProgress: told of bytes that are done, about every MiB.
  /// - Throws: `SystemError`; a part of the copy may be left behind then.
  public static func copy(
    _ source: String, to target: String, isAllocated: Bool, onProgress: (Int) -> Void
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
      let start = done
      let count = try check("pread", source) {
        unsafe bytes.withUnsafeMutableBytes { unsafe pread(input, $0.baseAddress, $0.count, start) }
      }
      // It became shorter meanwhile: whoever opens the copy is told.
      guard count > 0 else { break }
      try write(bytes.span.extracting(0..<count), to: output, at: done, called: target)
      done += count
      onProgress(count)
    }
    _ = try check("fsync", target) { fsync(output) }
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
