/// Answers as JSON text, one object per line.
///
/// The text depends on the rows alone: keys come in the order of the contract, numbers in the
/// shortest form that reads back as the same double.
public enum AnswerJSON {
  /// An array written row by row, so that an answer of any length needs little memory.
  ///
  /// Call `append` for each row, then `end`; the text goes to the end of a string that
  /// the caller empties whenever it likes.
  public struct Stream: Sendable {
    private var rowCount = 0

    /// An array of which nothing is written yet.
    public init() {}

    /// Adds one object on a line of its own to `text`, and opens the array before the first.
    public mutating func append(_ row: some AnswerRow, to text: inout String) {
      var json = JSONText(text: rowCount == 0 ? "[\n" : ",\n")
      json.object(row)
      text += json.text
      rowCount += 1
    }

    /// What closes the array, and opens it when it has no rows.
    ///
    /// Nothing may be added after.
    public func end() -> String {
      rowCount == 0 ? "[\n]\n" : "\n]\n"
    }
  }

  /// The whole answer of `rows` as an array.
  public static func array<Row: AnswerRow>(_ rows: some Sequence<Row>) -> String {
    var stream = Stream()
    var text = ""
    for row in rows { stream.append(row, to: &text) }
    return text + stream.end()
  }

  /// The answer that is one object, on one line.
  public static func object(_ row: some AnswerRow) -> String {
    var json = JSONText()
    json.object(row)
    return json.text + "\n"
  }

  /// The answer to a request that failed: `{"error": …}` with `message`.
  public static func error(_ message: String) -> String {
    object(ErrorAnswer(error: message))
  }
}
