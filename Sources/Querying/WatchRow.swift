/// One message of a venue as it came, and what became of it.
public struct WatchRow: AnswerRow {
  /// When it came, by our clock, RFC 3339.
  public var time = ""
  /// The venue that it is of.
  public var venue = ""
  /// The gateway that it came from; nil where the topic is nobody's.
  public var gateway: String?
  /// The topic it was published to.
  public var topic = ""
  /// How many bytes it had.
  public var bytes = 0
  /// Whether the broker replayed it.
  public var isRetained = false
  /// `online` or `offline`, in a status; nil in any other message.
  public var status: String?
  /// Readings that were accepted.
  public var readings = 0
  /// The values that those have.
  public var values = 0
  /// The first readings in words, one text for each value that is in the store: pool, time, parameter,
  /// number, unit, flags, and whether it was there already.
  public var accepted: [String] = []
  /// Those of their values, in words too, that are there with another number, which stays.
  public var contradicting: [String] = []
  /// Readings of which something was stored.
  public var stored = 0
  /// Readings that were there already.
  public var duplicate = 0
  /// Readings that were there already with another number, which stays.
  public var conflict = 0
  /// Among those stored, readings older than the newest.
  public var late = 0
  /// Refusals of the message, of its readings and of its values.
  public var refused = 0
  /// The first of them: the reason, then a colon, then what was found where and what was expected.
  public var refusals: [String] = []
  /// How far the gateway's clock is behind ours (negative: ahead), over its newest messages; nil when
  /// nothing tells.
  public var clockOffsetMilliseconds: Int?
  /// How old its newest reading was when it came; nil without any.
  public var ageSeconds: Double?
  /// Messages before this one that came too fast to be shown.
  public var missed = 0

  enum CodingKeys: String, CodingKey {
    case time, venue, gateway, topic, bytes, status, readings, values, accepted, contradicting
    case stored, duplicate, conflict, late, refused, refusals, missed
    case isRetained = "retained"
    case clockOffsetMilliseconds = "clock_offset_ms"
    case ageSeconds = "age_seconds"
  }

  /// A row of which nothing is known yet.
  public init() {}

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.time, time)
    fields.add(CodingKeys.venue, venue)
    fields.add(CodingKeys.gateway, gateway)
    fields.add(CodingKeys.topic, topic)
    fields.add(CodingKeys.bytes, bytes)
    fields.add(CodingKeys.isRetained, isRetained)
    fields.add(CodingKeys.status, status)
    fields.add(CodingKeys.readings, readings)
    fields.add(CodingKeys.values, values)
    fields.add(CodingKeys.accepted, accepted)
    fields.add(CodingKeys.contradicting, contradicting)
    fields.add(CodingKeys.stored, stored)
    fields.add(CodingKeys.duplicate, duplicate)
    fields.add(CodingKeys.conflict, conflict)
    fields.add(CodingKeys.late, late)
    fields.add(CodingKeys.refused, refused)
    fields.add(CodingKeys.refusals, refusals)
    fields.add(CodingKeys.clockOffsetMilliseconds, clockOffsetMilliseconds)
    fields.add(CodingKeys.ageSeconds, ageSeconds)
    fields.add(CodingKeys.missed, missed)
  }
}
