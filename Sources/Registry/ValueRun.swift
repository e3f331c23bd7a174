import PoolModel

/// A value, or several in a row, as a case of `poolwatch rules test` writes them: `0.5`, `0.5 x 10`,
/// `0.5..0.3 x 20`, `none`, `_ x 5`, `0.2 x 3 maintenance`.
struct ValueRun {
  /// One value of a run.
  struct Value {
    /// The number; nil where the gateway says that it has none, or nothing comes.
    let number: Double?
    /// What the gateway says about it.
    let marks: GatewayMarks
    /// Whether nothing comes.
    let isAbsent: Bool
  }

  let values: [Value]

  /// Completes "…, expected ".
  static let expected =
    "a number, from..to, none (the gateway has none) or _ (nothing comes), then x COUNT, then"
    + " maintenance, calibration, fault or manual"

  private static let marks: [String: GatewayMarks] = [
    "maintenance": .maintenance, "calibration": .calibration, "fault": .fault, "manual": .manual,
  ]
  /// More than any case has.
  private static let countLimit = 100_000

  /// nil when `text` is no run.
  init?(_ text: String) {
    var words = text.split(separator: " ")[...]
    guard let first = words.popFirst() else { return nil }
    var count = 1
    if words.first == "x" {
      words.removeFirst()
      guard let number = words.popFirst().flatMap({ Int($0) }) else { return nil }
      count = number
    } else if let word = words.first, word.hasPrefix("x"), let number = Int(word.dropFirst()) {
      words.removeFirst()
      count = number
    }
    guard (1...Self.countLimit).contains(count) else { return nil }
    var marks: GatewayMarks = []
    for word in words {
      guard let mark = Self.marks[String(word)] else { return nil }
      marks.insert(mark)
    }
    switch first {
    case "_":
      guard marks.isEmpty else { return nil }
      values = Array(repeating: Value(number: nil, marks: [], isAbsent: true), count: count)
    case "none":
      values = Array(repeating: Value(number: nil, marks: marks, isAbsent: false), count: count)
    default:
      guard let numbers = Self.numbers(first, count: count) else { return nil }
      values = numbers.map { Value(number: $0, marks: marks, isAbsent: false) }
    }
  }

  /// `text` so many times, or from one number to another in so many equal steps.
  private static func numbers(_ text: Substring, count: Int) -> [Double]? {
    guard let dots = text.firstRange(of: "..") else {
      guard let number = Double(text), number.isFinite else { return nil }
      return Array(repeating: number, count: count)
    }
    guard let from = Double(text[..<dots.lowerBound]), from.isFinite, count > 1,
      let to = Double(text[dots.upperBound...]), to.isFinite
    else { return nil }
    return (0..<count).map { index in
      // Decimals, as sensors show them.
      let value = from + (to - from) * Double(index) / Double(count - 1)
      return (value * 1e6).rounded() / 1e6
    }
  }
}

extension Form where Value == PoolID {
  /// A pool of the plan.
  static var poolID: Form { Form(expected: "a pool as VENUE/POOL") { PoolID($0.text) } }
}

extension Form where Value == AlarmState {
  /// A state that a step without a person leads to.
  static var stateOfStep: Form {
    Form(expected: "one of active, returned, historical") { scalar in
      ["active": .active, "returned": .returned, "historical": .historical][scalar.text]
    }
  }
}

extension Form where Value == Timestamp {
  /// An instant; also as a span after `start`, where there is one.
  static func instant(after start: Timestamp?) -> Form {
    let span = start == nil ? "" : ", or a span after 'start' such as +90s, +5m or +1h30m"
    return Form(expected: "an RFC 3339 time with an offset\(span)") { scalar in
      if let start, let span = Self.span(scalar.text) { return start + span }
      return Timestamp(rfc3339: scalar.text)
    }
  }

  private static func span(_ text: String) -> Duration? {
    guard text.hasPrefix("+") else { return nil }
    let seconds: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    var (sum, digits) = (0.0, "")
    for letter in text.dropFirst() {
      if letter.isASCII, letter.isNumber || letter == "." {
        digits.append(letter)
        continue
      }
      guard let unit = seconds[letter], let number = Double(digits) else { return nil }
      sum += number * unit
      digits = ""
    }
    guard digits.isEmpty, text.utf8.count > 2, sum <= 366 * 86_400 else { return nil }
    return .milliseconds(Int64((sum * 1000).rounded()))
  }
}
