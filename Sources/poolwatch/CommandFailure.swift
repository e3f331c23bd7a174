import ArgumentParser

/// Why a command could not do what it was asked.
struct CommandFailure: Error {
  /// What is said on standard error, each line after the program's name.
  let lines: [String]
  /// What the process ends with.
  let exitCode: ExitCode

  init(_ lines: String..., exitCode: ExitCode) {
    self.init(lines: lines, exitCode: exitCode)
  }

  init(lines: [String], exitCode: ExitCode) {
    self.lines = lines
    self.exitCode = exitCode
  }
}

extension ExitCode {
  /// The question names something there is not (EX_DATAERR).
  static let data = ExitCode(65)
  /// Nobody answers (EX_UNAVAILABLE).
  static let unavailable = ExitCode(69)
  /// A configuration file has mistakes (EX_CONFIG).
  static let configuration = ExitCode(78)
}
