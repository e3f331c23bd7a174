import GRDB
import PoolModel

extension Row {
  /// The instant in `column`, which is not NULL.
  func time(_ column: String) -> Timestamp {
    Timestamp(milliseconds: self[column])
  }

  /// The instant in `column`; nil where it is NULL.
  func optionalTime(_ column: String) -> Timestamp? {
    (self[column] as Int64?).map(Timestamp.init(milliseconds:))
  }

  /// The word in `column` as one of `Word`'s.
  func word<Word: RawRepresentable<String>>(_ column: String) throws -> Word {
    let text: String = self[column]
    guard let word = Word(rawValue: text) else {
      throw UnreadableValue(column: column, text: text)
    }
    return word
  }
}

extension AlarmOccurrence {
  init(row: Row) throws {
    var pool: PoolID?
    if let venue = row["venue"] as String?, let name = row["pool"] as String? {
      pool = PoolID(venue: venue, pool: name)
    }
    self.init(
      id: row["id"], alarmClass: try row.word("class"), state: try row.word("state"),
      rule: row["rule"], profile: row["profile"], clause: row["clause"],
      basis: row["basis"], pool: pool, parameter: row["parameter"], value: row["value"],
      limit: row["limit_value"], eventTime: row.time("event_time"),
      detectedTime: row.time("detected_time"),
      returnedTime: row.optionalTime("returned_time"), acknowledgedBy: row["acknowledged_by"],
      isAnnounced: row["is_announced"], severity: try row.word("severity"),
      assignedTo: row["assigned_to"],
      hold: try AlarmHold(word: row["hold"], until: row.optionalTime("shelved_until")))
  }
}

extension AlarmHold {
  /// The word of a hold; nil is none.
  init?(word: String?, until: Timestamp?) throws {
    switch word {
    case nil: return nil
    case "shelved":
      guard let until else { throw UnreadableValue(column: "shelved_until", text: "NULL") }
      self = .shelved(until: until)
    case "out_of_service": self = .outOfService
    case let word?: throw UnreadableValue(column: "hold", text: word)
    }
  }
}

extension SourceState {
  init(row: Row) {
    let parameter: String = row["parameter"]
    self.init(
      pool: PoolID(venue: row["venue"], pool: row["pool"]),
      parameter: parameter.isEmpty ? nil : parameter, expectedSince: row.time("expected_since"),
      newestReading: row.optionalTime("newest_reading"))
  }
}

extension String {
  /// The text, or as much of its beginning as fits in `byteCount` bytes of UTF-8, then `…`.
  func cut(toByteCount byteCount: Int) -> String {
    guard utf8.count > byteCount else { return self }
    var kept = ""
    var rest = byteCount - 3
    for scalar in unicodeScalars {
      rest -= UTF8.width(scalar)
      guard rest >= 0 else { break }
      kept.unicodeScalars.append(scalar)
    }
    return kept + "…"
  }
}
