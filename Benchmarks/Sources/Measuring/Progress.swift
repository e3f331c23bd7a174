import Foundation

/// What the program says while it runs.
package enum Progress {
  /// One line on standard error.
  package static func say(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// One line on standard output, not held back in a buffer: another process waits for it.
  package static func tell(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}
