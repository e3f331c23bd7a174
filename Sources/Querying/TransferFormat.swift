public import PoolModel

/// The forms in which stored rows leave a store and come into one.
///
/// All say the same: number, flag and marks of each value come back as they were.
public enum TransferFormat: String, CaseIterable, Hashable, Sendable {
  /// Wide CSV (RFC 4180): time, venue and pool, then three columns for each parameter.
  case csv
  /// A JSON object on each line.
  case ndjson
  /// InfluxDB's line protocol.
  case influx
}

/// Writes rows as text.
public struct TransferWriter: Sendable {
  private let format: TransferFormat
  private let parameters: [String]
  private let district: String
  private let zone: Zone

  /// A writer of rows that have no other than `parameters`.
  ///
  /// - Parameters:
  ///   - format: the form.
  ///   - parameters: the names of the columns, in their order.
  ///   - district: the district's code, which line protocol carries.
  ///   - zone: the zone that times are written in where they are text.
  public init(format: TransferFormat, parameters: [String], district: String, zone: Zone) {
    self.format = format
    self.parameters = parameters
    self.district = district
    self.zone = zone
  }

  /// What comes before the first row: the heading of CSV.
  public var head: String {
    format == .csv ? TransferCSV.heading(parameters) : ""
  }

  /// `row` on its line, with the line feed.
  ///
  /// - Throws: `TransferMistake` when a number of it is not finite, which no form can say.
  public func line(_ row: TransferRow) throws(TransferMistake) -> String {
    for value in row.values {
      if let number = value.value, !number.isFinite {
        throw TransferMistake(
          "\(row.pool) has \(number) for \(value.parameter) at \(zone.rfc3339(row.time)), "
            + "which is no decimal number")
      }
    }
    return switch format {
    case .csv: TransferCSV.line(row, parameters: parameters, zone: zone)
    case .ndjson: TransferJSON.line(row, zone: zone)
    case .influx: LineProtocol.line(row, district: district)
    }
  }
}

/// Reads rows from lines of text.
public struct TransferReader: Sendable {
  private let format: TransferFormat
  private let district: String
  private var parameters: [String]?
  private var isAtStart = true

  /// A reader of a file's lines from the first on.
  ///
  /// - Parameters:
  ///   - format: the form.
  ///   - district: the district's code, which line protocol carries.
  public init(format: TransferFormat, district: String) {
    self.format = format
    self.district = district
  }

  /// The parameters that CSV's heading names; nil before it was read and for other forms.
  public var heading: [String]? { parameters }

  /// The row on the next line, `bytes` without its line feed; nil for the heading, for comments and
  /// for empty lines.
  ///
  /// - Throws: `TransferMistake` when it is no row. After one in CSV's heading nothing can be read.
  public mutating func row(on bytes: [UInt8]) throws(TransferMistake) -> TransferRow? {
    var bytes = bytes[...]
    if isAtStart, bytes.starts(with: Self.byteOrderMark) { bytes = bytes.dropFirst(3) }
    let isFirst = isAtStart
    isAtStart = false
    if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
    guard let line = String(validating: bytes, as: UTF8.self) else {
      throw TransferMistake("it is not UTF-8")
    }
    switch format {
    case .csv:
      if isFirst {
        parameters = try TransferCSV.parameters(line)
        return nil
      }
      guard let parameters else { throw TransferMistake("there is no heading to read it by") }
      return line.isEmpty ? nil : try TransferCSV.row(line, parameters: parameters)
    case .ndjson:
      return line.isEmpty ? nil : try TransferJSON.row(line)
    case .influx:
      return line.isEmpty || line.hasPrefix("#") ? nil : try LineProtocol.row(line, district)
    }
  }

  /// The UTF-8 form of U+FEFF, which tells Excel that a file is UTF-8.
  public static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}

/// Times in text.
enum TransferTime {
  /// The instant that the RFC 3339 `text` names, in whole milliseconds.
  static func instant(_ text: String) throws(TransferMistake) -> Timestamp {
    guard let instant = Timestamp(rfc3339: text), hasWholeMilliseconds(text) else {
      throw TransferMistake(
        "the time is '\(text)', expected RFC 3339 with an offset, to the millisecond")
    }
    return instant
  }

  /// Finer parts would be dropped.
  private static func hasWholeMilliseconds(_ text: String) -> Bool {
    guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return true }
    return text.utf8[point...].dropFirst().prefix { (0x30...0x39).contains($0) }.count <= 3
  }
}
