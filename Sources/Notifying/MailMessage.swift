import Foundation
public import PoolModel

/// A notice as a mail: RFC 5322 with a text/plain body in UTF-8.
///
/// Every byte is ASCII, every line ends in CRLF and has at most 78 characters before it, except an
/// address or a sender's name that is longer. Notices of one alarm refer to one thread. No text of a notice can become
/// a header: line ends and other control characters in header fields are spaces here.
public struct MailMessage: Hashable, Sendable {
  private let notice: Notice
  private let from: String
  private let date: Timestamp

  /// The mail that carries `notice`.
  ///
  /// - Parameters:
  ///   - notice: what to say, and to which address.
  ///   - from: the sender, `poolwatch@example.org` or `Name <poolwatch@example.org>`.
  ///   - date: when it is sent.
  public init(notice: Notice, from: String, date: Timestamp) {
    self.notice = notice
    self.from = from
    self.date = date
  }

  /// The message's bytes: headers, an empty line, the body in base64.
  ///
  /// Without dot-stuffing, which is SMTP's.
  ///
  /// The same notice at the same time gives the same bytes. `Message-ID` follows from the notice
  /// alone, so that a mail program knows a repetition.
  public func rendered() -> [UInt8] {
    let thread = "<alarm-\(Self.identifier(notice.occurrence))@poolwatch>"
    let headers = [
      "Date: \(MailHeader.date(date))",
      "From: \(MailHeader.mailbox(from))",
      "To: \(MailHeader.address(notice.address))",
      "Subject: \(MailHeader.text(notice.subject, after: "Subject: "))",
      "Message-ID: <\(Self.identifier(notice.id))@poolwatch>",
      "In-Reply-To: \(thread)",
      "References: \(thread)",
      "Auto-Submitted: auto-generated",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
    ]
    return Array((headers.joined(separator: "\r\n") + "\r\n\r\n" + encodedBody).utf8)
  }

  /// Base64 in lines of 76, of the body with CRLF line ends, as RFC 2045 wants text.
  private var encodedBody: String {
    let lines = notice.body.split(omittingEmptySubsequences: false) { $0.isNewline }
    let text = Data(lines.joined(separator: "\r\n").utf8)
    let encoded = text.base64EncodedString(options: [
      .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
    ])
    return encoded + "\r\n"
  }

  /// Identifiers are letters and digits; anything else becomes `-`.
  private static func identifier(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Character in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        ? Character(scalar) : "-"
    }
    return String(scalars)
  }
}
