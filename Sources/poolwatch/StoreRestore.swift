import ArgumentParser
import Foundation
import LinuxSystem
import PoolModel
import Querying
import Registry
import RingStore

/// `poolwatch store restore`.
struct StoreRestore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Bring a snapshot back into an empty data directory.",
    discussion: """
      Where it goes is the configuration's store.directory, which has to be empty
      or not there yet. What is copied is checked before it is in force: every
      size, and that the store opens. A restore that was interrupted is begun
      anew by the next one.

      EXAMPLES
        poolwatch store restore /var/backups/poolwatch/2026-01-21
      """)

  @Argument(help: ArgumentHelp("The snapshot.", valueName: "directory"))
  var directory: String

  @OptionGroup var options: StoreOptions

  func run() throws {
    let settings = try options.load()
    let snapshot = try SnapshotFiles(directory: directory)
    try Files.makeDirectories(path: settings.store.directory)
    try OfflineStore.use(settings) { offline in
      try restore(snapshot, to: offline)
    }
  }

  private func restore(_ snapshot: SnapshotFiles, to offline: OfflineStore) throws {
    let target = offline.directory
    let (store, records) = ("\(target)/store", "\(target)/records.sqlite")
    try clear(target)
    let free = try Files.freeByteCount(ofDiskWith: target)
    guard free >= snapshot.byteCount else {
      throw CommandFailure(
        "the snapshot takes \(snapshot.byteCount) bytes and the disk of \(target) has \(free)",
        exitCode: .failure)
    }
    try Files.makeDirectories(path: "\(store).partial")
    let bar = ProgressBar("restoring")
    var done = 0
    for (name, byteCount) in snapshot.files {
      let path =
        name.hasPrefix("store/")
        ? "\(target)/store.partial/\(name.dropFirst(6))" : "\(records).partial"
      try FileCopy.copy("\(directory)/\(name)", to: path, isAllocated: name.hasPrefix("store/")) {
        done += $0
        bar.show(Double(done) / Double(max(1, snapshot.byteCount)))
      }
      guard try Files.kind(ofPath: path) == .file(byteCount: byteCount) else {
        throw CommandFailure(
          "\(path) has not the \(byteCount) bytes that it should have", exitCode: .failure)
      }
    }
    try Files.synchronize(path: "\(store).partial")
    let opened = try OfflineStore.openForReading("\(store).partial", settings: offline.settings)
    let holdings = Holdings(opened, plan: offline.settings.plan)
    bar.end()
    // The store last: with it the data is whole.
    if snapshot.hasRecords { try Files.move("\(records).partial", to: records) }
    try Files.move("\(store).partial", to: store)
    try StandardOutput.write("✓ restored the snapshot of \(snapshot.time): \(holdings)\n")
  }

  /// Refuses a directory with data in it; removes what an interrupted restore left.
  private func clear(_ target: String) throws {
    var names = Set(try Files.names(inDirectory: target)).subtracting(["lock", "lost+found"])
    if names.contains("store.partial") {
      names.subtract(["store.partial", "records.sqlite.partial"])
      // Moved last before the store is.
      names.remove("records.sqlite")
    }
    guard names.isEmpty else {
      throw CommandFailure(
        "\(target) is not empty: it has \(names.sorted().joined(separator: ", ")); "
          + "move that away first", exitCode: .failure)
    }
    guard try Files.kind(ofPath: "\(target)/store.partial") == .directory else { return }
    for name in ["records.sqlite.partial", "records.sqlite"] {
      try DiskStorage(path: target).remove(name)
    }
    try Files.removeDirectory(path: "\(target)/store.partial")
  }
}

/// What a snapshot consists of.
struct SnapshotFiles {
  /// Paths in the snapshot with their sizes, sorted.
  let files: [(name: String, byteCount: Int)]
  /// When it was made.
  let time: String

  var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }
  var hasRecords: Bool { files.contains { $0.name == Self.recordsName } }

  private static let recordsName = "records.sqlite"

  /// Reads what the snapshot in `directory` says of itself, and compares it with the files.
  init(directory: String) throws {
    let path = "\(directory)/\(SnapshotAnswer.fileName)"
    guard case .file = try Files.kind(ofPath: path) else {
      throw CommandFailure(
        "\(directory) is no snapshot: it has no \(SnapshotAnswer.fileName)", exitCode: .data)
    }
    let answer: SnapshotAnswer
    do {
      answer = try JSONDecoder().decode(
        SnapshotAnswer.self, from: Data(try Files.bytes(atPath: path)))
    } catch {
      throw CommandFailure("\(path) is damaged: \(error)", exitCode: .data)
    }
    time = answer.time
    files = answer.files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    for (name, byteCount) in files {
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      let isStore = parts.count == 2 && parts[0] == "store" && parts[1] != ".."
      guard isStore || name == Self.recordsName else {
        throw CommandFailure("\(path) names '\(name)', which is no part of it", exitCode: .data)
      }
      guard try Files.kind(ofPath: "\(directory)/\(name)") == .file(byteCount: byteCount) else {
        throw CommandFailure(
          "\(directory)/\(name) has not the \(byteCount) bytes that it had: the snapshot is damaged",
          exitCode: .data)
      }
    }
  }
}
