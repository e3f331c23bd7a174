public import PoolModel

/// One message to one person, and how far it got.
public struct NoticeRow: AnswerRow {
  /// The notice's id.
  public let id: String
  /// The id of the alarm's occurrence.
  public let alarm: String
  /// The person's id.
  public let person: String
  /// The raw value of its `ChannelKind`.
  public let channel: String
  /// Where it goes on that channel.
  public let address: String
  /// How far it got: `pending`, `sent` or `undelivered`.
  public let state: String
  /// How often it was tried.
  public let attempts: Int
  /// When it was written, RFC 3339.
  public let createdTime: String
  /// When it was last tried, RFC 3339; nil when it never was.
  public let lastAttemptTime: String?
  /// When it will be tried next, RFC 3339; nil when it will not be.
  public let nextAttemptTime: String?
  /// Why the last attempt failed; nil when none did.
  public let error: String?
  /// Its subject line.
  public let subject: String

  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, alarm, person, channel, address, state, attempts
    case createdTime = "created_time"
    case lastAttemptTime = "last_attempt_time"
    case nextAttemptTime = "next_attempt_time"
    case error, subject
  }

  /// The row of `notice`, its times written in `zone`.
  public init(
    notice: Notice, state: String, attempts: Int, created: Timestamp, lastAttempt: Timestamp?,
    nextAttempt: Timestamp?, error: String?, zone: Zone
  ) {
    id = notice.id
    alarm = notice.occurrence
    person = notice.person
    channel = notice.channel.rawValue
    address = notice.address
    self.state = state
    self.attempts = attempts
    createdTime = zone.rfc3339(created)
    lastAttemptTime = lastAttempt.map(zone.rfc3339)
    nextAttemptTime = nextAttempt.map(zone.rfc3339)
    self.error = error
    subject = notice.subject
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.id, id)
    fields.add(CodingKeys.alarm, alarm)
    fields.add(CodingKeys.person, person)
    fields.add(CodingKeys.channel, channel)
    fields.add(CodingKeys.address, address)
    fields.add(CodingKeys.state, state)
    fields.add(CodingKeys.attempts, attempts)
    fields.add(CodingKeys.createdTime, createdTime)
    fields.add(CodingKeys.lastAttemptTime, lastAttemptTime)
    fields.add(CodingKeys.nextAttemptTime, nextAttemptTime)
    fields.add(CodingKeys.error, error)
    fields.add(CodingKeys.subject, subject)
  }
}
