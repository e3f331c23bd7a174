import Foundation
import TestSupport

/// The file systems that trials have mounted.
actor Mounts {
  static let shared = Mounts()
  private var paths: [String] = []

  /// What a trial can mount.
  enum Source {
    /// A file system in memory of so many bytes.
    case memory(byteCount: Int)
    /// The ext4 in an image file, by a loop device.
    case image(String)

    fileprivate var arguments: [String] {
      switch self {
      case .memory(let byteCount): ["-t", "tmpfs", "-o", "size=\(byteCount)", "tmpfs"]
      case .image(let path): ["-t", "ext4", "-o", "loop", path]
      }
    }
  }

  /// Mounts `source` at `path`, which is made, for as long as `body` runs.
  nonisolated func with<Result>(
    _ source: Source, at path: String, _ body: () async throws -> Result
  ) async throws -> Result {
    try Privileges.requireMounting()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try await mount(source, at: path)
    let result: Result
    do {
      result = try await body()
    } catch {
      // The first failure is the one to report; the sweep says when this one fails.
      try? await unmount(path)
      throw error
    }
    try await unmount(path)
    return result
  }

  private func mount(_ source: Source, at path: String) async throws {
    do {
      try await ManagedProcess.run("/usr/bin/mount", arguments: source.arguments + [path])
    } catch {
      throw TestFailure(
        "\(error)\nmounting images needs loop devices (/dev/loop-control): load the module 'loop',"
          + " start a container with --privileged and -v /dev:/dev")
    }
    paths.append(path)
  }

  private func unmount(_ path: String) async throws {
    try await ManagedProcess.run("/usr/bin/umount", arguments: [path])
    paths.removeAll { $0 == path }
  }

  /// Unmounts what a failed trial has left, and gives back where that was.
  func sweep() async -> [String] {
    let left = paths
    for path in left.reversed() {
      // The namespace ends with this program, and takes the mount with it.
      try? await unmount(path)
    }
    return left
  }

  /// Makes an image file of `byteCount` bytes with an empty ext4 in it, its journal on.
  nonisolated static func makeImage(_ path: String, byteCount: Int) async throws {
    try Privileges.requireMounting()
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: UInt64(byteCount))
    try file.close()
    // Blocks of 4 KiB as on a disk of usual size; nothing left for the kernel to do later.
    try await ManagedProcess.run(
      "/usr/sbin/mkfs.ext4",
      arguments: [
        "-q", "-F", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0", path,
      ])
  }
}
