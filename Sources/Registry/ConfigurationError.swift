/// A configuration that cannot be used: every mistake in it.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The mistakes, by file in the order of opening, then line, then column; never empty.
  public let mistakes: [Mistake]

  /// A configuration with these mistakes.
  public init(mistakes: [Mistake]) {
    self.mistakes = mistakes
  }

  /// One mistake per line.
  public var description: String {
    mistakes.map(\.description).joined(separator: "\n")
  }
}
