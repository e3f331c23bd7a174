import PoolModel

extension TelemetryParser {
  /// Refuses the values that are not what the message has said of the same instant before.
  @inline(never)
  mutating func refuseContradictions(
    in fields: inout ReadingFields, after readings: ArraySlice<Reading>, in bytes: Span<UInt8>,
    place: Place
  ) throws(Mistake) {
    if instants.isEmpty {
      for reading in readings {
        for value in reading.values { _ = instants.insert(value, at: reading.time) }
      }
    }
    var refused: [ParameterNumber] = []
    for value in fields.reportedValues {
      guard let earlier = instants.insert(value, at: fields.time) else { continue }
      refused.append(value.parameter)
      if refusals.isFull(.badPayload) {
        refusals.add(.badPayload, "")
        continue
      }
      let (key, offset) = try key(of: value.parameter, from: fields.valuesOffset, in: bytes)
      let words = InstantLedger.words(value, at: fields.time, earlier: earlier)
      let mistake = place.key(key).mistake(
        at: offset, found: words.found, expected: words.expected, in: bytes)
      refusals.add(.badPayload, mistake.detail(in: bytes))
    }
    fields.remove(refused)
  }

  /// The key of `parameter`, and where it stands, in the object of values that begins at `start` and
  /// was read before.
  private func key(
    of parameter: ParameterNumber, from start: Int, in bytes: Span<UInt8>
  ) throws(Mistake) -> (key: JSONText, offset: Int) {
    var scanner = JSONScanner(offset: start)
    var place = (key: JSONText(start: start, end: start, hasEscapes: false), offset: start)
    guard scanner.enterObject(in: bytes) else { return place }
    repeat {
      place.offset = scanner.offset
      place.key = try scanner.key(in: bytes)
      if dialect.parameterKeys.index(of: place.key, in: bytes) == parameter.index { break }
      try scanner.skipValue(in: bytes, depth: 0)
    } while try scanner.hasNextMember(in: bytes)
    return place
  }
}
