import Foundation

/// A file of zeros that stands for room on the disk: removed when there is no other.
struct ReserveFile: Sendable {
  let path: String
  let byteCount: Int

  /// Whether the whole file is there, or could be made.
  ///
  /// A part of one is not left behind.
  func create() -> Bool {
    guard byteCount > 0 else { return false }
    do {
      let found = try size()
      if found == byteCount { return true }
      try fill()
      return true
    } catch {
      // Without a reserve Records works as well, until the disk is full: the caller says so. What
      // was written in vain takes room, and that it cannot be removed changes nothing.
      try? FileManager.default.removeItem(atPath: path)
      return false
    }
  }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  func remove() throws {
    guard exists else { return }
    try FileManager.default.removeItem(atPath: path)
  }

  /// nil when there is no such file.
  private func size() throws -> Int? {
    guard exists else { return nil }
    return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
  }

  /// Writes real zeros: a hole in the file would hold no room.
  private func fill() throws {
    guard FileManager.default.createFile(atPath: path, contents: nil) else {
      throw CocoaError(.fileWriteUnknown)
    }
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    defer {
      // What counts was synchronized or has failed already.
      try? file.close()
    }
    let block = Data(count: min(byteCount, 1 << 20))
    var rest = byteCount
    while rest > 0 {
      try file.write(contentsOf: block.prefix(rest))
      rest -= min(rest, block.count)
    }
    try file.synchronize()
  }
}
