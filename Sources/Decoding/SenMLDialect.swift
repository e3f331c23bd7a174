import PoolModel

/// SenML in JSON (RFC 8428): packs of records, each a name, a value, a unit and a time.
///
/// ```
/// [{"bn":"urn:dev:ow:10e2073a01080063:","bt":1767225600,"n":"ph","v":7.31,"u":"pH"},
///  {"n":"temperature","v":27.4,"u":"Cel"}]
/// ```
/// - The name is `bn` and `n` together and is looked up in the gateway's map; it has to be one of the
///   RFC's names (section 4.5.1).
/// - The value is `bv` + `v`. Texts, booleans, data (`vs`, `vb`, `vd`) and sums (`s`) are not stored:
///   they are passed over and counted, or refused where the map expects a number under that name.
/// - The time is `bt` + `t` in seconds. Below 2²⁸ it is relative to now (section 4.5.3), so that the
///   same message delivered twice gives two readings.
/// - The unit is `u`, else `bu`, else the one in the gateway's map.
/// - A mistake in a base field, a version that is not understood or an unknown label that ends in `_`
///   refuses the pack; everything else refuses its own record.
/// - Other unknown labels are passed over and counted.
struct SenMLDialect: GatewayDialect {
  private let names: GatewayNames
  private let parameters: [Parameter]

  /// The dialect of one gateway; `parameters` are the plan's, whose units are converted to.
  init(_ names: GatewayNames, parameters: [Parameter]) {
    self.names = names
    self.parameters = parameters
  }

  /// Times below are relative to now: 2²⁸ s is in July 1978.
  private static let relativeTimeLimit = 268_435_456.0

  /// The most bytes of base name and name together: longer than any name of a gateway's map.
  private static let nameByteLimit = 1024

  /// Each with the words for it.
  private static let valueLabels: [(label: String, phrase: String)] = [
    ("v", "a number"), ("vs", "a string value"), ("vb", "a boolean value"), ("vd", "a data value"),
  ]

  private static let labels: Set<String> = SenMLBase.labels.union([
    "n", "u", "v", "vs", "vb", "vd", "s", "t", "ut",
  ])

  func decode(_ delivery: Delivery, now: Timestamp) -> DecodedDelivery {
    delivery.decodedJSON { (json) throws(PlacedMistake) in
      try table(json, window: TimeWindow(of: delivery, now: now)).decoded(
        delivery)
    }
  }

  private func table(
    _ json: GeneralJSON, window: TimeWindow
  ) throws(PlacedMistake) -> ReadingTable {
    guard case .array(let elements) = json else {
      throw .wrongKind(json, "", expected: "an array of records")
    }
    guard !elements.isEmpty else {
      throw .badPayload("", found: "an empty array", expected: "at least one record")
    }
    var table = ReadingTable()
    var base = SenMLBase()
    for (index, element) in elements.enumerated() {
      guard case .object(let record) = element else {
        throw .wrongKind(element, "[\(index)]", expected: "an object")
      }
      table.ignoredKeyCount += try Self.unknownLabelCount(record, index: index)
      try base.apply(record, index: index)
      do {
        try add(record, place: "[\(index)]", base: base, window: window, to: &table)
      } catch {
        table.refuse(error)
      }
    }
    return table
  }

  /// How many labels may be passed over.
  ///
  /// - Throws: The mistake for which the pack is refused: a label that has to be understood.
  private static func unknownLabelCount(
    _ record: [String: GeneralJSON], index: Int
  ) throws(PlacedMistake) -> Int {
    let unknown = record.keys.filter { !labels.contains($0) }
    guard let label = unknown.filter({ $0.utf8.last == UInt8(ascii: "_") }).min() else {
      return unknown.count
    }
    throw .badPayload(
      "[\(index)]", found: "the unknown label \(OneLine.quoted(label))",
      expected: "no label ending in '_' but what RFC 8428 defines")
  }

  /// Adds the value of one record.
  ///
  /// - Throws: The mistake for which the record is refused.
  private func add(
    _ record: [String: GeneralJSON], place: String, base: SenMLBase, window: TimeWindow,
    to table: inout ReadingTable
  ) throws(PlacedMistake) {
    let name = try Self.name(record, place: place, base: base)
    guard let json = try number(record, name: name, place: place) else {
      table.ignoredKeyCount += 1
      return
    }
    let binding = try names.binding(name, place: "\(place).n")
    guard case .number(let given) = json else {
      throw .wrongKind(json, "\(place).v", expected: "a number")
    }
    let conversion = try conversion(record, binding: binding, place: place, base: base)
    let time = try Self.time(record, place: place, base: base, window: window)
    // Nothing is added where there is no base value, so that -0 stays what it is.
    let sum = base.value == 0 ? given : base.value + given
    let value = try conversion.finite(sum, place: "\(place).v")
    try table.add(value, of: binding, at: time, place: "\(place).v")
  }

