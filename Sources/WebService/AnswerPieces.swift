import Hummingbird
import Querying

/// The rows of an answer of any length, some at a time.
protocol RowSource: Sendable {
  associatedtype Row: AnswerRow

  /// The next rows, possibly none; nil after the last.
  ///
  /// Keeps the store's thread no longer than about a page takes.
  mutating func nextRows() async throws -> [Row]?
}

/// An answer as pieces of JSON, each made when the client has taken the one before.
///
/// Between two pieces intake goes on, so a long answer delays no reading by more than one piece.
struct AnswerPieces<Source: RowSource>: AsyncSequence, Sendable {
  let source: Source

  func makeAsyncIterator() -> Iterator {
    Iterator(source: source)
  }

  struct Iterator: AsyncIteratorProtocol {
    private var source: Source
    private var stream = AnswerJSON.Stream()
    private var isFinished = false

    init(source: Source) {
      self.source = source
    }

    /// The next piece; nil after the last.
    mutating func next() async throws -> ByteBuffer? {
      var text = ""
      while text.isEmpty, !isFinished {
        if let rows = try await source.nextRows() {
          for row in rows { stream.append(row, to: &text) }
        } else {
          isFinished = true
          text = stream.end()
        }
      }
      return text.isEmpty ? nil : ByteBuffer(string: text)
    }
  }
}
