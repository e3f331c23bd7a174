public import PoolModel

/// Reads a recording of other instruments: CSV with a heading, a column of ascending times and some of
/// numbers.
public struct RecordingReader: Sendable {
  /// What stands on one line.
  public struct Row: Hashable, Sendable {
    /// When, as the file says it.
    public let timeText: String
    /// When.
    public let time: Timestamp
    /// Whether the file counts seconds since 1970.
    public let isEpochTime: Bool
    /// The number in each of the columns asked for, in their order; nil where there is none.
    public let values: [Double?]
    /// The same as the file says them; empty where there is none.
    public let texts: [String]
  }

  /// The forms of a time, for people.
  public static let timeForms = "RFC 3339, seconds since 1970, or MM/DD/YYYY hh:mm[:ss] in UTC"

  private let timeColumn: String
  private let columns: [String]
  private var places: (time: Int, values: [Int], count: Int)?
  private var isAtStart = true
  private var newest: Timestamp?

  /// A reader of a file's lines from the first on.
  ///
  /// - Parameters:
  ///   - timeColumn: the heading of the column of times.
  ///   - columns: the headings of the columns of numbers that are asked for.
  public init(timeColumn: String, columns: [String]) {
    self.timeColumn = timeColumn
    self.columns = columns
  }

  /// Whether the heading was read.
  public var hasHeading: Bool { places != nil }

  /// The row on the next line, `bytes` without its line feed; nil for the heading and for empty lines.
  ///
  /// - Throws: `TransferMistake` when it is no row, or its time is before the one above.
  public mutating func row(on bytes: some Sequence<UInt8>) throws(TransferMistake) -> Row? {
    guard let line = try text(of: Array(bytes)) else { return nil }
    let cells = try CSVLine.cells(line)
    guard let (timePlace, valuePlaces, count) = places else {
      var found: [Int] = []
      for column in columns { found.append(try place(of: column, in: cells)) }
      places = (try place(of: timeColumn, in: cells), found, cells.count)
      return nil
    }
    guard cells.count == count else {
      throw TransferMistake("it has \(cells.count) columns, expected \(count) as in the heading")
    }
    let (time, isEpochTime) = try Self.instant(cells[timePlace])
    if let newest, time < newest {
      throw TransferMistake(
        "its time '\(cells[timePlace])' is before the one above, expected ascending times")
    }
    var values: [Double?] = []
    var texts: [String] = []
    for (column, place) in zip(columns, valuePlaces) {
      let value = try Self.number(cells[place], in: column)
      values.append(value)
      texts.append(value == nil ? "" : cells[place])
    }
    newest = time
    return Row(
      timeText: cells[timePlace], time: time, isEpochTime: isEpochTime, values: values,
      texts: texts)
  }

  /// A line without its end and, at the beginning, without the mark that spreadsheets write; nil when
  /// nothing stands on it.
  private mutating func text(of bytes: [UInt8]) throws(TransferMistake) -> String? {
    var bytes = bytes[...]
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    if isAtStart, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    isAtStart = false
    guard !bytes.isEmpty else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw TransferMistake("it is no UTF-8")
    }
    return text
  }

  private func place(of name: String, in heading: [String]) throws(TransferMistake) -> Int {
    let places = heading.indices.filter { heading[$0] == name }
    guard let place = places.first else {
      throw TransferMistake(
        "there is no column '\(name)', expected one of \(heading.joined(separator: ", "))")
    }
    guard places.count == 1 else {
      throw TransferMistake("there are \(places.count) columns '\(name)', expected one")
    }
    return place
  }

  private static func number(
    _ cell: String, in column: String
  ) throws(TransferMistake) -> Double? {
    if cell.isEmpty || cell.lowercased() == "nan" { return nil }
    guard let number = Double(cell), number.isFinite else {
      throw TransferMistake("'\(column)' is '\(cell)', expected a number or nothing")
    }
    return number
  }

  private static func instant(
    _ text: String
  ) throws(TransferMistake) -> (Timestamp, isEpochTime: Bool) {
    if let instant = Timestamp(rfc3339: text) { return (instant, false) }
    // The year 9999, as of RFC 3339.
    if let seconds = Double(text), abs(seconds) < 253_402_300_800 {
      return (Timestamp(milliseconds: Int64((seconds * 1000).rounded())), true)
    }
    guard let instant = american(text) else {
      throw TransferMistake("the time is '\(text)', expected \(timeForms)")
    }
    return (instant, false)
  }

  private static func american(_ text: String) -> Timestamp? {
    let halves = text.split(separator: " ")
    guard halves.count == 2 else { return nil }
    let date = halves[0].split(separator: "/").compactMap { Int($0) }
    let clock = halves[1].split(separator: ":").compactMap { Int($0) }
    guard date.count == 3, date[2] >= 1000,
      let day = CivilDate(year: date[2], month: date[0], day: date[1]),
      clock.count == 2 || clock.count == 3, (0..<24).contains(clock[0]),
      (0..<60).contains(clock[1]), clock.count == 2 || (0..<60).contains(clock[2])
    else { return nil }
    let seconds = clock[0] * 3600 + clock[1] * 60 + (clock.count == 3 ? clock[2] : 0)
    return Timestamp(milliseconds: Int64(day.daysSinceEpoch * 86_400 + seconds) * 1000)
  }
}
