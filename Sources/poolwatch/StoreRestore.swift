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
      or not there yet. The snapshot is checked before anything is written: the
      size and the checksum of every file, and everything that 'store verify'
      looks at. A restore that was interrupted is begun anew by the next one.

      A snapshot of a store that was damaged when it was made, or whose store was
      damaged since, is brought back with --damaged as long as the store can be
      opened; 'store repair' keeps what can be read of it. Files that are cut, and
      a records.sqlite with other bytes than it had, are refused all the same.

      EXAMPLES
        poolwatch store restore /var/backups/poolwatch/2026-01-21
      """)

  @Argument(help: ArgumentHelp("The snapshot.", valueName: "directory"))
  var directory: String

  @Flag(help: "Restores a snapshot whose store is damaged, too.")
  var damaged = false

  @OptionGroup var options: StoreOptions

  func run() throws {
    let settings = try options.load()
    var snapshot = try SnapshotFiles(directory: directory)
    try snapshot.requireChecksums(takesDamaged: damaged)
    try requireOrder(of: snapshot, settings)
    try Files.makeDirectories(path: settings.store.directory)
    try OfflineStore.use(settings) { offline in
      try restore(snapshot, to: offline)
    }
  }

  /// Refuses a snapshot whose store is not in order, and names what is wrong with it.
  private func requireOrder(of snapshot: SnapshotFiles, _ settings: Configuration) throws {
    let findings: [StoreFinding]
    do {
      findings = try OfflineStore.openForReading("\(directory)/store", settings: settings)
        .findings()
    } catch let error as StoreOpeningError {
      throw CommandFailure(
        "the store in \(directory) cannot be opened, nothing is restored: \(error.cause)",
        exitCode: .data)
    }
    for finding in findings { try StandardOutput.write(finding.line) }
    let count = findings.count == 1 ? "1 place" : "\(findings.count) places"
    guard findings.isEmpty || damaged else {
      let since = snapshot.damagedCount > 0 ? ", as it was when the snapshot was made" : ""
      throw CommandFailure(
        "the store in \(directory) is damaged in \(count)\(since), nothing is restored: choose another "
          + "snapshot, or bring it back with --damaged and run 'poolwatch store repair'",
        exitCode: .data)
    }
    if !findings.isEmpty {
      warn(
        "what is restored is damaged in \(count): run 'poolwatch store repair' before the daemon")
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
    for (name, byteCount, checksum) in snapshot.files {
      let path =
        name.hasPrefix("store/")
        ? "\(target)/store.partial/\(name.dropFirst(6))" : "\(records).partial"
      var sum = FileChecksum()
      try FileCopy.copy("\(directory)/\(name)", to: path, isAllocated: name.hasPrefix("store/")) {
        sum.add($0)
        done += $0.count
        bar.show(Double(done) / Double(max(1, snapshot.byteCount)))
      }
      guard try Files.kind(ofPath: path) == .file(byteCount: byteCount),
        sum.value == checksum ?? sum.value
      else {
        throw CommandFailure(
          "\(directory)/\(name) changed while it was copied: run it again", exitCode: .failure)
      }
    }
    try Files.synchronize(path: "\(store).partial")
    let opened = try OfflineStore.openForReading("\(store).partial", settings: offline.settings)
    let holdings = Holdings(opened)
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
