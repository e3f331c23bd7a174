import Foundation

/// How much room the disk has, asked when SQLite could not write.
///
/// SQLite says "full" of the disk and of its own page limit alike, and "I/O error" of a disk that
/// turns out to be full only at `fsync` or when the WAL's index grows; the errno behind it is not
/// told.
struct DiskRoom: Sendable {
  /// Below so much the disk counts as full.
  ///
  /// A write that failed for want of room leaves less than a block, or less than the 32 KiB that the
  /// WAL's index grows by; the rest is for what other programs give back meanwhile.
  static let fullBelowByteCount = 1 << 20

  /// What a process without privileges can still write; nil when that cannot be told.
  let freeByteCount: @Sendable () -> Int?

  /// Whether the disk is full; nil when that cannot be told.
  var isFull: Bool? { freeByteCount().map { $0 < Self.fullBelowByteCount } }
}

extension DiskRoom {
  /// The room on the disk that holds `directory`.
  init(directory: String) {
    self.init {
      // A disk that tells nothing is one of which nothing is known: SQLite's word stands then.
      let attributes = try? FileManager.default.attributesOfFileSystem(forPath: directory)
      return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    }
  }
}
