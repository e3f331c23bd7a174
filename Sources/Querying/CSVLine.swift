/// A record of comma-separated values (RFC 4180) that stands on one line.
public enum CSVLine {
  /// The cells of `line`, which has no line feed; quoted ones end on it.
  ///
  /// - Parameter line: one line of a file.
  /// - Returns: at least one cell, without quotes.
  /// - Throws: `TransferMistake` when quotes stand where none can.
  public static func cells(_ line: String) throws(TransferMistake) -> [String] {
    let bytes = Array(line.utf8)
    var cells: [String] = []
    var at = 0
    while true {
      var cell: [UInt8] = []
      if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
        at += 1
        while true {
          guard at < bytes.count else {
            throw TransferMistake("the quotes of column \(cells.count + 1) do not end")
          }
          if bytes[at] == UInt8(ascii: "\"") {
            at += 1
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { break }
          }
          cell.append(bytes[at])
          at += 1
        }
      } else {
        while at < bytes.count, bytes[at] != UInt8(ascii: ",") {
          guard bytes[at] != UInt8(ascii: "\"") else {
            throw TransferMistake("there are quotes inside column \(cells.count + 1)")
          }
          cell.append(bytes[at])
          at += 1
        }
      }
      cells.append(String(decoding: cell, as: UTF8.self))
      if at == bytes.count { return cells }
      guard bytes[at] == UInt8(ascii: ",") else {
        throw TransferMistake("column \(cells.count) goes on after its quotes")
      }
      at += 1
    }
  }
}
