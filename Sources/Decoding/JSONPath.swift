/// The way to a value in a JSON value: keys and array indices with dots between, such as
/// `payload.0.value`.
///
/// A number is an index where it meets an array and a key where it meets an object. A key with a dot
/// in it cannot be named.
struct JSONPath: Hashable, Sendable, CustomStringConvertible {
  /// As it stands in the configuration.
  let description: String
  private let steps: [Step]

  private struct Step: Hashable {
    let key: String
    /// nil where the key is no index: digits without a leading zero.
    let index: Int?
  }

  /// The path that `text` writes.
  init(_ text: String) {
    description = text
    steps = text.split(separator: ".", omittingEmptySubsequences: false).map { key in
      let isIndex =
        !key.isEmpty && key.utf8.allSatisfy { (0x30...0x39).contains($0) }
        && (key == "0" || key.first != "0")
      return Step(key: String(key), index: isIndex ? Int(key) : nil)
    }
  }

  /// The value at the end of the path from `root`; nil when the path does not lead through.
  func value(in root: GeneralJSON) -> GeneralJSON? {
    var value = root
    for step in steps {
      switch value {
      case .object(let members):
        guard let member = members[step.key] else { return nil }
        value = member
      case .array(let elements):
        guard let index = step.index, index < elements.count else { return nil }
        value = elements[index]
      default: return nil
      }
    }
    return value
  }
}
