/// What the daemon answers when it cannot do what it was asked.
public struct ErrorAnswer: AnswerRow {
  /// What is wrong, in one line.
  public let error: String

  enum CodingKeys: String, CodingKey {
    case error
  }

  /// The answer that says `error`.
  public init(error: String) {
    self.error = error
  }

  /// Hands over the one key.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.error, error)
  }
}
