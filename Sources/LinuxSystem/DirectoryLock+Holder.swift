import Glibc

extension DirectoryLock {
  /// The process that has the lock of the directory `path`, as far as its lock file says; nil when
  /// it does not.
  ///
  /// The file keeps the number of the last holder: ask only when the lock was found held.
  public static func holder(path: String) -> Int? {
    // A file that cannot be read names nobody, and whoever asks does without.
    guard let bytes = try? Files.bytes(atPath: path + "/lock") else { return nil }
    return Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  /// Writes our process number into the lock file, for `holder`.
  func noteHolder() {
    let text = Array("\(getpid())\n".utf8)
    // Only a help for people: on a full disk the lock holds without it. The descriptor is new, it
    // stands at the file's begin.
    _ = ftruncate(descriptor, 0)
    _ = unsafe text.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
  }
}
