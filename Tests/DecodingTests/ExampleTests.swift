import Foundation
import PoolModel
import Testing

@testable import Decoding

/// The examples that makers of gateways are shown, as their index describes them.
struct Examples: Decodable {
  struct Example: Decodable, CustomTestStringConvertible {
    let file: String
    let topic: String
    let readings: Int
    let reason: String?
    let words: String?
    let schema: String?
    let why: String?
    var testDescription: String { file }
  }

  let good: [Example]
  let bad: [Example]

  /// The repository's `docs`, found from this file.
  static let docs = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs")

  /// The index; empty when it cannot be read, which the count below finds.
  static let index: Examples = {
    let file = docs.appendingPathComponent("examples/gateway/index.json")
    guard let data = try? Data(contentsOf: file),
      let index = try? JSONDecoder().decode(Examples.self, from: data)
    else { return Examples(good: [], bad: []) }
    return index
  }()

  static func payload(_ example: Example) throws -> Data {
    try Data(contentsOf: docs.appendingPathComponent("examples/gateway/\(example.file)"))
  }

  static func decode(_ example: Example) throws -> DecodedDelivery {
    SamplePlan.decode(
      Delivery(topic: example.topic, payload: Array(try payload(example))), now: SamplePlan.now)
  }
}

@Suite struct `The examples for makers of gateways` {
  @Test func `there are ten good and twenty bad ones, and no file without an entry`() throws {
    #expect(Examples.index.good.count == 10)
    #expect(Examples.index.bad.count == 20)
    for (kind, listed) in [("good", Examples.index.good), ("bad", Examples.index.bad)] {
      let directory = Examples.docs.appendingPathComponent("examples/gateway/\(kind)")
      let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
      #expect(files.sorted() == listed.map { String($0.file.dropFirst(kind.count + 1)) })
    }
  }

  @Test(arguments: Examples.index.good)
  func `a good one is accepted whole`(example: Examples.Example) throws {
    // Ten minutes on, for the buffer's last reading is two minutes after the first.
    let later = Timestamp(milliseconds: SamplePlan.now.milliseconds + 600_000)
    let decoded = SamplePlan.decode(
      Delivery(topic: example.topic, payload: Array(try Examples.payload(example))), now: later)
    #expect(decoded.refusals.isEmpty)
    #expect(decoded.readings.count == example.readings)
    #expect((decoded.status != nil) == (example.readings == 0))
  }

  @Test(arguments: Examples.index.bad)
  func `a bad one gets the refusal that its page shows`(example: Examples.Example) throws {
    let decoded = try Examples.decode(example)
    #expect(decoded.refusals.map(\.reason.rawValue) == [example.reason])
    let words = try #require(example.words)
    #expect(decoded.refusals.first?.detail.hasPrefix(words) == true)
    #expect(decoded.readings.count == example.readings)
    #expect(decoded.status == nil)
  }

  @Test func `what the schema does not refuse has a reason`() {
    for example in Examples.index.bad {
      #expect((example.schema == "refuses") == (example.why == nil), "\(example.file)")
    }
  }

  @Test(arguments: ["gateway.md", "gateway.zh.md"])
  func `a page shows every example with its refusal, and names every parameter`(
    page: String
  ) throws {
    let text = try String(
      contentsOf: Examples.docs.appendingPathComponent(page), encoding: .utf8)
    for example in Examples.index.good + Examples.index.bad {
      let payload = String(decoding: try Examples.payload(example), as: UTF8.self)
      let name = try #require(example.file.split(separator: "/").last).dropLast(".json".count)
      // The example's part ends where the next begins.
      let start = try #require(text.range(of: "**\(name)**"), "\(name)").upperBound
      let part = text[start...].prefix(
        upTo: text[start...].range(of: "\n**")?.lowerBound ?? text.endIndex)
      #expect(part.contains("```\n\(payload)\n```"), "\(name)")
      if let reason = example.reason, let words = example.words {
        #expect(part.contains("`\(reason)`: `\(words)`"), "\(name)")
      }
      if example.topic != SamplePlan.topic { #expect(part.contains("`\(example.topic)`")) }
    }
    for parameter in Parameter.standard { #expect(text.contains("`\(parameter.name)`")) }
    for mark in NativeDialect.marks { #expect(text.contains("`\(mark.name)`")) }
    #expect(text.contains("262,144") && PayloadDecoder.Limits().payloadByteCount == 262_144)
  }
}
