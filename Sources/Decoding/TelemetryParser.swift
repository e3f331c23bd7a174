import PoolModel

/// Reads one telemetry message of the native dialect, in one pass.
struct TelemetryParser: ~Copyable {
  let dialect: NativeDialect
  private let pool: PoolNumber
  private let topic: String
  private let now: Timestamp
  var scanner = JSONScanner()

  /// The readings so far, and after them those of an earlier message, whose memory is used again.
  private var readings: [Reading]
  private var readingCount = 0
  /// The readings and values that were refused alone.
  var refusals = PartialRefusals()
  /// What was said of which instant, once the readings are not in the order of their times.
  var instants = InstantLedger()
  /// The time of the newest reading so far.
  private var newest = Timestamp.distantPast
  /// The top-level keys that were passed over.
  private var ignoredKeyCount = 0

  /// A parser for one message about `pool`, which came on `topic`.
  ///
  /// - Parameters:
  ///   - dialect: The names that mean something.
  ///   - pool: What the message is about.
  ///   - topic: What it came on.
  ///   - now: Our wall clock.
  ///   - used: Readings that nobody needs any more; the parser's go into their memory. Empty afterwards.
  init(
    dialect: NativeDialect, pool: PoolNumber, topic: String, now: Timestamp,
    reusing used: inout [Reading]
  ) {
    self.dialect = dialect
    self.pool = pool
    self.topic = topic
    self.now = now
    readings = []
    swap(&readings, &used)
  }

  /// Hands over what `delivery`, which was read, turned out to hold.
  mutating func moveResult(of delivery: Delivery, into decoded: inout DecodedDelivery) {
    if readings.count > readingCount { readings.removeLast(readings.count - readingCount) }
    swap(&decoded.readings, &readings)
    if !refusals.isEmpty { decoded.refusals = refusals.refusals(of: delivery) }
    decoded.ignoredKeyCount = ignoredKeyCount
  }

  /// Reads the message in `bytes` to its end.
  ///
  /// - Throws: The mistake for which the whole message is refused.
  mutating func parse(_ bytes: Span<UInt8>) throws(Mistake) {
    scanner.skipWhitespace(in: bytes)
    switch try scanner.kind(in: bytes) {
    case .object: try parseReading(in: bytes, place: Place(), depth: 1)
    case .array: try parseArray(in: bytes)
    default:
      throw try scanner.wrongKind(
        Place(), expected: "an object or an array of objects", in: bytes)
    }
    try scanner.end(in: bytes)
  }

  private mutating func parseArray(in bytes: Span<UInt8>) throws(Mistake) {
    let start = scanner.offset
    guard scanner.enterArray(in: bytes) else {
      throw Place().mistake(
        at: start, found: "an empty array", expected: "at least one reading", in: bytes)
    }
    var place = Place(element: 0)
    repeat {
      guard try scanner.kind(in: bytes) == .object else {
        throw try scanner.wrongKind(place, expected: "an object", in: bytes)
      }
      try parseReading(in: bytes, place: place, depth: 2)
      place.element = place.element.map { $0 + 1 }
    } while try scanner.hasNextElement(in: bytes)
  }

  // MARK: One reading

  /// Reads the object that begins here, which makes the `depth`-th level.
  private mutating func parseReading(
    in bytes: Span<UInt8>, place: Place, depth: Int
  ) throws(Mistake) {
    let start = scanner.offset
    var fields = ReadingFields()
    if readingCount < readings.count { fields.reuse(&readings[readingCount].values) }
    let keys = dialect.readingKeys
    var hasMember = scanner.enterObject(in: bytes)
    while hasMember {
      try parseMember(of: keys, into: &fields, in: bytes, place: place, depth: depth)
      hasMember = try scanner.hasNextMember(in: bytes)
    }
    guard fields.hasSeen(.time) else {
      throw place.mistake(
        at: start, found: "no 'ts'", expected: MeasurementTime.expectation, in: bytes)
    }
    guard fields.hasSeen(.values) else {
      throw place.mistake(
        at: start, found: "no 'values'", expected: "an object of numbers by parameter", in: bytes)
    }
    if !fields.flags.isEmpty { try applyFlags(to: &fields, in: bytes, place: place.field("flags")) }
    if let mistake = fields.timeMistake {
      refusals.add(mistake.reason, mistake.detail(in: bytes))
      return
    }
    // A reading alone contradicts none; and in the order of their times, as nearly all arrays are, no two
    // readings are of one instant.
    if depth == 1 || fields.time > newest && instants.isEmpty {
      newest = fields.time
    } else {
      try refuseContradictions(
        in: &fields, after: readings[..<readingCount], in: bytes, place: place.field("values"))
    }
    if fields.valueCount > 0 { keep(&fields) }
  }

  /// Makes a reading of `fields`.
  @inline(__always)
  private mutating func keep(_ fields: inout ReadingFields) {
    let reading = Reading(
      pool: pool, time: fields.time, sequence: fields.sequence, values: fields.takeValues())
    if readingCount < readings.count {
      readings[readingCount] = reading
    } else {
      readings.append(reading)
    }
    readingCount += 1
  }

