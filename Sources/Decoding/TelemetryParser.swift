import PoolModel

/// Reads one telemetry message of the native dialect, in one pass.
struct TelemetryParser: ~Copyable {
  private let dialect: NativeDialect
  private let pool: PoolNumber
  private let topic: String
  private let now: Timestamp
  private var scanner = JSONScanner()

  /// The readings so far.
  private var readings: [Reading] = []
  /// The readings and values that were refused alone.
  private var refusals = PartialRefusals()
  /// The top-level keys that were passed over.
  private var ignoredKeyCount = 0

  /// A parser for one message about `pool`, which came on `topic`.
  init(dialect: NativeDialect, pool: PoolNumber, topic: String, now: Timestamp) {
    self.dialect = dialect
    self.pool = pool
    self.topic = topic
    self.now = now
  }

  /// Hands over what `delivery`, which was read, turned out to hold.
  mutating func moveResult(of delivery: Delivery, into decoded: inout DecodedDelivery) {
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
    var hasMember = scanner.enterObject(in: bytes)
    while hasMember {
      try parseMember(into: &fields, in: bytes, place: place, depth: depth)
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
    try applyFlags(to: &fields, in: bytes, place: place.field("flags"))
    if let mistake = fields.timeMistake {
      refusals.add(mistake.reason, mistake.detail(in: bytes))
    } else if !fields.values.isEmpty {
      let reading = Reading(
        pool: pool, time: fields.time, sequence: fields.sequence, values: fields.values)
      // Most messages hold one: an array of one takes less than one that grows.
      if readings.isEmpty { readings = [reading] } else { readings.append(reading) }
    }
  }

  @inline(__always)
  private mutating func parseMember(
    into fields: inout ReadingFields, in bytes: Span<UInt8>, place: Place, depth: Int
  ) throws(Mistake) {
    let keyOffset = scanner.offset
    let key = try scanner.key(in: bytes)
    guard let index = dialect.readingKeys.index(of: key, in: bytes) else {
      guard fields.ignored.insert(key, in: bytes) else {
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
      try parseValues(into: &fields, in: bytes, place: place.field("values"), depth: depth + 1)
    case .flags:
      try parseFlags(into: &fields, in: bytes, place: place.field("flags"))
    }
  }

  private func repeated(_ place: Place, at offset: Int, in bytes: Span<UInt8>) -> Mistake {
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
    // Gateways send three to eight values; growing from one by doubling would allocate three times.
    fields.values.reserveCapacity(4)
    repeat {
      let keyOffset = scanner.offset
      let key = try scanner.key(in: bytes)
      guard let index = dialect.parameterKeys.index(of: key, in: bytes) else {
        guard fields.unknownValues.insert(key, in: bytes) else {
          throw repeated(place.key(key), at: keyOffset, in: bytes)
        }
        try refuseValue(place.key(key), at: keyOffset, in: bytes, depth: depth)
        continue
      }
      let parameter = ParameterNumber(index)
      guard fields.value(parameter) else {
        throw repeated(place.key(key), at: keyOffset, in: bytes)
      }
      let value = try parseValue(of: parameter, in: bytes, place: place.key(key))
      fields.values.append(ReportedValue(parameter: parameter, value: value))
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

  // MARK: Flags

  private mutating func parseFlags(
    into fields: inout ReadingFields, in bytes: Span<UInt8>, place: Place
  ) throws(Mistake) {
    guard try scanner.kind(in: bytes) == .object else {
      throw try scanner.wrongKind(place, expected: "an object of flags by parameter", in: bytes)
    }
    guard scanner.enterObject(in: bytes) else { return }
    repeat {
      let keyOffset = scanner.offset
      let key = try scanner.key(in: bytes)
      let index = dialect.parameterKeys.index(of: key, in: bytes)
      let isNew = index.map { fields.flag($0) } ?? fields.unknownFlags.insert(key, in: bytes)
      guard isNew else { throw repeated(place.key(key), at: keyOffset, in: bytes) }
      let mark = try parseMark(in: bytes, place: place.key(key))
      fields.flags.append(
        ReadingFields.Flag(key: key, offset: keyOffset, parameter: index, mark: mark))
    } while try scanner.hasNextMember(in: bytes)
  }

  private mutating func parseMark(
    in bytes: Span<UInt8>, place: Place
  ) throws(Mistake) -> GatewayMarks {
    let expected = "one of " + NativeDialect.marks.map(\.name).joined(separator: ", ")
    let start = scanner.offset
    guard try scanner.kind(in: bytes) == .string else {
      throw try scanner.wrongKind(place, expected: expected, in: bytes)
    }
    let word = try scanner.text(in: bytes)
    guard let index = dialect.flagKeys.index(of: word, in: bytes) else {
      throw place.mistake(
        at: start, found: OneLine.quoted(word.string(in: bytes)), expected: expected, in: bytes)
    }
    return NativeDialect.marks[index].mark
  }

  /// Joins the flags to their values, which may have come before or after them.
  @inline(__always)
  private func applyFlags(
    to fields: inout ReadingFields, in bytes: Span<UInt8>, place: Place
  ) throws(Mistake) {
    for flag in fields.flags {
      guard let index = flag.parameter else {
        if fields.unknownValues.contains(flag.key, in: bytes) { continue }
        throw stray(flag, place, in: bytes)
      }
      guard
        let position = fields.values.firstIndex(where: { $0.parameter.index == index })
      else { throw stray(flag, place, in: bytes) }
      fields.values[position].marks = flag.mark
    }
  }

  private func stray(
    _ flag: ReadingFields.Flag, _ place: Place, in bytes: Span<UInt8>
  ) -> Mistake {
    place.key(flag.key).mistake(
      at: flag.offset, found: "a flag without a value", expected: "a parameter of 'values'",
      in: bytes)
  }
}
