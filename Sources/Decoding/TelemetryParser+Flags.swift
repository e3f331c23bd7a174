import PoolModel

extension TelemetryParser {
  /// Reads the object of flags.
  mutating func parseFlags(
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
      let isNew =
        index.map { fields.flag($0) } ?? fields.strangers.insert(key, of: .flags, in: bytes)
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
  func applyFlags(
    to fields: inout ReadingFields, in bytes: Span<UInt8>, place: Place
  ) throws(Mistake) {
    for flag in fields.flags {
      guard let index = flag.parameter else {
        if fields.strangers.contains(flag.key, of: .values, in: bytes) { continue }
        throw stray(flag, place, in: bytes)
      }
      guard fields.mark(ParameterNumber(index), flag.mark) else {
        throw stray(flag, place, in: bytes)
      }
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
