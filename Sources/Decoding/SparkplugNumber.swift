import PoolModel

/// The numeric types of Sparkplug B by the numbers of its specification (chapter 6).
enum SparkplugNumberType: UInt32 {
  case int8 = 1
  case int16, int32, int64, uint8, uint16, uint32, uint64, float, double

  /// The bits of a whole number; nil for floating point.
  fileprivate var bitCount: Int? {
    switch self {
    case .int8, .uint8: 8
    case .int16, .uint16: 16
    case .int32, .uint32: 32
    case .int64, .uint64: 64
    case .float, .double: nil
    }
  }

  fileprivate var isSigned: Bool {
    rawValue <= Self.int64.rawValue
  }
}

extension SparkplugPayload.Metric {
  /// The number that the metric has.
  ///
  /// A `float` stands for the shortest decimal that gives it back: 7.1 sent as a float is stored as 7.1,
  /// not as the 7.099999904632568 of its bits, for the sensor meant the one and never measured the
  /// other. Whole numbers are taken in 32 or 64 bits, negative ones in the two's complement of their
  /// type or of the field, both of which gateways write.
  ///
  /// - Parameters:
  ///   - declared: The type that the birth gave, 0 where it gave none.
  ///   - place: Which metric it is, for people.
  /// - Returns: The number; nil where the metric is null.
  /// - Throws: `bad_payload` for what is no number of the type, `non_finite` for NaN and infinities.
  func number(declared: UInt32, place: String) throws(PlacedMistake) -> Double? {
    let type = try numberType(declared: declared, place: place)
    if isNull { return nil }
    switch (type, value) {
    case (.float, .floatValue(let number)), (.double, .floatValue(let number)):
      // Every finite float's description is a decimal; for the others the check below speaks.
      return try finite(Double("\(number)") ?? Double(number), place: place)
    case (.float, .doubleValue(let number)), (.double, .doubleValue(let number)):
      return try finite(number, place: place)
    case (_, .intValue(let bits)) where type != .int64:
      return try whole(
        type, extended: Int64(Int32(bitPattern: bits)), bits: UInt64(bits), place: place)
    case (_, .longValue(let bits)):
      return try whole(type, extended: Int64(bitPattern: bits), bits: bits, place: place)
    default:
      throw mismatch(type, place: place)
    }
  }

  private func numberType(
    declared: UInt32, place: String
  ) throws(PlacedMistake) -> SparkplugNumberType {
    let given = hasDatatype && datatype != 0 ? datatype : declared
    guard declared == 0 || given == declared else {
      throw .badPayload(
        place, found: "datatype \(given)", expected: "datatype \(declared) as in the birth")
    }
    guard let type = SparkplugNumberType(rawValue: given) else {
      throw .badPayload(
        place, found: given == 0 ? "no datatype" : "datatype \(given)",
        expected: "a number: datatype 1 (Int8) to 10 (Double)")
    }
    return type
  }

  private func finite(_ number: Double, place: String) throws(PlacedMistake) -> Double {
    guard number.isFinite else {
      throw PlacedMistake(
        reason: .nonFinite, place: place, found: "\(number)", expected: "a finite number")
    }
    return number
  }

  /// The whole number in a field that is `extended` where it is read as signed, and `bits` as it is.
  private func whole(
    _ type: SparkplugNumberType, extended: Int64, bits: UInt64, place: String
  ) throws(PlacedMistake) -> Double {
    guard let bitCount = type.bitCount else { throw mismatch(type, place: place) }
    let isWithin = bitCount == 64 || bits < 1 << UInt64(bitCount)
    let exact: Double?
    if !type.isSigned {
      exact = isWithin ? Double(exactly: bits) : nil
    } else if extended >= .min >> Int64(64 - bitCount), extended <= .max >> Int64(64 - bitCount) {
      exact = Double(exactly: extended)
    } else {
      exact = isWithin ? Double(Int64(bits) - 1 << Int64(bitCount)) : nil
    }
    guard let exact else {
      throw .badPayload(
        place, found: "\(type.isSigned ? "\(extended)" : "\(bits)")",
        expected: "a whole number of type \(type) that a double holds exactly")
    }
    return exact
  }

  private func mismatch(_ type: SparkplugNumberType, place: String) -> PlacedMistake {
    let found =
      switch value {
      case .intValue: "a 32-bit whole number"
      case .longValue: "a 64-bit whole number"
      case .floatValue, .doubleValue: "a floating-point number"
      case .booleanValue: "a boolean"
      case .stringValue: "a string"
      case nil: "no number"
      }
    return .badPayload(place, found: found, expected: "a number of type \(type), or is_null")
  }
}
