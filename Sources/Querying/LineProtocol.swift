import PoolModel

// InfluxDB's line protocol (docs.influxdata.com, "Line protocol"), one line per row:
//
//   pool,district=310107,venue=venue-01,pool=main ph=7.31,ph_flag="good",ph_marks="late" 1768953600000000000
//
// Tag keys, tag values and field keys have a backslash before comma, equals sign and space, texts in
// quotes one before quote and backslash. The time is in nanoseconds. A field that is text is a flag
// or marks, so that a parameter of such a name cannot be mistaken.

/// Rows as InfluxDB's line protocol.
enum LineProtocol {
  private static let measurement = "pool"

  static func line(_ row: TransferRow, district: String) -> String {
    var line = "\(measurement),district=\(escaped(district)),venue=\(escaped(row.pool.venue))"
    line += ",pool=\(escaped(row.pool.pool)) "
    var fields: [String] = []
    for value in row.values {
      let key = escaped(value.parameter)
      if let number = value.value { fields.append("\(key)=\(TransferNumber.text(number))") }
      fields.append("\(key)_flag=\"\(value.flag.name)\"")
      if value.marks != 0 { fields.append("\(key)_marks=\"\(MarkNames.text(value.marks))\"") }
    }
    line += fields.joined(separator: ",")
    return line + " \(row.time.milliseconds)000000\n"
  }

  private static func escaped(_ name: String) -> String {
    name.unicodeScalars.reduce(into: "") { text, scalar in
      if scalar == "," || scalar == "=" || scalar == " " { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
  }

  static func row(_ line: String, _ district: String) throws(TransferMistake) -> TransferRow {
    var parser = LineParser(Array(line.utf8))
    guard parser.name() == measurement else {
      throw TransferMistake("the measurement is another, expected pool")
    }
    let pool = try pool(tags: try parser.tags(), district: district)
    var numbers: [String: String] = [:]
    var texts: [String: String] = [:]
    var order: [String] = []
    for (key, value) in try parser.fields() {
      let isNew: Bool
      switch value {
      case .number(let text):
        isNew = numbers.updateValue(text, forKey: key) == nil
        order.append(key)
      case .text(let text):
        isNew = texts.updateValue(text, forKey: key) == nil
        if let name = key.without("_flag"), numbers[name] == nil { order.append(name) }
      }
      guard isNew else { throw TransferMistake("the field \(key) is there twice") }
    }
    let time = try parser.time()
    var values: [TransferValue] = []
    var seen: Set<String> = []
    for name in order where seen.insert(name).inserted {
      let flag = texts.removeValue(forKey: "\(name)_flag")
      let marks = texts.removeValue(forKey: "\(name)_marks") ?? ""
      values.append(try TransferValue(name, number: numbers[name], flag: flag, marks: marks))
    }
    if let key = texts.keys.min() { throw TransferMistake("the field \(key) belongs to no value") }
    return TransferRow(pool: pool, time: time, values: values)
  }

  private static func pool(
    tags: [(String, String)], district: String
  ) throws(TransferMistake) -> PoolID {
    var known: [String: String] = [:]
    for (key, value) in tags {
      guard ["district", "venue", "pool"].contains(key) else {
        throw TransferMistake("the tag \(key) is unknown, expected district, venue, pool")
      }
      guard known.updateValue(value, forKey: key) == nil else {
        throw TransferMistake("the tag \(key) is there twice")
      }
    }
    guard let venue = known["venue"], let pool = known["pool"] else {
      throw TransferMistake("the tag venue or pool is missing")
    }
    if let found = known["district"], found != district {
      throw TransferMistake("the district is \(found), expected \(district)")
    }
    return PoolID(venue: venue, pool: pool)
  }
}

extension String {
  fileprivate func without(_ ending: String) -> String? {
    hasSuffix(ending) ? String(dropLast(ending.count)) : nil
  }
}

/// Reads one line from its front.
private struct LineParser {
  /// A field's value.
  enum Field {
    case number(String)
    case text(String)
  }

  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private func isNext(_ wanted: Unicode.Scalar) -> Bool {
    at < bytes.count && bytes[at] == UInt8(ascii: wanted)
  }

  private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
    guard isNext(wanted) else { return false }
    at += 1
    return true
  }

  /// Up to the next comma, equals sign or space that no backslash stands before.
  mutating func name() -> String {
    var name: [UInt8] = []
    while at < bytes.count, !isNext(","), !isNext("="), !isNext(" ") {
      let isEscape =
        isNext("\\") && at + 1 < bytes.count && ", =".utf8.contains(bytes[at + 1])
      if isEscape { at += 1 }
      name.append(bytes[at])
      at += 1
    }
    return String(decoding: name, as: UTF8.self)
  }

  mutating func tags() throws(TransferMistake) -> [(String, String)] {
    var tags: [(String, String)] = []
    while take(",") {
      let key = name()
      guard take("=") else { throw TransferMistake("the tag \(key) has no value") }
      let value = name()
      guard !key.isEmpty, !value.isEmpty else { throw TransferMistake("a tag is empty") }
      tags.append((key, value))
    }
    guard take(" ") else { throw TransferMistake("the tags do not end in a space") }
    return tags
  }

  mutating func fields() throws(TransferMistake) -> [(String, Field)] {
    var fields: [(String, Field)] = []
    repeat {
      let key = name()
      guard !key.isEmpty, take("=") else {
        throw TransferMistake("a field is expected at byte \(at + 1)")
      }
      fields.append((key, isNext("\"") ? .text(try text()) : .number(name())))
    } while take(",")
    guard take(" ") else { throw TransferMistake("there is no time after the fields") }
    return fields
  }

  private mutating func text() throws(TransferMistake) -> String {
    at += 1
    var text: [UInt8] = []
    while at < bytes.count, !isNext("\"") {
      if isNext("\\"), at + 1 < bytes.count, "\"\\".utf8.contains(bytes[at + 1]) { at += 1 }
      text.append(bytes[at])
      at += 1
    }
    guard take("\"") else { throw TransferMistake("a text in quotes does not end") }
    return String(decoding: text, as: UTF8.self)
  }

  mutating func time() throws(TransferMistake) -> Timestamp {
    let text = String(decoding: bytes[at...], as: UTF8.self)
    guard let nanoseconds = Int64(text), nanoseconds.isMultiple(of: 1_000_000) else {
      throw TransferMistake("the time is '\(text)', expected whole milliseconds in nanoseconds")
    }
    return Timestamp(milliseconds: nanoseconds / 1_000_000)
  }
}
