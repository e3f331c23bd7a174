import ArgumentParser
import Foundation
import LinuxSystem

/// Where an export goes: standard output, or a file that has its name when it is whole.
final class TransferOutput {
  private let path: String?
  private let handle: FileHandle?
  private var partialPath: String { "\(path ?? "").partial" }

  /// The file at `path`; nil or `-` for standard output.
  init(path: String?) throws {
    self.path = path == "-" ? nil : path
    guard let path = self.path else {
      handle = nil
      return
    }
    let partial = "\(path).partial"
    guard FileManager.default.createFile(atPath: partial, contents: nil),
      let handle = FileHandle(forWritingAtPath: partial)
    else { throw CommandFailure("\(partial) cannot be written", exitCode: .failure) }
    self.handle = handle
  }

  func write(_ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return }
    guard let handle else { return try StandardOutput.write(bytes) }
    do {
      try handle.write(contentsOf: Data(bytes))
    } catch {
      throw CommandFailure("\(partialPath) cannot be written: \(error)", exitCode: .failure)
    }
  }

  /// Makes the file durable and gives it its name.
  func finish() throws {
    guard let handle, let path else { return }
    try handle.close()
    try Files.synchronize(path: partialPath)
    try Files.move(partialPath, to: path)
  }
}
