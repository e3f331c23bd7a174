import Foundation
import Testing

@testable import poolwatch

/// Whom the broker's access rules let write for whom, by the manual of mosquitto.conf.
@Suite struct AccessRulesTests {
  @Test func `those that come with Poolwatch bind each venue to its topics`() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Config/mosquitto/acl")
    let rules = AccessRules(text: try String(contentsOf: path, encoding: .utf8))
    #expect(rules.openLine == nil)
    #expect(rules.letsGatewaysWrite)
  }

  @Test(arguments: [
    "pattern write pools/v1/+/+/#", "pattern readwrite pools/v1/#", "pattern #",
    "pattern pools/+/+/+/main/telemetry", "user venue-01\ntopic readwrite #",
    "user venue-01\n\n topic pools/v1/310107/+/main", "pattern write +/v1/310107/#",
  ])
  func `a line that leaves the venue open is named`(text: String) {
    let rules = AccessRules(text: "# all\npattern read a/#\n\(text)\n")
    #expect(
      rules.openLine
        == text.split(separator: "\n").last.map { $0.trimmingCharacters(in: .whitespaces) })
  }

  @Test(arguments: [
    "pattern write pools/v1/+/%u/#", "user lido\ntopic write senml/lido",
    "user lido\ntopic write pools/v1/310107/lido/#", "pattern write spBv1.0/%u/#",
  ])
  func `lines that name who writes what are in order`(text: String) {
    let rules = AccessRules(text: text)
    #expect(rules.openLine == nil && rules.letsGatewaysWrite)
  }

  // Rules before the first user are for clients without a name, whom nobody lets in.
  @Test(arguments: [
    "", "topic readwrite #", "pattern read #", "pattern deny pools/#",
    "user poolwatch\ntopic read #\ntopic write spBv1.0/STATE/#",
  ])
  func `rules by which no gateway may write are seen`(text: String) {
    let rules = AccessRules(text: text)
    #expect(rules.openLine == nil && !rules.letsGatewaysWrite)
  }
}