  private static func name(
    _ record: [String: GeneralJSON], place: String, base: SenMLBase
  ) throws(PlacedMistake) -> String {
    var name = base.name
    if let json = record["n"] {
      guard case .string(let own) = json else {
        throw .wrongKind(json, "\(place).n", expected: "a string")
      }
      let byteCount = name.utf8.count + own.utf8.count
      // Before they are joined: a long base name before many records would be copied for each.
      guard byteCount <= nameByteLimit else { throw tooLong(byteCount, place: place) }
      name += own
    }
    guard name.utf8.count <= nameByteLimit else {
      throw tooLong(name.utf8.count, place: place)
    }
    guard isName(name) else {
      throw .badPayload(
        "\(place).n", found: name.isEmpty ? "no name" : OneLine.quoted(name, limit: 60),
        expected: "a letter or digit, then letters, digits and - : . / _ in bn and n together")
    }
    return name
  }

  /// A name that no map has.
  private static func tooLong(_ byteCount: Int, place: String) -> PlacedMistake {
    .badPayload(
      "\(place).n", found: "\(byteCount) bytes",
      expected: "at most \(nameByteLimit) in bn and n together")
  }

  /// Whether `name` is made of the characters that the RFC allows.
  private static func isName(_ name: String) -> Bool {
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    guard let first = name.utf8.first, isAlphanumeric(first) else { return false }
    return name.utf8.allSatisfy { isAlphanumeric($0) || "-:./_".utf8.contains($0) }
  }

  /// The record's `v`; nil for a record that is to be passed over.
  private func number(
    _ record: [String: GeneralJSON], name: String, place: String
  ) throws(PlacedMistake) -> GeneralJSON? {
    let given = Self.valueLabels.filter { record[$0.label] != nil }
    let isSum = given.isEmpty && record["s"] != nil
    guard given.count == 1 || isSum else {
      throw .badPayload(
        place,
        found: given.isEmpty ? "no value" : given.map(\.label).joined(separator: " and "),
        expected: "exactly one of v, vs, vb, vd, or s")
    }
    if let json = record["v"] { return json }
    guard names[name] == nil else {
      throw .badPayload(
        "\(place).\(given.first?.label ?? "s")",
        found: "\(given.first?.phrase ?? "only a sum") of \(OneLine.quoted(name, limit: 60))",
        expected: "a number in v")
    }
    return nil
  }

  /// From the record's unit to the parameter's.
  private func conversion(
    _ record: [String: GeneralJSON], binding: ValueBinding, place: String, base: SenMLBase
  ) throws(PlacedMistake) -> UnitConversion {
    var unit = base.unit
    if let json = record["u"] {
      guard case .string(let own) = json else {
        throw .wrongKind(json, "\(place).u", expected: "a string")
      }
      unit = own
    }
    let target = parameters[binding.parameter.index].unit
    let conversion = unit.map { UnitConversion(from: $0, to: target) } ?? binding.conversion
    guard let conversion else {
      throw PlacedMistake(
        reason: .badUnit, place: "\(place).u",
        found: unit.map { "the unit \(OneLine.quoted($0))" } ?? "no unit",
        expected: "one of " + UnitConversion.units(to: target).joined(separator: ", "))
    }
    return conversion
  }

  private static func time(
    _ record: [String: GeneralJSON], place: String, base: SenMLBase, window: TimeWindow
  ) throws(PlacedMistake) -> Timestamp {
    var seconds = base.time
    if let json = record["t"] {
      guard case .number(let own) = json else {
        throw .wrongKind(json, "\(place).t", expected: "a number of seconds")
      }
      seconds += own
    }
    var milliseconds = seconds * 1000
    if seconds < relativeTimeLimit {
      milliseconds += Double(try window.arrival(place: "\(place).t").milliseconds)
    }
    return try window.instant(
      milliseconds: milliseconds, place: "\(place).t",
      expected: "seconds since 1970, or from now if below 2^28, in bt and t together")
  }
}
