/// Whether the disk has room for all that may still come.
enum DiskCheck: DoctorCheck {
  /// Beside the store and Records: SQLite's journal, and what else lies on the disk.
  private static let reserveByteCount = 256 << 20

  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    let disk = facts.disk
    guard let free = disk.freeByteCount, let store = disk.storeByteCount else {
      return .unknown("disk", "the disk with \(disk.directory) does not say what is free")
    }
    let parts =
      "the store \(DoctorWording.bytes(store)), Records "
      + DoctorWording.bytes(disk.recordsByteCount)
    let words = "\(DoctorWording.bytes(free)) free; may still be taken: \(parts)"
    if free < store {
      return .fail(
        "disk", words, "the daemon will not start: free room, or shorten store.retention_days")
    }
    if free < store + disk.recordsByteCount + reserveByteCount {
      return .warn(
        "disk", words,
        "free some: when the disk is full alarms and refused messages are not recorded")
    }
    return .ok("disk", words)
  }
}
