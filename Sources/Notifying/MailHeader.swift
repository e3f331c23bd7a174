import Foundation
import PoolModel

/// How the parts of a mail's header are written (RFC 5322, RFC 2047).
enum MailHeader {
  /// `Thu, 01 Jan 2026 00:00:00 +0000`.
  static func date(_ instant: Timestamp) -> String {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let date = Zone.utc.date(at: instant)
    let time = instant.rfc3339(offsetSeconds: 0).dropFirst(11).prefix(8)
    let day = date.day < 10 ? "0\(date.day)" : "\(date.day)"
    // 1970-01-01 was a Thursday.
    let weekDay = days[((date.daysSinceEpoch + 3) % 7 + 7) % 7]
    return "\(weekDay), \(day) \(months[date.month - 1]) \(date.year) \(time) +0000"
  }

  /// `address`, or `Name <address>` with the name quoted or encoded as it needs.
  static func mailbox(_ text: String) -> String {
    guard let open = text.lastIndex(of: "<"), let close = text.lastIndex(of: ">"), open < close
    else { return address(text) }
    let name = String(text[..<open]).oneLine.trimmingCharacters(in: .whitespaces)
    let address = "<\(address(String(text[text.index(after: open)..<close])))>"
    if name.isEmpty { return address }
    guard isPlain(name) else { return "\(encodedWords(name))\r\n \(address)" }
    let quoted = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    // With `From: ` and the quotes before it; a longer address goes to the next line.
    let isShort = quoted.utf8.count + address.utf8.count <= 78 - 9
    return "\"\(quoted)\"\(isShort ? " " : "\r\n ")\(address)"
  }

  /// The address with `_` for whatever an unquoted one cannot hold, so that it stays one address.
  static func address(_ text: String) -> String {
    let scalars = text.oneLine.trimmingCharacters(in: .whitespaces).unicodeScalars
    let forbidden = Set("<>(),;:\\\" ".unicodeScalars)
    return String(
      String.UnicodeScalarView(
        scalars.map { (0x21...0x7E).contains($0.value) && !forbidden.contains($0) ? $0 : "_" }))
  }

  /// `text` as it is where that is ASCII and fits on the line behind `name`, else as encoded words.
  static func text(_ text: String, after name: String) -> String {
    let line = text.oneLine
    let isWhole = line == line.trimmingCharacters(in: .whitespaces) && !line.isEmpty
    if isPlain(line), isWhole, name.utf8.count + line.utf8.count <= 78 { return line }
    return encodedWords(line)
  }

  /// Printable ASCII that nobody takes for an encoded word.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
  }

  /// 39 bytes make an encoded word of at most 64 characters: with `Subject: ` before it a line of
  /// 73, below the 76 of RFC 2047 section 2.
  private static let wordByteCount = 39

  /// Encoded words, one a line, none with a part of a character.
  private static func encodedWords(_ text: String) -> String {
    var words: [[UInt8]] = [[]]
    for scalar in text.unicodeScalars {
      let bytes = Array(Character(scalar).utf8)
      if words[words.count - 1].count + bytes.count > wordByteCount { words.append([]) }
      words[words.count - 1] += bytes
    }
    return words.map { "=?UTF-8?B?\(Data($0).base64EncodedString())?=" }
      .joined(separator: "\r\n ")
  }
}