  @inline(__always)
  private mutating func parseMember(
    of keys: KeyTable, into fields: inout ReadingFields, in bytes: Span<UInt8>, place: Place,
    depth: Int
  ) throws(Mistake) {
    let keyOffset = scanner.offset
    let key = try scanner.key(in: bytes)
    guard let index = keys.index(of: key, in: bytes, guess: fields.nextKey) else {
      guard fields.strangers.insert(key, of: .reading, in: bytes) else {
        throw repeated(place.key(key), at: keyOffset, in: bytes)
      }
      ignoredKeyCount += 1
      return try PayloadOrigin.skipValue(
        of: key, at: place.key(key), topic: topic, with: &scanner, in: bytes, depth: depth)
    }
    guard fields.see(index) else { throw repeated(place.key(key), at: keyOffset, in: bytes) }
    switch NativeDialect.ReadingKey(number: index) {
    case .time:
      let time = try scanner.measurementTime(in: bytes, place: place.field("ts"), now: now)
      switch time {
      case .instant(let instant): fields.time = instant
      case .refused(let mistake): fields.timeMistake = mistake
      }
    case .sequence:
      fields.sequence = try parseSequence(in: bytes, place: place.field("seq"))
    case .values:
      fields.valuesOffset = scanner.offset
      try parseValues(into: &fields, in: bytes, place: place.field("values"), depth: depth + 1)
    case .flags:
      try parseFlags(into: &fields, in: bytes, place: place.field("flags"))
    }
  }

  /// The key at `place` was there before.
  func repeated(_ place: Place, at offset: Int, in bytes: Span<UInt8>) -> Mistake {
    place.mistake(at: offset, found: "the key again", expected: "each key once", in: bytes)
  }

  private mutating func parseSequence(
    in bytes: Span<UInt8>, place: Place
  ) throws(Mistake) -> UInt64 {
    let expected = "a whole number from 0 to 18446744073709551615"
    guard try scanner.kind(in: bytes) == .number else {
      throw try scanner.wrongKind(place, expected: expected, in: bytes)
    }
    let number = try scanner.number(in: bytes)
    guard let sequence = number.unsignedInteger(in: bytes) else {
      throw place.mistake(
        at: number.start, found: number.shownText(in: bytes), expected: expected, in: bytes)
    }
    return sequence
  }

  // MARK: Values

  /// Reads the object of values, the `depth`-th level.
  @inline(__always)
  private mutating func parseValues(
    into fields: inout ReadingFields, in bytes: Span<UInt8>, place: Place, depth: Int
  ) throws(Mistake) {
    guard try scanner.kind(in: bytes) == .object else {
      throw try scanner.wrongKind(place, expected: "an object of numbers by parameter", in: bytes)
    }
    let start = scanner.offset
    guard scanner.enterObject(in: bytes) else {
      throw place.mistake(
        at: start, found: "an empty object", expected: "at least one value", in: bytes)
    }
    let keys = dialect.parameterKeys
    var next = 0
    repeat {
      let keyOffset = scanner.offset
      let key = try scanner.key(in: bytes)
      guard let index = keys.index(of: key, in: bytes, guess: next) else {
        guard fields.strangers.insert(key, of: .values, in: bytes) else {
          throw repeated(place.key(key), at: keyOffset, in: bytes)
        }
        try refuseValue(place.key(key), at: keyOffset, in: bytes, depth: depth)
        continue
      }
      next = index &+ 1
      let parameter = ParameterNumber(index)
      guard fields.value(parameter) else {
        throw repeated(place.key(key), at: keyOffset, in: bytes)
      }
      let value = try parseValue(of: parameter, in: bytes, place: place.key(key))
      fields.append(ReportedValue(parameter: parameter, value: value))
    } while try scanner.hasNextMember(in: bytes)
  }

  /// Passes over the value of a parameter that the plan does not know.
  private mutating func refuseValue(
    _ place: Place, at offset: Int, in bytes: Span<UInt8>, depth: Int
  ) throws(Mistake) {
    if refusals.isFull(.unknownParameter) {
      refusals.add(.unknownParameter, "")
    } else {
      let mistake = place.mistake(
        at: offset, found: "an unknown parameter", expected: "a parameter of the plan", in: bytes)
      refusals.add(.unknownParameter, mistake.detail(in: bytes))
    }
    try scanner.skipValue(in: bytes, depth: depth)
  }

  /// Reads the number or null that begins here.
  @inline(__always)
  private mutating func parseValue(
    of parameter: ParameterNumber, in bytes: Span<UInt8>, place: Place
  ) throws(Mistake) -> Double? {
    switch try scanner.kind(in: bytes) {
    case .number:
      let number = try scanner.number(in: bytes)
      let value = number.value(in: bytes)
      guard value.isFinite else {
        throw place.mistake(
          at: number.start, found: number.shownText(in: bytes),
          expected: expectation(parameter) + " within ±1.8e308", in: bytes, reason: .nonFinite)
      }
      // What is not zero is not stored as zero.
      guard value != 0 || number.isZero(in: bytes) else {
        throw place.mistake(
          at: number.start, found: number.shownText(in: bytes),
          expected: expectation(parameter) + ", 0 or beyond ±4.9e-324", in: bytes,
          reason: .nonFinite)
      }
      return value
    case .null:
      try scanner.literal("null", in: bytes)
      return nil
    default:
      throw try scanner.wrongKind(place, expected: expectation(parameter), in: bytes)
    }
  }

  private func expectation(_ parameter: ParameterNumber) -> String {
    let parameter = dialect.parameters[parameter.index]
    return "a number in \(parameter.unit.isEmpty ? parameter.title.english : parameter.unit)"
  }
}
