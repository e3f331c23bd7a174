import ArgumentParser
import Foundation
import LinuxSystem
import Querying

/// Where the command line prints what it was asked for.
enum StandardOutput {
  /// What it is: a terminal of some width, or a pipe or file.
  static var surface: TextSurface {
    let environment = ProcessInfo.processInfo.environment
    let isColourWanted =
      environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    return TextSurface(
      lineWidth: Terminal.isOutput ? Terminal.columnCount ?? 80 : nil,
      isColoured: Terminal.isOutput && isColourWanted,
      scalarWidth: { Terminal.columnCount(of: $0) })
  }

  static func write(_ text: String) throws {
    try write(Array(text.utf8))
  }

  static func write(_ bytes: [UInt8]) throws {
    do {
      try Terminal.write(bytes)
    } catch {
      throw CommandFailure("\(error)", exitCode: .failure)
    }
  }
}

/// Says `line` on standard error, after the program's name.
func warn(_ line: String) {
  // Where standard error cannot be written to, nobody can be told.
  try? Terminal.writeError(Array("poolwatch: \(line)\n".utf8))
}
