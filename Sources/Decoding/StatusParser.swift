import PoolModel

/// Reads one status message of the native dialect: `{"online":true,"ts":…,"firmware":"…"}`.
///
/// `online` is required. A `ts` that cannot be is refused alone, because a gateway with a wrong clock
/// is online nevertheless.
struct StatusParser {
  /// The longest `firmware`; what is longer is no version.
  private static let firmwareByteLimit = 200

  private let dialect: NativeDialect
  private let topic: String
  private let now: Timestamp
  private var scanner = JSONScanner()

  /// What was refused alone.
  private(set) var refusals = PartialRefusals()
  /// The keys that were passed over.
  private(set) var ignoredKeyCount = 0

  /// A parser for one message on `topic`.
  init(dialect: NativeDialect, topic: String, now: Timestamp) {
    self.dialect = dialect
    self.topic = topic
    self.now = now
  }

  /// Reads the message in `bytes` to its end.
  ///
  /// - Throws: The mistake for which it is refused.
  mutating func parse(_ bytes: Span<UInt8>, venue: String) throws(Mistake) -> GatewayStatus {
    scanner.skipWhitespace(in: bytes)
    let start = scanner.offset
    guard try scanner.kind(in: bytes) == .object else {
      throw try scanner.wrongKind(Place(), expected: "an object", in: bytes)
    }
    var status = GatewayStatus(venue: venue, isOnline: false)
    var seen: Set<NativeDialect.StatusKey> = []
    var ignored = KeyLedger()
    var hasMember = scanner.enterObject(in: bytes)
    while hasMember {
      let keyOffset = scanner.offset
      let key = try scanner.key(in: bytes)
      let known = dialect.statusKeys.index(of: key, in: bytes).map {
        NativeDialect.StatusKey.allCases[$0]
      }
      guard known.map({ seen.insert($0).inserted }) ?? ignored.insert(key, of: .reading, in: bytes)
      else {
        throw Place(key: key).mistake(
          at: keyOffset, found: "the key again", expected: "each key once", in: bytes)
      }
      if let known {
        try parseField(known, into: &status, in: bytes)
      } else {
        ignoredKeyCount += 1
        try PayloadOrigin.skipValue(
          of: key, at: Place(key: key), topic: topic, with: &scanner, in: bytes, depth: 1)
      }
      hasMember = try scanner.hasNextMember(in: bytes)
    }
    guard seen.contains(.online) else {
      throw Place().mistake(
        at: start, found: "no 'online'", expected: "true or false", in: bytes)
    }
    try scanner.end(in: bytes)
    return status
  }

  private mutating func parseField(
    _ key: NativeDialect.StatusKey, into status: inout GatewayStatus, in bytes: Span<UInt8>
  ) throws(Mistake) {
    let place = Place(field: key.field)
    switch key {
    case .online:
      guard try scanner.kind(in: bytes) == .boolean else {
        throw try scanner.wrongKind(place, expected: "true or false", in: bytes)
      }
      status.isOnline = scanner.byte(in: bytes) == UInt8(ascii: "t")
      try scanner.literal(status.isOnline ? "true" : "false", in: bytes)
    case .time:
      switch try scanner.measurementTime(in: bytes, place: place, now: now) {
      case .instant(let time): status.time = time
      case .refused(let mistake): refusals.add(mistake.reason, mistake.detail(in: bytes))
      }
    case .firmware:
      status.firmware = try parseFirmware(in: bytes, place: place)
    }
  }

  private mutating func parseFirmware(
    in bytes: Span<UInt8>, place: Place
  ) throws(Mistake) -> String {
    let expected = "a string of at most \(Self.firmwareByteLimit) bytes"
    guard try scanner.kind(in: bytes) == .string else {
      throw try scanner.wrongKind(place, expected: expected, in: bytes)
    }
    let start = scanner.offset
    let text = try scanner.text(in: bytes)
    let firmware = text.string(in: bytes)
    guard firmware.utf8.count <= Self.firmwareByteLimit else {
      throw place.mistake(
        at: start, found: "\(firmware.utf8.count) bytes", expected: expected, in: bytes)
    }
    return firmware
  }
}
