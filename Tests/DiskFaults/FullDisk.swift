import Foundation
import TestSupport

/// A disk that is full when the store is created, and one that fills up later.
struct FullDisk: Trial {
  /// What kind of disk it is.
  enum Kind: String {
    case tmpfs
    case ext4
  }
  let kind: Kind
  let seed: UInt64

  /// Tries on a small file system of `kind`.
  init(_ kind: Kind, seed: UInt64) {
    self.kind = kind
    self.seed = seed
  }

  var description: String { "full disk, \(kind.rawValue)" }

  private static let byteCount = 4 << 20

  func run() async throws -> String {
    let directory = try TemporaryDirectory()
    let disk = directory.path("disk")
    let source: Mounts.Source
    switch kind {
    case .tmpfs: source = .memory(byteCount: Self.byteCount)
    case .ext4:
      try await Mounts.makeImage(directory.path("image"), byteCount: Self.byteCount)
      source = .image(directory.path("image"))
    }
    return try await Mounts.shared.with(source, at: disk) {
      // One after the other on the same disk; what one leaves behind stays there for the next.
      var refusals = 0
      var roomKiB = 0
      let step = 12
      while try await isRefused(withRoom: roomKiB << 10, in: directory) {
        refusals += 1
        roomKiB += step
        guard roomKiB < Self.byteCount >> 10 else { throw TestFailure("it never fits") }
      }
      guard refusals > 3 else { throw TestFailure("only \(refusals) refusals") }
      let count = try await fillLater(in: directory)
      return "refused with \(refusals) amounts of room, created with \(roomKiB) KiB; "
        + "\(count) batches on a full disk"
    }
  }

  /// Whether a store cannot be created with `room` bytes free; then checks that it can with more.
  private func isRefused(withRoom room: Int, in directory: TemporaryDirectory) async throws -> Bool
  {
    let name = "disk/home-\(room)"
    let home = directory.path(name)
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
    // The lock file is there, as in any directory that a daemon has looked at.
    try Data().write(to: URL(fileURLWithPath: home + "/lock"))
    let filler = directory.path("disk/filler")
    try Self.fill(filler, leaving: room)
    let worker = StoreWorker(in: directory, name, seed: seed)
    let first = try await worker.run("run", ["batches": 3])
    try FileManager.default.removeItem(atPath: filler)
    if first.ending == .code(0) {
      try await worker.check(3, after: "created with \(room) bytes of room")
      return false
    }
    let store = home + "/store"
    let left = (try? FileManager.default.contentsOfDirectory(atPath: store)) ?? []
    guard first.ending == .code(2), first.errors.last?.contains("No space left") == true,
      left.isEmpty
    else { throw TestFailure("\(room) bytes of room: \(first.words), leaves \(left)") }
    let second = try await worker.run("run", ["batches": 3])
    guard second.ending == .code(0) else {
      throw TestFailure("with room again after \(room) bytes: \(second.words)")
    }
    try await worker.check(3, after: "with room again")
    try FileManager.default.removeItem(atPath: home)
    return true
  }

  /// Fills the disk beside a store to its last byte and goes on; gives back the batches committed.
  private func fillLater(in directory: TemporaryDirectory) async throws -> Int {
    let worker = StoreWorker(in: directory, "disk/home", seed: seed)
    try FileManager.default.createDirectory(
      atPath: worker.directory, withIntermediateDirectories: false)
    let first = try await worker.run("run", ["batches": 5])
    guard first.ending == .code(0) else { throw TestFailure(first.words) }
    try Self.fill(directory.path("disk/filler"), leaving: 0)
    let full = try await worker.run("run", ["acknowledged": 5, "batches": 100])
    guard full.ending == .code(0), full.errors.isEmpty, full.acknowledged == 100 else {
      throw TestFailure("on a full disk: \(full.words)")
    }
    try KilledCalls.requireTurns(full)
    try await worker.check(100, after: "on a full disk")
    return 95
  }

  /// Writes a file at `path` until the disk is full, then gives `room` bytes back.
  private static func fill(_ path: String, leaving room: Int) throws {
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    var byteCount: UInt64 = 0
    for size in [65_536, 4096, 512] {
      let piece = Data(repeating: 0x55, count: size)
      while (try? file.write(contentsOf: piece)) != nil {
        byteCount += UInt64(size)
        guard byteCount < 64 << 20 else { throw TestFailure("the disk never fills") }
      }
      // A write that came halfway.
      byteCount = try file.offset()
    }
    if room > 0 { try file.truncate(atOffset: byteCount - min(byteCount, UInt64(room))) }
    try file.synchronize()
    try file.close()
  }
}
