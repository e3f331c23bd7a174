/// Why a message, a reading or a value was not stored.
///
/// The raw value is what people read and script against.
public enum RefusalReason: String, CaseIterable, Hashable, Sendable {
  /// The topic is none that Poolwatch reads.
  case unknownTopic = "unknown_topic"
  /// The topic names another district than the plan's.
  case wrongDistrict = "wrong_district"
  /// The plan has no such venue.
  case unknownVenue = "unknown_venue"
  /// The plan's venue has no such pool.
  case unknownPool = "unknown_pool"
  /// A value of a parameter the plan does not know; the message's other values are stored.
  case unknownParameter = "unknown_parameter"
  /// The payload is not JSON (RFC 8259).
  case badJSON = "bad_json"
  /// The payload is JSON but not what the dialect prescribes: a missing key, a wrong type, a key
  /// twice, an unknown flag.
  case badPayload = "bad_payload"
  /// A number beyond the range of a double: too large, or not zero and nearer to it than any.
  case nonFinite = "non_finite"
  /// More than 5 minutes ahead of our clock.
  case futureTime = "future_time"
  /// A time that no gateway can have measured at: before 2000-01-01 or not a time at all.
  case absurdTime = "absurd_time"
  /// Older than the oldest reading the store can still hold of the pool.
  case tooOld = "too_old"
  /// More bytes than a payload may have.
  case tooLarge = "too_large"
  /// A name, code or metric that the gateway's map does not have; its neighbours are stored.
  case unknownName = "unknown_name"
  /// A unit that cannot be converted to the parameter's.
  case badUnit = "bad_unit"
  /// A frame whose length or checksum is wrong.
  case badFrame = "bad_frame"
  /// Parts of a message that never became whole.
  case lostParts = "lost_parts"
  /// The payload names another gateway than the one whose topic it came on.
  case wrongGateway = "wrong_gateway"
  /// The venue has sent more than 72 h of its plan's rows at once.
  case throttled
}

/// Something that was not stored, with what a person needs to mend it.
public struct Refusal: Hashable, Sendable {
  /// The kind of mistake.
  public var reason: RefusalReason
  /// What was found, where, and what was expected, in one line.
  public var detail: String
  /// The topic of the message.
  public var topic: String
  /// The message, cut to its first `keptByteCount` bytes.
  public private(set) var payload: [UInt8]
  /// The bytes that the message had.
  public private(set) var payloadByteCount: Int
  /// When the message came, by our clock; nil where that is when it was refused.
  public var arrival: Timestamp?
  /// Whether the broker replayed the message from its retained ones.
  public var isRetained = false

  /// A payload is kept whole up to here, so that garbage costs bounded memory wherever it waits.
  public static let keptByteCount = 4096

  /// A refusal of (a part of) the message `payload` on `topic`.
  public init(reason: RefusalReason, detail: String, topic: String, payload: [UInt8]) {
    self.reason = reason
    self.detail = detail
    self.topic = topic
    self.payload = Array(payload.prefix(Self.keptByteCount))
    payloadByteCount = payload.count
  }
}
