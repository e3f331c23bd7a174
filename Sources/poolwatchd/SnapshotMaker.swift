import Foundation
import LinuxSystem
import Logging
import Pipeline
import PoolModel
import Querying
import Records
import RingStore
import Synchronization
import WebService

/// Copies store and Records of the running daemon, so that both are of one cursor.
///
/// While checkpoints are held, pages files and the journal's tail stay as they are. Records are
/// copied after that and before the journal: their cursor is in the copied journal, and so is every
/// row after it, which is judged again after a restore. The journal's last record may be torn; opening
/// cuts it, as after a crash. Copying is a thread of its own: intake only begins and ends the hold.
final class SnapshotMaker: Sendable {
  private let directory: String
  private let jobs: JobQueue
  private let records: Records
  private let clock: SystemClock
  private let logger: Logger
  private let isBusy = Mutex(false)

  /// A maker of copies of the data in `directory`.
  init(
    directory: String, jobs: JobQueue, records: Records, clock: SystemClock, logger: Logger
  ) {
    self.directory = directory
    self.jobs = jobs
    self.records = records
    self.clock = clock
    self.logger = logger
  }

  /// Makes a snapshot in `target`, which appears there when it is whole and durable.
  ///
  /// - Throws: `RequestError`.
  func make(in target: String, zone: Zone) async throws -> SnapshotAnswer {
    guard
      isBusy.withLock({ isBusy in
        defer { isBusy = true }
        return !isBusy
      })
    else { throw RequestError.conflict("another snapshot is being made") }
    defer { isBusy.withLock { $0 = false } }
    do {
      let answer = try await copy(to: target, zone: zone)
      logger.info("snapshot made", metadata: ["snapshot.path": "\(target)"])
      return answer
    } catch {
      logger.warning(
        "snapshot failed", metadata: ["snapshot.path": "\(target)", "error": "\(error)"])
      if error is RequestError { throw error }
      throw RequestError.conflict("the snapshot failed: \(error)")
    }
  }

  private func copy(to target: String, zone: Zone) async throws -> SnapshotAnswer {
    try check(target)
    let begin = clock.now()
    let partial = "\(target).partial"
    for _ in 1...2 {
      let damagedCount = try await jobs.perform { pipeline, _ in
        pipeline.store.holdCheckpoints()
        return pipeline.store.damagedPages.count
      }
      let outcome = await onThread { try self.copyFiles(to: partial) }
      let isOfOneMoment: Bool
      do {
        isOfOneMoment = try await jobs.perform { pipeline, _ in pipeline.store.releaseCheckpoints()
        }
      } catch {
        discard(partial)
        throw error
      }
      guard isOfOneMoment, let copied = try? outcome.get() else {
        discard(partial)
        // What failed in copying is told; a checkpoint that came between is tried once more.
        _ = try outcome.get()
        continue
      }
      let answer = SnapshotAnswer(
        directory: target, time: zone.rfc3339(begin.wall), version: Release.version,
        seconds: Double((clock.now().monotonic - begin.monotonic).wholeMilliseconds) / 1000,
        files: copied.mapValues(\.byteCount), checksums: copied.mapValues(\.checksum),
        damagedCount: damagedCount)
      try await onThread { try self.finish(partial, as: target, answer) }.get()
      return answer
    }
    throw RequestError.unavailable(
      "the journal got full while the store was copied, twice: choose a faster disk, or raise "
        + "store.journal_bytes")
  }

  private func check(_ target: String) throws {
    guard target.hasPrefix("/"), target != "/" else {
      throw RequestError.usage("'\(target)' is no path from the root")
    }
    guard try Files.kind(ofPath: Files.parent(of: target)) == .directory else {
      throw RequestError.usage("\(Files.parent(of: target)) is no directory")
    }
    let place = Self.resolved(Files.parent(of: target))
    let data = Self.resolved(directory)
    guard place != data, !place.hasPrefix("\(data)/") else {
      throw RequestError.usage(
        "\(target) lies in the data directory \(directory): a copy there is lost with what it is a "
          + "copy of, choose another place")
    }
    switch try Files.kind(ofPath: target) {
    case .absent: break
    case .directory:
      guard try Files.names(inDirectory: target).isEmpty else {
        throw RequestError.conflict("\(target) is not empty")
      }
    default: throw RequestError.conflict("\(target) is no directory")
    }
    guard try Files.kind(ofPath: "\(target).partial") == .absent else {
      throw RequestError.conflict(
        "\(target).partial is there, left by a snapshot that was interrupted: remove it")
    }
  }

  /// The path without symbolic links, `.` and `..`.
  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }

  /// What is known of a file that was copied.
  private struct Copied {
    var byteCount = 0
    var checksum = 0
  }

  /// Copies everything into `partial`.
  private func copyFiles(to partial: String) throws -> [String: Copied] {
    let store = "\(directory)/store"
    try Files.makeDirectories(path: "\(partial)/store")
    let records = "\(partial)/records.sqlite"
    do {
      try self.records.copy(to: records)
    } catch {
      throw Self.words(error, of: partial)
    }
    try Files.synchronize(path: records)
    var names = try Files.names(inDirectory: store).filter { $0 != Self.journalName }
    // The journal last: it has what came while the others were copied.
    names.append(Self.journalName)
    var sum = FileChecksum()
    try FileCopy.read(records) { sum.add($0) }
    var copied = [
      "records.sqlite": Copied(byteCount: try Self.byteCount(records), checksum: sum.value)
    ]
    for name in names {
      let copy = "\(partial)/store/\(name)"
      var sum = FileChecksum()
      try FileCopy.copy("\(store)/\(name)", to: copy, isAllocated: false) { sum.add($0) }
      copied["store/\(name)"] = Copied(byteCount: try Self.byteCount(copy), checksum: sum.value)
    }
    try Files.synchronize(path: "\(partial)/store")
    return copied
  }

  /// What became of a copy of Records: where it has no room their own words are about the file in use, and
  /// that one is well.
  private static func words(_ error: RecordsError, of partial: String) -> any Error {
    guard error.kind == .full || error.kind == .pageLimit else { return error }
    return RequestError.conflict(
      "the snapshot failed: the disk of \(Files.parent(of: partial)) is full: make room there, or choose "
        + "another place")
  }

  private func finish(_ partial: String, as target: String, _ answer: SnapshotAnswer) throws {
    let path = "\(partial)/\(SnapshotAnswer.fileName)"
    try FileCopy.write(AnswerJSON.object(answer), to: path)
    try Files.synchronize(path: partial)
    try Files.move(partial, to: target)
  }

  /// Removes what was copied; what cannot be removed is found and told by the next snapshot there.
  private func discard(_ partial: String) {
    try? Files.removeDirectory(path: "\(partial)/store")
    try? Files.removeDirectory(path: partial)
  }

  private static func byteCount(_ path: String) throws -> Int {
    guard case .file(let count) = try Files.kind(ofPath: path) else { return 0 }
    return count
  }

  /// The one file that changes while checkpoints are held.
  private static let journalName = "journal"

  private func onThread<Answer: Sendable>(
    _ body: @escaping @Sendable () throws -> Answer
  ) async -> Result<Answer, any Error> {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: Result { try body() }) }
      thread.name = "snapshot"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }
}
