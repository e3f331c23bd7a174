import Hummingbird
import PoolModel
import Querying

extension Answers {
  /// The messages of a venue as they come, one object a line, until the client goes or the daemon
  /// stops.
  func watch(venue: String) async throws -> Response {
    guard plan.venue(venue) != nil else {
      throw RequestError.unknown("the plan has no venue '\(venue)'")
    }
    let pieces = WatchPieces(next: try await gate.watch(venue: venue))
    return Response(
      status: .ok,
      headers: [.contentType: "application/x-ndjson", .cacheControl: "no-store"],
      body: ResponseBody(asyncSequence: pieces))
  }
}

/// The messages of a watch as lines of JSON.
private struct WatchPieces: AsyncSequence, Sendable {
  let next: WatchFeed

  func makeAsyncIterator() -> Iterator { Iterator(feed: next) }

  struct Iterator: AsyncIteratorProtocol {
    let feed: WatchFeed
    private var hasBegun = false
    /// So often something is sent at least: a client that has gone is noticed by it.
    private static let pulse: Duration = .seconds(1)
    /// Empty lines, of which clients that count bytes notice that we live.
    private static let silence = String(repeating: "\n", count: 16)

    init(feed: @escaping WatchFeed) { self.feed = feed }

    mutating func next() async throws -> ByteBuffer? {
      // Whoever reads it knows that from now on nothing is missed.
      guard hasBegun else {
        hasBegun = true
        return ByteBuffer(string: Self.silence)
      }
      guard let rows = try await feed(Self.pulse) else { return nil }
      return ByteBuffer(
        string: rows.isEmpty ? Self.silence : rows.map { AnswerJSON.object($0) }.joined())
    }
  }
}
