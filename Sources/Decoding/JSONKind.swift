/// The kinds of JSON value.
enum JSONKind {
  case object
  case array
  case string
  case number
  case boolean
  case null

  /// The kind of the value that begins with `firstByte`; nil when none does.
  @inline(__always)
  init?(firstByte: UInt8) {
    switch firstByte {
    case UInt8(ascii: "{"): self = .object
    case UInt8(ascii: "["): self = .array
    case UInt8(ascii: "\""): self = .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): self = .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .boolean
    case UInt8(ascii: "n"): self = .null
    default: return nil
    }
  }

  /// With its article, for people.
  var phrase: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string: "a string"
    case .number: "a number"
    case .boolean: "a boolean"
    case .null: "null"
    }
  }
}

/// The arrays and objects that are open around a place: one bit each, no recursion, so that no text
/// can use up the stack.
struct JSONNesting {
  /// What a place lies in.
  enum Container {
    case object
    case array
  }

  private let outerDepth: Int
  private var count = 0
  private var isObject = InlineArray<8, UInt64>(repeating: 0)

  /// Nothing open yet, at a place that itself lies `depth` deep.
  init(depth: Int) {
    outerDepth = depth
  }

  var isEmpty: Bool { count == 0 }

  /// The container that was entered last and not left.
  var innermost: Container? {
    guard count > 0 else { return nil }
    let index = count - 1
    return isObject[index >> 6] >> UInt64(index & 63) & 1 == 1 ? .object : .array
  }

  /// Goes into a container that begins at `offset`.
  mutating func enter(_ container: Container, at offset: Int) throws(Mistake) {
    guard outerDepth + count < JSONScanner.depthLimit else {
      throw .syntax(at: offset, expected: "nesting of at most \(JSONScanner.depthLimit)")
    }
    let bit: UInt64 = 1 << UInt64(count & 63)
    if container == .object {
      isObject[count >> 6] |= bit
    } else {
      isObject[count >> 6] &= ~bit
    }
    count += 1
  }

  /// Goes out of the innermost container.
  mutating func leave() {
    count -= 1
  }
}
