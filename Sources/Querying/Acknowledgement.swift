/// What a person says when taking an alarm on: the body of that request.
public struct Acknowledgement: AnswerRow {
  /// Who.
  public let by: String
  /// What they say.
  public let comment: String

  enum CodingKeys: String, CodingKey {
    case by, comment
  }

  /// `by` saying `comment`.
  public init(by: String, comment: String) {
    self.by = by
    self.comment = comment
  }

  /// Hands over the two keys.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.by, by)
    fields.add(CodingKeys.comment, comment)
  }
}
