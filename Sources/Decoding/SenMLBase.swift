import PoolModel

/// The base fields of a SenML pack as they stand at one record (RFC 8428 section 4.1): each applies to
/// its own record and to those after it, until it is given anew.
struct SenMLBase {
  /// Put before every name.
  private(set) var name = ""
  /// Added to every time, in seconds.
  private(set) var time = 0.0
  /// The unit of records that name none; nil before any was given.
  private(set) var unit: String?
  /// Added to every value.
  private(set) var value = 0.0
  /// The version of the format; one for the whole pack.
  private var version = Self.understoodVersion

  /// The version of RFC 8428, and its default.
  private static let understoodVersion = 10.0

  /// The labels of base fields.
  static let labels: Set<String> = ["bn", "bt", "bu", "bv", "bs", "bver"]

  /// Takes up the base fields of the pack's record at `index`.
  ///
  /// - Throws: The mistake for which the pack is refused: every record after it would be read wrongly.
  mutating func apply(
    _ record: [String: GeneralJSON], index: Int
  ) throws(PlacedMistake) {
    try applyVersion(record, index: index)
    if let json = record["bn"] { name = try Self.string(json, "[\(index)].bn") }
    if let json = record["bu"] { unit = try Self.string(json, "[\(index)].bu") }
    if let json = record["bt"] { time = try Self.number(json, "[\(index)].bt") }
    if let json = record["bv"] { value = try Self.number(json, "[\(index)].bv") }
    if let json = record["bs"] { _ = try Self.number(json, "[\(index)].bs") }
  }

  private mutating func applyVersion(
    _ record: [String: GeneralJSON], index: Int
  ) throws(PlacedMistake) {
    guard let json = record["bver"] else { return }
    let place = "[\(index)].bver"
    let given = try Self.number(json, place)
    guard given >= 1, given <= Self.understoodVersion, given == given.rounded() else {
      throw .badPayload(
        place, found: "\(given)", expected: "a whole number up to 10, the version of RFC 8428")
    }
    guard index == 0 || given == version else {
      throw .badPayload(
        place, found: "\(given)", expected: "\(version), the version of the records before it")
    }
    version = given
  }

  private static func string(
    _ json: GeneralJSON, _ place: String
  ) throws(PlacedMistake) -> String {
    guard case .string(let string) = json else {
      throw .wrongKind(json, place, expected: "a string")
    }
    return string
  }

  private static func number(
    _ json: GeneralJSON, _ place: String
  ) throws(PlacedMistake) -> Double {
    guard case .number(let number) = json else {
      throw .wrongKind(json, place, expected: "a number")
    }
    return number
  }
}
