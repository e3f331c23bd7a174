/// What a value has to look like: the words for the reader, and the reading.
struct Form<Value> {
  /// Completes "…, expected ".
  let expected: String
  /// nil when the scalar is not of this form.
  let read: (Scalar) -> Value?
}

// MARK: - Numbers

extension Form where Value == Int {
  /// A whole number in decimal; `unit` is shown.
  static func whole(_ range: ClosedRange<Int>, unit: String = "") -> Form {
    Form(expected: "a whole number \(range.lowerBound)…\(range.upperBound)\(suffix(unit))") {
      guard let text = numeral($0), let number = Int(text), range.contains(number) else {
        return nil
      }
      return number
    }
  }

  /// A number of bytes that is a power of two.
  static func powerOfTwo(_ range: ClosedRange<Int>) -> Form {
    let words = "a power of two from \(range.lowerBound) to \(range.upperBound) bytes"
    return Form(expected: words) {
      guard let text = numeral($0), let number = Int(text), range.contains(number),
        number & (number - 1) == 0
      else { return nil }
      return number
    }
  }

  /// A whole number of bytes that is a multiple of `unit`.
  static func byteCount(_ range: ClosedRange<Int>, multipleOf unit: Int) -> Form {
    let words = "a multiple of \(unit) from \(range.lowerBound) to \(range.upperBound) bytes"
    return Form(expected: words) {
      guard let text = numeral($0), let number = Int(text), range.contains(number),
        number.isMultiple(of: unit)
      else { return nil }
      return number
    }
  }
}

extension Form where Value == Double {
  /// A finite number.
  static func number(_ range: ClosedRange<Double>, unit: String = "") -> Form {
    let words = "a number \(shown(range.lowerBound))…\(shown(range.upperBound))\(suffix(unit))"
    return Form(expected: words) { decimal($0, in: range) }
  }

  /// Any number up to 10⁹ on either side of zero.
  static var anyNumber: Form {
    Form(expected: "a number") { decimal($0, in: -1e9...1e9) }
  }
}

extension Form where Value == Duration {
  /// Seconds, fractions allowed, kept to the millisecond.
  static func seconds(_ range: ClosedRange<Double>) -> Form {
    let words = "a number of seconds \(shown(range.lowerBound))…\(shown(range.upperBound))"
    return Form(expected: words) { scalar in
      decimal(scalar, in: range).map { .milliseconds(Int64(($0 * 1000).rounded())) }
    }
  }

  /// Whole seconds, for what travels in a field of an MQTT packet.
  static func wholeSeconds(_ range: ClosedRange<Int>) -> Form {
    let form = Form<Int>.whole(range, unit: "seconds")
    return Form(expected: form.expected) { scalar in form.read(scalar).map { .seconds($0) } }
  }

  /// Days of 86,400 s, fractions allowed, kept to the millisecond.
  static func days(_ range: ClosedRange<Double>) -> Form {
    let words = "a number of days \(shown(range.lowerBound))…\(shown(range.upperBound))"
    return Form(expected: words) { scalar in
      decimal(scalar, in: range).map { .milliseconds(Int64(($0 * 86_400_000).rounded())) }
    }
  }
}

/// The plain text of a number; nil for what YAML would not call a decimal number: quoted text, and
/// zeros in front (octal to some readers).
private func numeral(_ scalar: Scalar) -> String? {
  let digits = scalar.text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
  guard !scalar.isQuoted, digits.contains(where: { (0x30...0x39).contains($0) }),
    scalar.text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) })
  else { return nil }
  let second = digits.dropFirst().first
  if digits.first == UInt8(ascii: "0"), let second, (0x30...0x39).contains(second) { return nil }
  return scalar.text
}

private func decimal(_ scalar: Scalar, in range: ClosedRange<Double>) -> Double? {
  guard let text = numeral(scalar), let number = Double(text), range.contains(number) else {
    return nil
  }
  return number
}

private func suffix(_ unit: String) -> String { unit.isEmpty ? "" : " \(unit)" }

/// `number` as a person would write it: whole numbers without a point.
func shown(_ number: Double) -> String {
  Int(exactly: number).map(String.init) ?? "\(number)"
}

/// `number` without the last binary digits that a sum or a product leaves behind.
func rounded(_ number: Double) -> Double { (number * 1e9).rounded() / 1e9 }
