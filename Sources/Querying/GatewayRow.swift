/// What is known of one gateway.
public struct GatewayRow: AnswerRow {
  /// The gateway's id; `unknown` for what came on topics of nobody.
  public let gateway: String
  /// The id of its venue; nil for nobody's.
  public let venue: String?
  /// The name of its dialect; nil for nobody's.
  public let dialect: String?
  /// What its status said last: `online`, `offline` or `unknown`.
  public let state: String
  /// The gateway's time of that status, RFC 3339; nil where it gave none.
  public let statusTime: String?
  /// The gateway's software; nil where it never said.
  public let firmware: String?
  /// When its last live message came, by our clock, RFC 3339; nil when none did.
  public let lastSeen: String?
  /// How long ago that was, in seconds; nil when none came.
  public let ageSeconds: Double?
  /// The newest time of a reading, by the gateway's clock, RFC 3339; nil when none came.
  public let newestTime: String?
  /// How far the gateway's clock is behind ours, in milliseconds; negative when it is ahead, nil
  /// before the first reading.
  public let clockOffsetMilliseconds: Int?
  /// Messages received.
  public let messages: Int
  /// Readings stored.
  public let stored: Int
  /// Readings that were stored already.
  public let duplicate: Int
  /// Readings for whose instant others were stored already.
  public let conflict: Int
  /// Of the stored ones, those older than the newest of their series.
  public let late: Int
  /// Messages, readings and values refused.
  public let refused: Int
  /// The refused ones by the raw value of their `RefusalReason`.
  public let refusedByReason: [String: Int]
  /// How often its counter left numbers out.
  public let gaps: Int
  /// Messages that were left out and have not come since.
  public let missingMessages: Int
  /// How often the broker lost our session and nothing tells whether messages went with it.
  public let lostSessions: Int
  /// When that was last, RFC 3339; nil when it never was.
  public let lostSessionTime: String?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case gateway, venue, dialect, state
    case statusTime = "status_time"
    case firmware
    case lastSeen = "last_seen"
    case ageSeconds = "age_seconds"
    case newestTime = "newest_time"
    case clockOffsetMilliseconds = "clock_offset_ms"
    case messages, stored, duplicate, conflict, late, refused
    case refusedByReason = "refused_by_reason"
    case gaps
    case missingMessages = "missing_messages"
    case lostSessions = "lost_sessions"
    case lostSessionTime = "lost_session_time"
  }

  /// The row of a gateway, with all that is known of it.
  public init(
    gateway: String, venue: String?, dialect: String?, state: String, statusTime: String?,
    firmware: String?, lastSeen: String?, ageSeconds: Double?, newestTime: String?,
    clockOffsetMilliseconds: Int?, messages: Int, stored: Int, duplicate: Int, conflict: Int,
    late: Int, refused: Int, refusedByReason: [String: Int], gaps: Int, missingMessages: Int,
    lostSessions: Int, lostSessionTime: String?
  ) {
    self.gateway = gateway
    self.venue = venue
    self.dialect = dialect
    self.state = state
    self.statusTime = statusTime
    self.firmware = firmware
    self.lastSeen = lastSeen
    self.ageSeconds = ageSeconds
    self.newestTime = newestTime
    self.clockOffsetMilliseconds = clockOffsetMilliseconds
    self.messages = messages
    self.stored = stored
    self.duplicate = duplicate
    self.conflict = conflict
    self.late = late
    self.refused = refused
    self.refusedByReason = refusedByReason
    self.gaps = gaps
    self.missingMessages = missingMessages
    self.lostSessions = lostSessions
    self.lostSessionTime = lostSessionTime
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.gateway, gateway)
    fields.add(CodingKeys.venue, venue)
    fields.add(CodingKeys.dialect, dialect)
    fields.add(CodingKeys.state, state)
    fields.add(CodingKeys.statusTime, statusTime)
    fields.add(CodingKeys.firmware, firmware)
    fields.add(CodingKeys.lastSeen, lastSeen)
    fields.add(CodingKeys.ageSeconds, ageSeconds)
    fields.add(CodingKeys.newestTime, newestTime)
    fields.add(CodingKeys.clockOffsetMilliseconds, clockOffsetMilliseconds)
    fields.add(CodingKeys.messages, messages)
    fields.add(CodingKeys.stored, stored)
    fields.add(CodingKeys.duplicate, duplicate)
    fields.add(CodingKeys.conflict, conflict)
    fields.add(CodingKeys.late, late)
    fields.add(CodingKeys.refused, refused)
    fields.add(CodingKeys.refusedByReason, refusedByReason)
    fields.add(CodingKeys.gaps, gaps)
    fields.add(CodingKeys.missingMessages, missingMessages)
    fields.add(CodingKeys.lostSessions, lostSessions)
    fields.add(CodingKeys.lostSessionTime, lostSessionTime)
  }

  /// Whether a message has come, or anything else has changed but the age, since `other`.
  public func hasNews(since other: GatewayRow) -> Bool {
    messages != other.messages || lastSeen != other.lastSeen || state != other.state
      || refused != other.refused || lostSessions != other.lostSessions
  }
}
