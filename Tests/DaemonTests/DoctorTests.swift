import Foundation
import TestInstallation
import TestSupport
import Testing

/// The delivered broker with its daemon, and what the doctor says of both.
private final class Practice {
  let broker: DeliveredBroker
  let installation: Installation
  private let settings: [String]

  init() async throws {
    broker = try await DeliveredBroker(profile: "rate")
    for user in ["poolwatch", "venue-0"] { try await broker.setPassword(user, of: user) }
    settings = [
      "broker.username=poolwatch",
      "broker.password_file=\(try broker.directory.write("poolwatch\n", to: "password"))",
    ]
    installation = try Installation(
      brokerPort: try #require(broker.ports[1883]), overrides: settings)
    // Makes the gateways' authority with its list, and the access rules.
    let enrolled = try await installation.ask(
      "gateway", "enroll", "venue-1", "--certificate", "--directory", broker.directory.path,
      "--config", installation.directory.path("poolwatch.yaml"))
    #expect(enrolled.code == 0, "\(enrolled.errors)")
  }

  /// What the doctor says of `check`.
  func finding(_ check: String) async throws -> (verdict: String, words: String, change: String) {
    let answer = try await installation.ask(
      ["doctor", "--json", "--broker-config", broker.directory.path("mosquitto.conf")]
        + ["--config", installation.directory.path("poolwatch.yaml")]
        + settings.flatMap { ["--set", $0] })
    let row = try #require(
      try answer.rows().first { $0["check"] as? String == check }, "\(answer.output)")
    return (
      row["verdict"] as? String ?? "", row["finding"] as? String ?? "",
      row["change"] as? String ?? ""
    )
  }

  /// Replaces `old` in a file of the broker.
  func replace(_ old: String, by new: String, in name: String = "conf.d/poolwatch.conf") throws {
    let text = try String(contentsOfFile: broker.directory.path(name), encoding: .utf8)
    try #require(text.contains(old))
    try broker.directory.write(text.replacing(old, with: new), to: name)
  }

  func stop() async throws {
    try await installation.stop()
    try await broker.stop()
  }
}

@Suite(.serialized) struct `The doctor at a real broker` {
  /// A message of venue-0 by a client that calls its session as it likes.
  private static func publish(as name: String, to practice: Practice) async throws {
    let payload = Gateway.payload(milliseconds: nowMilliseconds(), #""ph":7.2"#)
    let said = try await practice.broker.client(
      "mosquitto_pub", on: 8883,
      ["-u", "venue-0", "-P", "venue-0", "-i", name, "-m", payload]
        + ["-t", "pools/v1/310107/venue-0/pool-0/telemetry"])
    #expect(said.code == 0, "\(said.lines)")
  }

  @Test func `tells of a session that a gateway can end, and what it says to change prevents that`()
    async throws
  {
    let practice = try await Practice()
    try await practice.broker.start()
    try await practice.installation.start()
    let guessed = try await practice.finding("client id")
    #expect(guessed.verdict == "FAIL")
    #expect(guessed.words.contains("listener \(try #require(practice.broker.ports[8883]))"))
    func connections() -> [String] {
      practice.installation.log.filter { $0.contains("broker connected") }
    }
    #expect(connections().count == 1)
    try await Self.publish(as: "poolwatch", to: practice)
    try await eventually("the daemon comes back, and its session is gone") {
      connections().count == 2 && connections()[1].contains("broker.session=false")
    }
    try await practice.installation.stop()

    let name = try #require(guessed.change.firstMatch(of: /poolwatch-[0-9a-f]{16}/)?.output)
    let path = practice.installation.directory.path("poolwatch.yaml")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try practice.installation.directory.write(
      text.replacing("client_id: poolwatch", with: "client_id: \(name)"), to: "poolwatch.yaml")
    try await practice.installation.start()
    #expect(try await practice.finding("client id").verdict == "OK")
    try await Self.publish(as: "poolwatch", to: practice)
    try await eventually("what came after is stored") {
      try await practice.installation.status()["stored"] as? Int ?? 0 > 0
    }
    #expect(connections().count == 1)
    try await practice.stop()
  }

  @Test func `is content with a name that all know where the broker names sessions by users`()
    async throws
  {
    let practice = try await Practice()
    let listener = "listener \(try #require(practice.broker.ports[8883])) 127.0.0.1\n"
    try practice.replace(listener, by: listener + "use_username_as_clientid true\n")
    try await practice.broker.start()
    try await practice.installation.start()
    let finding = try await practice.finding("client id")
    #expect(finding.verdict == "OK", "\(finding)")
    try await Self.publish(as: "poolwatch", to: practice)
    try await eventually("what came is stored") {
      try await practice.installation.status()["stored"] as? Int == 1
    }
    #expect(practice.installation.log.count { $0.contains("broker connected") } == 1)
    try await practice.stop()
  }
}
