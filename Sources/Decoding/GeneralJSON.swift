import Foundation
import PoolModel

/// Any JSON value, for the dialects whose messages are not read at the native dialect's rate.
///
/// `JSONInspection` looks through the text first; Foundation's `JSONDecoder` makes the values. Of the
/// two readers in Foundation it is the one that keeps every number as the nearest double and tells
/// `true` from `1`.
enum GeneralJSON: Equatable, Decodable {
  case null
  case boolean(Bool)
  case number(Double)
  /// A number that no double comes near: beyond ±1.8e308, or nearer to zero than 4.9e-324.
  case unrepresentableNumber
  case string(String)
  case array([GeneralJSON])
  case object([String: GeneralJSON])

  /// How deep arrays and objects may lie in one another: far deeper than any gateway's message, and
  /// a recursion that any stack holds.
  static let depthLimit = 32
  /// The most that the depths of all values may sum up to, a value in two arrays counting 2.
  ///
  /// A full payload of single digits in three arrays stays below. The library's time for a text grows
  /// with this sum, so that a hostile message of deep nesting costs a fraction of a second at worst.
  static let depthSumLimit = 400_000

  /// The most bytes of a key as it is written: longer than any name of a gateway's map.
  ///
  /// To hash a text with combining characters takes a time that grows with the square of their number,
  /// many seconds where one key fills a payload.
  static let keyByteLimit = 1024

  /// Reads `bytes` to their end as one JSON text (RFC 8259) in UTF-8, and nothing more.
  ///
  /// - Throws: The mistake for which the message is refused.
  init(_ bytes: [UInt8]) throws(Mistake) {
    try JSONInspection.inspect(bytes.span)
    do {
      self = try JSONDecoder().decode(GeneralJSON.self, from: Data(bytes))
    } catch {
      throw Mistake(
        reason: .badJSON, offset: 0, found: "a text that the JSON library does not take",
        expected: "JSON (RFC 8259)")
    }
  }

  /// Reads one value from the library.
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // The library has no question for the kind of a value: a refusal means that it is another one.
    // The commonest kinds come first, because a refusal takes longer than a value.
    if container.decodeNil() {
      self = .null
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let string = try? container.decode(String.self) {
      self = .string(string)
    } else if let boolean = try? container.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let object = try? container.decode([String: GeneralJSON].self) {
      self = .object(object)
    } else if let array = try? container.decode([GeneralJSON].self) {
      self = .array(array)
    } else {
      // The text has been looked through, so only a number is left.
      self = .unrepresentableNumber
    }
  }

  /// The kind with its article, for people.
  var phrase: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .number: "a number"
    case .unrepresentableNumber: "a number beyond the range of a double"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
