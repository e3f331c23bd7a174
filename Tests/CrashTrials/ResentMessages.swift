import PoolModel

/// The same messages, each many times over and in disorder.
struct ResentMessages: MessageSource {
  let messages: any MessageSource
  private let order: [Int]

  /// Sends each of `messages` `copyCount` times, each copy up to `distance` messages late.
  init(_ messages: any MessageSource, copyCount: Int, distance: Int, seed: UInt64) {
    self.messages = messages
    var generator = SplitMix64(seed: seed)
    let copies = (0..<messages.count).flatMap { n in
      (0..<copyCount).map { _ in (n, place: n + Int.random(in: 0..<distance, using: &generator)) }
    }
    // Those of one place are mixed too.
    order = copies.shuffled(using: &generator).sorted { $0.place < $1.place }.map(\.0)
  }

  var count: Int { order.count }
  func topic(_ n: Int) -> String { messages.topic(order[n]) }
  func payload(_ n: Int) -> String { messages.payload(order[n]) }
}
