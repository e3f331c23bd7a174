import PoolModel

// One object per line, its values as a gateway sends them, with the flags that quality control gave:
//
//   {"time":"2026-01-21T08:00:00.000+08:00","venue":"venue-01","pool":"main",
//    "values":{"ph":7.31,"orp":null},"flags":{"ph":"good","orp":"missing"},"marks":{"ph":"late"}}
//
// (on one line). Every value has a flag; null is a value that the gateway did not have. `marks` has
// those values that have some.

/// Rows as JSON objects.
enum TransferJSON {
  static func line(_ row: TransferRow, zone: Zone) -> String {
    var json = JSONText(text: "{")
    json.add(Key("time"), zone.rfc3339(row.time))
    json.add(Key("venue"), row.pool.venue)
    json.add(Key("pool"), row.pool.pool)
    json.text += ",\"values\":" + object(row.values) { $0.add(Key($1.parameter), $1.value) }
    json.text += ",\"flags\":" + object(row.values) { $0.add(Key($1.parameter), $1.flag.name) }
    json.text +=
      ",\"marks\":"
      + object(row.values.filter { $0.marks != 0 }) {
        $0.add(Key($1.parameter), MarkNames.text($1.marks))
      }
    return json.text + "}\n"
  }

  private static func object(
    _ values: [TransferValue], _ add: (inout JSONText, TransferValue) -> Void
  ) -> String {
    var json = JSONText(text: "{")
    for value in values { add(&json, value) }
    return json.text + "}"
  }

  static func row(_ line: String) throws(TransferMistake) -> TransferRow {
    guard case .object(let members) = try StrictJSON.value(line) else {
      throw TransferMistake("it is no JSON object")
    }
    for (key, _) in members
    where !["time", "venue", "pool", "values", "flags", "marks"].contains(key) {
      throw TransferMistake("it has the unknown key '\(key)'")
    }
    let values = try object("values", of: members)
    let flags = try object("flags", of: members)
    let marks = try object("marks", of: members)
    guard let values, !values.isEmpty else { throw TransferMistake("it has no values") }
    for (name, _) in (flags ?? []) + (marks ?? []) where !values.contains(where: { $0.0 == name }) {
      throw TransferMistake("\(name) has a flag or marks and no value")
    }
    var result: [TransferValue] = []
    for (name, value) in values {
      let number: String?
      switch value {
      case .number(let text): number = text
      case .null: number = nil
      default: throw TransferMistake("\(name) is neither a number nor null")
      }
      result.append(
        try TransferValue(
          name, number: number, flag: try text(name, of: flags ?? []),
          marks: try text(name, of: marks ?? []) ?? ""))
    }
    guard let time = try text("time", of: members), let venue = try text("venue", of: members),
      let pool = try text("pool", of: members), !venue.isEmpty, !pool.isEmpty
    else { throw TransferMistake("time, venue or pool is missing") }
    return TransferRow(
      pool: PoolID(venue: venue, pool: pool), time: try TransferTime.instant(time), values: result)
  }

  private static func object(
    _ key: String, of members: [(String, StrictJSON)]
  ) throws(TransferMistake) -> [(String, StrictJSON)]? {
    guard let value = members.first(where: { $0.0 == key })?.1 else { return nil }
    guard case .object(let inner) = value else {
      throw TransferMistake("'\(key)' is no object")
    }
    return inner
  }

  private static func text(
    _ key: String, of members: [(String, StrictJSON)]
  ) throws(TransferMistake) -> String? {
    guard let value = members.first(where: { $0.0 == key })?.1 else { return nil }
    guard case .text(let text) = value else { throw TransferMistake("'\(key)' is no text") }
    return text
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }
}
