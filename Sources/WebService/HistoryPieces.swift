import Hummingbird
import PoolModel
import Querying
import RingStore

/// The values of one series as pieces of JSON, each made when the client has taken the one before.
///
/// Between two pieces intake goes on, so a long history delays no reading by more than one piece.
struct HistoryPieces: AsyncSequence, Sendable {
  let plan: Plan
  let gate: any StoreGate
  let series: Series
  let from: Timestamp
  let to: Timestamp

  func makeAsyncIterator() -> Iterator {
    Iterator(pieces: self, next: from)
  }

  struct Iterator: AsyncIteratorProtocol {
    let pieces: HistoryPieces
    /// Where the next piece begins; nil when only the end is missing.
    private var start: Timestamp?
    private var stream = AnswerJSON.Stream()
    private var isFinished = false

    init(pieces: HistoryPieces, next: Timestamp) {
      self.pieces = pieces
      start = next
    }

    /// The next piece; nil after the last.
    mutating func next() async throws -> ByteBuffer? {
      var text = ""
      while text.isEmpty, let from = start {
        try await appendPage(from: from, to: &text)
      }
      if start == nil, !isFinished {
        isFinished = true
        text += stream.end()
      }
      return text.isEmpty ? nil : ByteBuffer(string: text)
    }

    private mutating func appendPage(from: Timestamp, to text: inout String) async throws {
      let (series, through, limit) = (pieces.series, pieces.to, pieces.gate.pageRowCount)
      let rows = try await pieces.gate.withStore { store, _ in
        try store.rows(of: series.pool, from: from, through: through, limit: limit)
      }
      for row in rows {
        guard let sample = row.samples.first(where: { $0.parameter == series.parameter })
        else { continue }
        stream.append(
          HistoryRow(plan: pieces.plan, series: series, time: row.time, sample: sample), to: &text)
      }
      start = rows.count == limit ? rows.last.map { $0.time + .milliseconds(1) } : nil
    }
  }
}
