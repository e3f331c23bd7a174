import ArgumentParser
import Foundation
import LinuxSystem
import PoolModel
import Records
import Registry
import RingStore

/// Makes a store anew from what can be read of it.
struct StoreRebuild {
  let offline: OfflineStore

  /// What came of it.
  struct Outcome {
    let before: Holdings
    let after: Holdings
    /// Values for which the new store's rings are too small.
    let droppedCount: Int
    /// What the new store notes to be lost, a line for each stretch of time.
    let lossLines: [String]
    /// Where the old store lies.
    let oldPath: String
  }

  /// Refuses when the disk has no room for a second store.
  func requireRoom(for old: RingStore) throws {
    let needed = try old.sizesAnew(offline.settings.store.ringConfiguration).byteCount
    let free = try Files.freeByteCount(ofDiskWith: offline.directory)
    guard free >= needed else {
      throw CommandFailure(
        "the new store takes \(needed) bytes beside the old one and the disk of "
          + "\(offline.directory) has \(free): make room first", exitCode: .failure)
    }
  }

  /// Writes a new store from `old` and puts it in its place; the old one is called `store.KIND-TIME`,
  /// with a number after it where that is taken.
  func run(_ old: RingStore, kind: String) throws -> Outcome {
    let settings = offline.settings
    let oldPath = try freePath(kind)
    let replacement = StoreReplacement(directory: offline.directory)
    let storage = try replacement.begin(keepingOldAs: oldPath)
    let before = Holdings(old)
    let bar = ProgressBar("writing")
    let new: RingStore
    let droppedCount: Int
    do {
      droppedCount = try old.rebuild(
        into: storage, configuration: settings.store.ringConfiguration, progress: bar.show
      ).dropped
      new = try OfflineStore.openForReading(replacement.newPath, settings: settings)
    } catch {
      bar.end()
      replacement.cancel()
      throw error
    }
    bar.end()
    let outcome = Outcome(
      before: before, after: Holdings(new),
      droppedCount: droppedCount, lossLines: new.lossLines(in: settings.plan.district.zone),
      oldPath: oldPath)
    let cursor = try judgedAll(old) ? new.committed : nil
    try replacement.finish(keepingOldAs: oldPath)
    if let cursor { try records()?.resetCursor(to: cursor) }
    return outcome
  }

  /// Whether everything in the store was judged: what is new for judgement then is what comes after.
  ///
  /// When it was not, the daemon finds that Records know another journal, and judges what it holds
  /// again, which repeats no alarm.
  private func judgedAll(_ old: RingStore) throws -> Bool {
    try records()?.load().cursor == old.committed
  }

  private func records() throws -> Records? {
    guard try Files.kind(ofPath: "\(offline.directory)/records.sqlite") != .absent else {
      return nil
    }
    return try Records(
      directory: offline.directory,
      limits: .init(quarantineEntries: offline.settings.quarantineEntries))
  }

  /// What the old store is called: the time to the second, and a number where that is taken.
  private func freePath(_ kind: String) throws -> String {
    let path = "\(offline.directory)/store.\(kind)-\(stamp())"
    var free = path
    var number = 2
    while try Files.kind(ofPath: free) != .absent {
      free = "\(path)-\(number)"
      number += 1
    }
    return free
  }

  /// The local time as YYYYMMDD-HHMMSS.
  private func stamp() -> String {
    let text = offline.settings.plan.district.zone.rfc3339(SystemClock().now().wall)
    let digits = text.filter(\.isNumber)
    return "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(6))"
  }
}
