/// One trial, with real parts of its own.
protocol Trial: Sendable, CustomStringConvertible {
  /// What it is called on the command line.
  static var name: String { get }

  /// Runs it to its end.
  ///
  /// - Returns: What was found, in words.
  /// - Throws: `TestFailure` with what does not hold.
  func run() async throws -> String
}
