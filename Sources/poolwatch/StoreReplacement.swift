import ArgumentParser
import LinuxSystem
import PoolModel

/// Puts a new store in the place of one, so that a crash at any moment leaves one or the other.
///
/// The new one is made in `store.new` beside `store`, with the file `replaces` in it that names what
/// the old one is to be called. When it is whole, the two exchange their names in one step; then the
/// old one gets its name and the file goes. So after a crash, where the file lies says which of the
/// two is the new one.
struct StoreReplacement {
  private let current: String
  private let new: String
  private static let markName = "replaces"

  /// A replacement of the store in `directory`, all data of the daemon.
  init(directory: String) {
    current = "\(directory)/store"
    new = "\(directory)/store.new"
  }

  /// Brings to its end, or takes back, what a crash interrupted.
  ///
  /// - Returns: what was done, in words; nil when there was nothing to do.
  func finishInterrupted() throws -> String? {
    if let name = try mark(in: current) {
      let hasOld = try Files.kind(ofPath: new) == .directory
      if hasOld { try Files.move(new, to: name) }
      try removeMark()
      return hasOld ? "an earlier run is finished: the old store is kept in \(name)" : nil
    }
    guard try Files.kind(ofPath: new) == .directory else { return nil }
    guard try mark(in: new) != nil || Files.names(inDirectory: new).isEmpty else {
      throw CommandFailure(
        "\(new) is there and was not made by poolwatch: move it away", exitCode: .failure)
    }
    try Files.removeDirectory(path: new)
    return "an earlier run did not come to its end: its new store is removed"
  }

  /// An empty place for the new store; the old one will be called `oldPath`.
  func begin(keepingOldAs oldPath: String) throws -> DiskStorage {
    let storage = try DiskStorage(path: new)
    let path = "\(new)/\(Self.markName)"
    try FileCopy.write("\(oldPath)\n", to: path)
    try Files.synchronizeDirectory(containing: path)
    return storage
  }

  /// The path of the new store while it is being made.
  var newPath: String { new }

  /// Gives the new store the place of the old one, which is called `oldPath` from then on.
  func finish(keepingOldAs oldPath: String) throws {
    try Files.exchange(new, current)
    try Files.move(new, to: oldPath)
    try removeMark()
  }

  /// Takes back what `begin` made; for after a failure.
  func cancel() {
    // What stays is removed by the next run, and the failure itself is the one to report.
    try? Files.removeDirectory(path: new)
  }

  private func mark(in directory: String) throws -> String? {
    let path = "\(directory)/\(Self.markName)"
    guard case .file = try Files.kind(ofPath: path) else { return nil }
    let text = String(decoding: try Files.bytes(atPath: path), as: UTF8.self)
    guard let name = text.split(separator: "\n").first else {
      // Begun and not written: nothing else was made yet.
      return ""
    }
    return String(name)
  }

  private func removeMark() throws {
    try DiskStorage(path: current).remove(Self.markName)
  }
}
