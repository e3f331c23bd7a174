/// Why a test cannot go on: a deadline that passed, a program that is missing.
public struct TestFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was expected, what happened, and what to do.
  public let description: String

  /// A failure that `description` explains.
  public init(_ description: String) {
    self.description = description
  }
}
