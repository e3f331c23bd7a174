import ArgumentParser
import Foundation
import LinuxSystem

/// The lines of a file, one after the other.
final class FileLines {
  private let path: String
  private let handle: FileHandle
  private let byteCount: Int?
  private var readCount = 0
  private var waiting: [UInt8] = []
  private var at = 0
  private var isAtEnd = false
  /// How many lines were handed out.
  private(set) var count = 0

  /// A longer line is none: a row of 64 parameters has some thousand bytes.
  private static let lineByteLimit = 1 << 20

  /// The lines of the file at `path`; `-` for standard input.
  init(path: String) throws {
    self.path = path
    if path == "-" {
      handle = .standardInput
      byteCount = nil
      return
    }
    guard case .file(let count) = try Files.kind(ofPath: path) else {
      throw CommandFailure("\(path) is no file", exitCode: .data)
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw CommandFailure("\(path) cannot be read", exitCode: .failure)
    }
    self.handle = handle
    byteCount = count
  }

  /// How much was read, 0…1; 0 when nobody knows.
  var fraction: Double {
    guard let byteCount, byteCount > 0 else { return 0 }
    return Double(readCount) / Double(byteCount)
  }

  /// The next line without its line feed; nil after the last.
  ///
  /// - Throws: `CommandFailure` with the line where it is too long, or the file cannot be read.
  func next() throws -> [UInt8]? {
    let line = try read()
    if line != nil { count += 1 }
    return line
  }

  private func read() throws -> [UInt8]? {
    var searched = at
    while true {
      if let end = waiting[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { at = end + 1 }
        return Array(waiting[at..<end])
      }
      searched = waiting.count
      if isAtEnd {
        guard at < waiting.count else { return nil }
        defer { at = waiting.count }
        return Array(waiting[at...])
      }
      guard waiting.count - at <= Self.lineByteLimit else {
        throw CommandFailure(
          "\(path):\(count + 1): it has more than \(Self.lineByteLimit) bytes: this is no such file",
          exitCode: .data)
      }
      searched -= at
      waiting.removeFirst(at)
      at = 0
      try readMore()
    }
  }

  private func readMore() throws {
    let data: Data?
    do {
      data = try handle.read(upToCount: 1 << 16)
    } catch {
      throw CommandFailure("\(path) cannot be read: \(error)", exitCode: .failure)
    }
    guard let data, !data.isEmpty else {
      isAtEnd = true
      return
    }
    readCount += data.count
    waiting += data
  }
}
