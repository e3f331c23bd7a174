import ArgumentParser
import Foundation
import LinuxSystem

/// Where an export goes: standard output, a file that has its name when it is whole, or straight to
/// what is no file, such as a pipe.
final class TransferOutput {
  private let path: String?
  private let handle: FileHandle?
  private let isDirect: Bool
  private var isFinished = false
  /// Where bytes are written.
  private var target: String { isDirect ? path ?? "" : "\(path ?? "").partial" }

  /// The file at `path`; nil or `-` for standard output.
  init(path: String?) throws {
    self.path = path == "-" ? nil : path
    guard let path = self.path else {
      handle = nil
      isDirect = true
      return
    }
    let directory = Files.parent(of: path)
    guard try Files.kind(ofPath: directory) == .directory else {
      throw CommandFailure(
        "\(path) cannot be written: there is no directory \(directory)", exitCode: .failure)
    }
    switch try Files.kind(ofPath: path) {
    case .directory:
      throw CommandFailure(
        "\(path) is a directory, expected a file's name", exitCode: .validationFailure)
    case .other: isDirect = true
    default: isDirect = false
    }
    let target = isDirect ? path : "\(path).partial"
    do {
      if !isDirect { try Data().write(to: URL(filePath: target)) }
      handle = try FileHandle(forWritingTo: URL(filePath: target))
    } catch {
      throw CommandFailure(
        "\(path) cannot be written: \(error.localizedDescription)", exitCode: .failure)
    }
  }

  deinit {
    if handle != nil, !isDirect, !isFinished {
      // Nobody can use half an export; a file that stays does no harm.
      try? FileManager.default.removeItem(atPath: target)
    }
  }

  func write(_ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return }
    guard let handle else { return try StandardOutput.write(bytes) }
    do {
      try handle.write(contentsOf: Data(bytes))
    } catch {
      throw CommandFailure(
        "\(target) cannot be written: \(error.localizedDescription)", exitCode: .failure)
    }
  }

  /// Makes the file durable and gives it its name.
  func finish() throws {
    guard let handle, let path else { return }
    try handle.close()
    guard !isDirect else { return }
    try Files.synchronize(path: target)
    try Files.move(target, to: path)
    isFinished = true
  }
}
