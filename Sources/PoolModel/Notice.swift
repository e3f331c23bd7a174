/// A message to one person about one transition.
public struct Notice: Hashable, Sendable {
  /// Derived from transition, person and channel: a duplicate carries the same id.
  public var id: String
  /// The occurrence it is about; notices of one occurrence make one thread.
  public var occurrence: String
  /// The person's id.
  public var person: String
  /// How it goes.
  public var channel: ChannelKind
  /// Where it goes on that channel.
  public var address: String
  /// One line.
  public var subject: String
  /// The text, lines ended by `\n`.
  public var body: String

  /// A message to `person`.
  public init(
    id: String, occurrence: String, person: String, channel: ChannelKind, address: String,
    subject: String, body: String
  ) {
    self.id = id
    self.occurrence = occurrence
    self.person = person
    self.channel = channel
    self.address = address
    self.subject = subject
    self.body = body
  }
}
