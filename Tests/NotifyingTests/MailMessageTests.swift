import Foundation
import PoolModel
import Testing

@testable import Notifying

/// Read back by Python's `email`, which knows nothing of ours.
@Suite struct `Mail` {
  private func render(
    _ notice: Notice, from: String = "poolwatch@example.org", date: Timestamp = newYear
  ) -> [UInt8] {
    MailMessage(notice: notice, from: from, date: date).rendered()
  }

  @Test func `a real notice comes out as it went in`() throws {
    let sent = try #require(
      NoticeRouter(plan: try samplePlan(), people: samplePeople)
        .notices(for: transition(.raised, occurrence())).first)
    let mail = try ReadMail(render(sent))
    #expect(mail.defects.isEmpty)
    #expect(mail.subject == sent.subject)
    #expect(mail.body == sent.body.replacing("\n", with: "\r\n"))
    #expect(mail.from == [["", "poolwatch@example.org"]])
    #expect(mail.to == [["", "desk@example.org"]])
    #expect(mail.header("Message-ID") == ["<\(sent.id)@poolwatch>"])
    #expect(mail.header("References") == ["<alarm-0123456789abc@poolwatch>"])
    #expect(mail.header("In-Reply-To") == ["<alarm-0123456789abc@poolwatch>"])
    #expect(mail.header("MIME-Version") == ["1.0"])
    #expect(mail.header("Auto-Submitted") == ["auto-generated"])
    #expect(mail.charset == "utf-8")
    #expect(mail.encoding == "base64")
    #expect(!mail.isMultipart)
  }

  /// Every length around the limits of a line and of an encoded word, of 1- to 4-byte characters.
  @Test(arguments: ["a", "é", "池", "🏊", "a池"])
  func `subjects of any length come back`(_ unit: String) throws {
    for count in Array(1...3) + Array(8...45) + Array(66...72) + [300] {
      let subject = String(repeating: unit, count: count)
      let bytes = render(notice(subject: subject))
      #expect(try lines(bytes).allSatisfy { $0.utf8.count <= 78 })
      // Python is slow to start: the independent reading is for the lengths at the edges.
      if [1, 13, 14, 39, 40, 67, 69, 70, 300].contains(count) {
        let mail = try ReadMail(bytes)
        #expect(mail.subject == subject)
        #expect(mail.defects.isEmpty)
      }
    }
  }

  @Test func `every encoded word stands for itself`() throws {
    let subject = String(repeating: "曹杨🏊é", count: 30)
    let words = try lines(render(notice(subject: subject)))
      .flatMap { $0.split(separator: " ") }.filter { $0.hasPrefix("=?UTF-8?B?") }
    #expect(words.count > 5)
    for word in words {
      // RFC 2047 section 2: at most 75 characters; section 5: whole characters only.
      #expect(word.utf8.count <= 75)
      let text = try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
      #expect(String(validating: text, as: UTF8.self) != nil)
    }
  }

  @Test(arguments: [
    "", " ", " leading", "trailing ", "=?UTF-8?B?eA==?=", "two  spaces", "back\\slash \"quoted\"",
  ])
  func `awkward subjects come back`(_ subject: String) throws {
    #expect(try ReadMail(render(notice(subject: subject))).subject == subject)
  }

  @Test(arguments: [
    "", "\n", "one line", ".\n..\nFrom x\n", "a\n\n\nb\n", "a\r\nb\rc\n",
    String(repeating: "很长的一行 ", count: 500), "tab\tend\n",
  ])
  func `bodies come back with CRLF line ends`(_ body: String) throws {
    let bytes = render(notice(body: body))
    let expected = body.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
      .replacing("\n", with: "\r\n")
    #expect(try ReadMail(bytes).body == expected)
    #expect(bytes.allSatisfy { $0 < 0x80 })
    #expect(try lines(bytes).allSatisfy { $0.utf8.count <= 78 && !$0.contains { $0.isNewline } })
  }

  @Test(arguments: ["\r\n", "\n", "\r", "\r\n\r\n", "\u{85}", "\u{2028}", "\u{0}\n", "\u{B}"])
  func `no field can make a header`(_ end: String) throws {
    let attack = "x\(end)Bcc: all@example.org\(end)\(end)body"
    let mail = try ReadMail(
      render(
        Notice(
          id: attack, occurrence: attack, person: attack, channel: .mail, address: attack,
          subject: attack, body: attack), from: "\(attack) <\(attack)>"))
    #expect(
      mail.headers.map { $0[0] } == [
        "Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References",
        "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
      ])
    #expect(mail.from.count == 1)
    #expect(mail.to.count == 1)
    #expect(!mail.subject.contains { $0.isNewline })
  }

  @Test(arguments: ["a@x.org, b@y.org", "a@x.org;b@y.org", "a@x.org>\t<b@y.org", "g: a@x.org;"])
  func `one address stays one`(_ address: String) throws {
    #expect(try ReadMail(render(notice(address: address))).to.count == 1)
  }

  @Test(arguments: [
    ("Poolwatch <p@example.org>", "Poolwatch"), ("泳池监测 <p@example.org>", "泳池监测"),
    ("Health, \"Putuo\" \\ <p@example.org>", "Health, \"Putuo\" \\"), ("<p@example.org>", ""),
    (
      "\(String(repeating: "Long name ", count: 12))<p@example.org>",
      String(repeating: "Long name ", count: 12).trimmingCharacters(in: .whitespaces)
    ),
  ])
  func `the sender's name comes back`(_ from: String, _ name: String) throws {
    let mail = try ReadMail(render(notice(), from: from))
    #expect(mail.from == [[name, "p@example.org"]])
    #expect(mail.defects.isEmpty)
  }

  /// Seconds by `date -d`; leap day, end of a year, one digit days, before 1970.
  @Test(arguments: [
    (1_767_225_600, "Thu, 01 Jan 2026 00:00:00 +0000"),
    (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 +0000"),
    (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 +0000"),
    (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
    (1_780_876_805, "Mon, 08 Jun 2026 00:00:05 +0000"),
  ])
  func `the date is RFC 5322 in UTC`(_ seconds: Int64, _ text: String) throws {
    let bytes = render(notice(), date: Timestamp(milliseconds: seconds * 1000 + 999))
    #expect(try lines(bytes).first == "Date: \(text)")
    let mail = try ReadMail(bytes)
    #expect(mail.dateSeconds == Double(seconds))
    #expect(mail.dateOffsetSeconds == 0)
    #expect(mail.defects.isEmpty)
  }

  @Test func `a repetition has the same bytes`() {
    #expect(render(notice(subject: "超标")) == render(notice(subject: "超标")))
  }

  private func lines(_ bytes: [UInt8]) throws -> [String] {
    let text = try #require(String(validating: bytes, as: UTF8.self))
    return text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
  }
}
