/// Messages in the order in which a gateway sends them.
protocol MessageSource: Sendable {
  /// How many there are.
  var count: Int { get }

  /// Where message `n` is published.
  func topic(_ n: Int) -> String

  /// The payload of message `n`.
  func payload(_ n: Int) -> String
}
