import PoolModel

extension Form where Value == String {
  /// One line of at most `limit` characters.
  static func text(_ limit: Int, what: String = "text") -> Form {
    Form(expected: "\(what), one line of 1…\(limit) characters") { line($0, limit: limit) }
  }

  /// A unit; empty for a quantity without one, as pH.
  static var unit: Form {
    Form(expected: "a unit of at most 16 characters, \"\" for none") { scalar in
      scalar.isQuoted && scalar.text.isEmpty ? "" : line(scalar, limit: 16)
    }
  }

  /// A level of a topic.
  static var id: Form {
    Form(expected: "1…64 of the characters A–Z a–z 0–9 _ -") { scalar in
      let text = scalar.text
      return !scalar.isNull && (1...64).contains(text.utf8.count)
        && text.utf8.allSatisfy(isNameByte) ? text : nil
    }
  }

  /// A path as written; what it is relative to is decided where it is used.
  static var path: Form {
    Form(expected: "the path of a file") { line($0, limit: 4000) }
  }

  /// A path that fits a `sockaddr_un` with its final zero (unix(7): 108 bytes).
  static var socketPath: Form {
    Form(expected: "a path of 1…107 bytes") { scalar in
      line(scalar, limit: 107).flatMap { $0.utf8.count <= 107 ? $0 : nil }
    }
  }

  /// A mail address: what RFC 5321 allows without quoting, 254 bytes at most (RFC 3696 erratum 1690).
  static var mailAddress: Form {
    Form(expected: "a mail address such as inspector@example.org") { scalar in
      let parts = scalar.text.split(separator: "@", omittingEmptySubsequences: false)
      guard scalar.text.utf8.count <= 254, parts.count == 2,
        (1...64).contains(parts[0].utf8.count), !parts[1].isEmpty,
        parts[0].utf8.allSatisfy({ isNameByte($0) || ".!#$%&'*+/=?^`{|}~".utf8.contains($0) }),
        parts[1].utf8.allSatisfy({ isNameByte($0) || $0 == UInt8(ascii: ".") }),
        parts.allSatisfy({ !$0.hasPrefix(".") && !$0.hasSuffix(".") && !$0.contains("..") })
      else { return nil }
      return scalar.text
    }
  }

  /// A name or address of a host.
  static var host: Form {
    Form(expected: "a host name or an IP address") { scalar in
      guard let text = line(scalar, limit: 253),
        text.utf8.allSatisfy({ isNameByte($0) || ".:%".utf8.contains($0) })
      else { return nil }
      return text
    }
  }

  /// A division code of GB/T 2260.
  static var districtCode: Form {
    Form(expected: "the six digits of a division code (GB/T 2260), such as 310107") { scalar in
      let text = scalar.text
      return text.utf8.count == 6 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        ? text : nil
    }
  }
}

extension Form where Value == Bool {
  /// true or false, and none of YAML's other words for them.
  static var boolean: Form {
    Form(expected: "true or false") { scalar in
      scalar.isQuoted ? nil : ["true": true, "false": false][scalar.text]
    }
  }
}

extension Form where Value == UInt16 {
  /// A TCP port.
  static var port: Form {
    let form = Form<Int>.whole(1...65_535)
    return Form(expected: form.expected) { scalar in form.read(scalar).map { UInt16($0) } }
  }

  /// The permission bits of a file, in octal as chmod(1) takes them.
  static var mode: Form {
    Form(expected: "permissions in octal, 0000…0777, such as 0660") { scalar in
      guard (3...4).contains(scalar.text.utf8.count), !scalar.text.hasPrefix("+"),
        let bits = UInt16(scalar.text, radix: 8), bits <= 0o777
      else { return nil }
      return bits
    }
  }
}

extension Form where Value == Zone {
  /// A zone of the system's database.
  static var zone: Form {
    Form(expected: "a zone of the IANA database, such as Asia/Shanghai") { Zone(name: $0.text) }
  }
}

extension Form where Value == CivilDate {
  /// A day of the calendar.
  static var date: Form {
    Form(expected: "a date YYYY-MM-DD") { CivilDate($0.text) }
  }
}

extension Form where Value == Int {
  /// Minutes after midnight, from a time of the day.
  static func minuteOfDay(_ range: ClosedRange<Int>) -> Form {
    let last = range.upperBound == 1440 ? "24:00" : "23:59"
    return Form(expected: "a time \"HH:MM\" from 00:00 to \(last)") { scalar in
      let digits = Array(scalar.text.utf8)
      guard digits.count == 5, digits[2] == UInt8(ascii: ":"),
        [0, 1, 3, 4].allSatisfy({ (0x30...0x39).contains(digits[$0]) })
      else { return nil }
      let hour = Int(digits[0] - 0x30) * 10 + Int(digits[1] - 0x30)
      let minute = Int(digits[3] - 0x30) * 10 + Int(digits[4] - 0x30)
      let minutes = hour * 60 + minute
      return minute < 60 && range.contains(minutes) ? minutes : nil
    }
  }

  /// A day of the week, 1 Monday … 7 Sunday.
  static var weekday: Form {
    let words = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return Form(expected: "one of \(words.joined(separator: ", "))") { scalar in
      words.firstIndex(of: scalar.text).map { $0 + 1 }
    }
  }
}

extension Form
where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of the words of `Value`.
  static var word: Form {
    Form(expected: "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))") { scalar in
      Value(rawValue: scalar.text)
    }
  }
}

private func line(_ scalar: Scalar, limit: Int) -> String? {
  let text = scalar.text
  guard !scalar.isNull, (1...limit).contains(text.unicodeScalars.count),
    !text.unicodeScalars.contains(where: \.properties.isControl),
    text.contains(where: { !$0.isWhitespace })
  else { return nil }
  return text
}

private func isNameByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
    true
  default: false
  }
}
