import PoolModel

extension Form where Value == Dialect {
  /// A dialect's name; the layout of a mapped one is read from other keys.
  static var dialect: Form {
    let layout = MappedLayout(readings: nil, time: nil, timeFormat: .rfc3339)
    let dialects: [Dialect] = [.senML, .sparkplug, .hj212, .sensorThings, .mapped(layout)]
    let names = dialects.map(\.name)
    return Form(expected: "one of \(names.joined(separator: ", "))") { scalar in
      dialects.first { $0.name == scalar.text }
    }
  }
}

extension Form where Value == String {
  /// The name of a value, as the dialect writes it.
  static func valueName(_ dialect: Dialect?) -> Form {
    switch dialect {
    case .senML: senMLName
    case .hj212: hj212Code
    case .mapped: jsonPath
    case .sparkplug:
      text(valueNameLimit, what: "a metric as METRIC or DEVICE/METRIC")
    case .sensorThings: text(valueNameLimit, what: "the id of a datastream")
    case nil: text(valueNameLimit)
    }
  }

  /// Longer than names of gateways get, short enough for a message about one.
  private static var valueNameLimit: Int { 200 }

  /// Keys and array indices with dots between.
  static var jsonPath: Form {
    let text = Form.text(valueNameLimit)
    let words =
      "a path of keys and indices with dots between such as payload.0.value, one line of"
      + " 1…\(valueNameLimit) characters"
    return Form(expected: words) { scalar in
      guard let path = text.read(scalar), !path.hasPrefix("."), !path.hasSuffix("."),
        !path.contains("..")
      else { return nil }
      return path
    }
  }

  /// A name of RFC 8428, section 4.5.1, whole: with its base name.
  private static var senMLName: Form {
    let words =
      "a SenML name with its base name, 1…\(valueNameLimit) of A–Z a–z 0–9 - : . / _, a letter or"
      + " digit first"
    return Form(expected: words) { scalar in
      let bytes = scalar.text.utf8
      guard !scalar.isNull, (1...valueNameLimit).contains(bytes.count),
        bytes.first.map(isLetterOrDigit) == true,
        bytes.allSatisfy({ isLetterOrDigit($0) || "-:./_".utf8.contains($0) })
      else { return nil }
      return scalar.text
    }
  }

  /// What stands before `-Rtd`, `-Avg` or `-Flag` in a frame.
  private static var hj212Code: Form {
    let words = "a code of 1…64 letters, digits and _ such as w01001, without -Rtd or -Avg"
    return Form(expected: words) { scalar in
      let bytes = scalar.text.utf8
      guard !scalar.isNull, (1...64).contains(bytes.count),
        bytes.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: "_") })
      else { return nil }
      return scalar.text
    }
  }
}

extension Form where Value == MappedLayout.TimeFormat {
  /// How a mapped gateway writes times.
  static var timeFormat: Form {
    let words =
      "one of rfc3339, epoch_seconds, epoch_milliseconds, or local and the offset from UTC,"
      + " local-12:00…local+14:00"
    return Form(expected: words) { scalar in
      switch scalar.text {
      case "rfc3339": .rfc3339
      case "epoch_seconds": .epochSeconds
      case "epoch_milliseconds": .epochMilliseconds
      default: secondsFromUTC(scalar.text).map { .local(secondsFromUTC: $0) }
      }
    }
  }

  /// The offset in a text such as `local+08:00`.
  private static func secondsFromUTC(_ text: String) -> Int? {
    guard let match = text.wholeMatch(of: /local([+-])([0-9]{2}):([0-5][0-9])/),
      let hours = Int(match.2), let minutes = Int(match.3)
    else { return nil }
    let seconds = (hours * 60 + minutes) * (match.1 == "-" ? -60 : 60)
    // The clocks that people live by (IANA database) lie between these two.
    return (-12 * 3600...14 * 3600).contains(seconds) ? seconds : nil
  }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"):
    true
  default: false
  }
}
