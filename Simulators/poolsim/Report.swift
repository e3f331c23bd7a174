import Foundation

/// What poolsim says, at once even when nobody but a file listens.
enum Report {
  /// A line for those who watch.
  static func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
  }

  /// A line about what went wrong.
  static func complain(_ line: String) {
    FileHandle.standardError.write(Data("\(line)\n".utf8))
  }
}
