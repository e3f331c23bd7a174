import Foundation
import TestSupport

/// Where trials that are not about the disk itself keep their stores: in memory where this process
/// may mount that, so that hundreds of runs do not wait for a disk whose syncs they do not need.
struct Scratch: Sendable {
  private let home: TemporaryDirectory
  private let name: String

  /// Runs `body` with an empty scratch.
  static func with<Result>(_ body: (Scratch) async throws -> Result) async throws -> Result {
    let home = try TemporaryDirectory()
    let scratch = Scratch(home: home, name: "scratch")
    guard Privileges.isInOwnNamespace else {
      try FileManager.default.createDirectory(
        atPath: home.path(scratch.name), withIntermediateDirectories: false)
      return try await body(scratch)
    }
    return try await Mounts.shared.with(.memory(byteCount: 256 << 20), at: home.path(scratch.name))
    {
      try await body(scratch)
    }
  }

  /// Runs `body` with a worker in a new directory, which is removed afterwards.
  func worker<Result>(
    seed: UInt64, _ body: (StoreWorker) async throws -> Result
  ) async throws -> Result {
    let worker = StoreWorker(in: home, "\(name)/\(UUID().uuidString)", seed: seed)
    try FileManager.default.createDirectory(
      atPath: worker.directory, withIntermediateDirectories: false)
    // What stays goes with the scratch.
    defer { try? FileManager.default.removeItem(atPath: worker.directory) }
    return try await body(worker)
  }
}
