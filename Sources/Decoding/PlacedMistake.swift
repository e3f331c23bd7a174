import PoolModel

/// Why a part of a message, or all of it, cannot be used though it is JSON.
///
/// Like `Mistake`, with a path alone for its place: values made by a library have lost their bytes.
struct PlacedMistake: Error, Equatable {
  /// The kind of mistake.
  var reason: RefusalReason
  /// The value it is about, such as `[2].v`; empty for the message itself.
  var place: String
  /// What stands there.
  var found: String
  /// What ought to stand there.
  var expected: String

  /// A part that is not what the dialect prescribes.
  static func badPayload(_ place: String, found: String, expected: String) -> PlacedMistake {
    PlacedMistake(reason: .badPayload, place: place, found: found, expected: expected)
  }

  /// A value of another kind than `expected`; a number beyond all doubles is `non_finite`.
  static func wrongKind(_ json: GeneralJSON, _ place: String, expected: String) -> PlacedMistake {
    PlacedMistake(
      reason: json == .unrepresentableNumber ? .nonFinite : .badPayload, place: place,
      found: json.phrase, expected: expected)
  }

  /// In one line: where, what was found, what was expected.
  var detail: String {
    "\(place.isEmpty ? "message" : place): found \(found), expected \(expected)"
  }
}
