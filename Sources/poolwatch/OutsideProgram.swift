import ArgumentParser
import Foundation

/// A program of the system that does a part of the work.
struct OutsideProgram {
  /// Its path.
  let path: String
  /// The Debian package it comes from, named when it is missing.
  let package: String

  static let openssl = OutsideProgram(path: "/usr/bin/openssl", package: "openssl")
  static let mosquittoPasswd = OutsideProgram(
    path: "/usr/bin/mosquitto_passwd", package: "mosquitto")

  /// Runs it to its end, with `directory` as its working directory.
  ///
  /// - Throws: `CommandFailure` with what it said when it is missing or fails.
  func run(_ arguments: [String], in directory: String) throws {
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw CommandFailure(
        "\(path) is missing: install it with 'apt-get install \(package)'", exitCode: .unavailable)
    }
    let process = Process()
    let words = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = words
    try process.run()
    let said = words.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let lines = String(decoding: said, as: UTF8.self).split(separator: "\n").suffix(3)
      throw CommandFailure(
        "\(path) \(arguments.first ?? "") failed: \(lines.joined(separator: "; "))",
        exitCode: .failure)
    }
  }
}
