import PoolModel

/// A value's place in a payload, put into words only when something is wrong with it.
struct Place {
  /// The index of the reading in an array of readings; nil when the payload is one object.
  var element: Int?
  /// The top-level key of the dialect, such as `values`; empty for the object itself.
  var field: StaticString = ""
  /// The key in that field, or at the top level where `field` is empty.
  var key: JSONText?

  /// This place's `field`.
  func field(_ field: StaticString) -> Place {
    Place(element: element, field: field)
  }

  /// The value under `key` at this place.
  func key(_ key: JSONText) -> Place {
    Place(element: element, field: field, key: key)
  }

  /// Such as `[2].values.ph`; empty for a payload that is one object.
  func path(in bytes: Span<UInt8>) -> String {
    var path = element.map { "[\($0)]" } ?? ""
    for name in ["\(field)", keyName(in: bytes)] where !name.isEmpty {
      path += path.isEmpty ? name : ".\(name)"
    }
    return path
  }

  /// The key, escaped and cut; in quotes when it is empty.
  private func keyName(in bytes: Span<UInt8>) -> String {
    guard let key else { return "" }
    guard key.end > key.start else { return "''" }
    return OneLine.escaped(key.string(in: bytes), limit: OneLine.nameLimit)
  }

  /// Not the dialect: at `offset`, for this place, stands `found`.
  func mistake(
    at offset: Int, found: String, expected: String, in bytes: Span<UInt8>,
    reason: RefusalReason = .badPayload
  ) -> Mistake {
    Mistake(
      reason: reason, offset: offset, path: path(in: bytes), found: found, expected: expected)
  }
}

extension JSONScanner {
  /// What is wrong with the value that begins here, which is of another kind than `expected`; a
  /// mistake of syntax when none begins.
  @inline(never)
  func wrongKind(
    _ place: Place, expected: String, in bytes: Span<UInt8>
  ) throws(Mistake) -> Mistake {
    place.mistake(
      at: offset, found: try kind(in: bytes).phrase, expected: expected, in: bytes)
  }
}
