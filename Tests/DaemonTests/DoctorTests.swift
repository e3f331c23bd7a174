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

  /// The end of a certificate's validity, as openssl says it: a day.
  private static func end(of path: String) async throws -> String {
    let said = try await ManagedProcess.run(
      "/usr/bin/openssl", package: "openssl",
      arguments: ["x509", "-in", path, "-noout", "-enddate", "-dateopt", "iso_8601"])
    return String(try #require(said.firstMatch(of: /\d{4}-\d\d-\d\d/)?.output, "\(said)"))
  }

  @Test func `reads the certificates of listeners that we do not use ourselves`() async throws {
    let practice = try await Practice()
    let own = try String(
      contentsOfFile: practice.broker.directory.path("conf.d/poolwatch.conf"), encoding: .utf8)
    let path = String(try #require(own.firstMatch(of: /\ncertfile (.+)\n/)?.output.1))
    let port = try #require(practice.broker.ports[8883])
    let soon = try await practice.finding("certificate")
    #expect(soon.verdict == "WARN")
    let end = try await Self.end(of: path)
    #expect(soon.words.contains("\(path) (certfile of listener \(port)) ends on \(end)"), "\(soon)")

    for arguments in [
      ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        + ["-subj", "/CN=broker", "-keyout", "old.key", "-out", "old.csr"],
      ["x509", "-req", "-days", "-1", "-in", "old.csr", "-signkey", "old.key", "-out", path],
    ] {
      try await ManagedProcess.run(
        "/usr/bin/openssl", package: "openssl", arguments: arguments,
        directory: practice.broker.directory.path)
    }
    let past = try await practice.finding("certificate")
    #expect(past.verdict == "FAIL")
    #expect(
      past.words.contains("ends on \(try await Self.end(of: path)), which is past"), "\(past)")
    // The list of revoked certificates ends too; that of `gateway enroll` holds for years.
    try practice.replace(path, by: practice.broker.directory.path("certs/gateway-ca.crt"))
    let list = try await practice.finding("certificate")
    #expect(list.verdict == "OK" && list.words.contains("the first of 4"), "\(list)")
  }

  @Test func `reads who may read the broker's files, and what a packet may be`() async throws {
    let practice = try await Practice()
    let passwords = practice.broker.directory.path("poolwatch.passwd")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: passwords)
    let open = try await practice.finding("broker files")
    #expect(open.verdict == "FAIL" && open.change == "chmod o= \(passwords)")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: passwords)
    try practice.replace("acl_file ", by: "acl_file /not")
    let absent = try await practice.finding("broker files")
    #expect(absent.verdict == "FAIL")
    #expect(absent.words.contains("/not\(practice.broker.directory.path)/poolwatch.acl (acl_file)"))
    try practice.replace("acl_file /not", by: "acl_file ")
    #expect(try await practice.finding("access").verdict == "OK")
    try practice.replace("max_packet_size 270336", by: "max_packet_size 1000")
    let packet = try await practice.finding("access")
    #expect(packet.verdict == "WARN" && packet.change == "set max_packet_size 270336", "\(packet)")
  }

  /// mosquitto 2 keeps a figure that does not change for a minute of its wall clock.
  @Test func `tells a quiet broker from one whose figures it may not read`() async throws {
    let clock = try TemporaryDirectory()
    func step(toSeconds seconds: Int64) throws {
      let bytes = [seconds, 0].flatMap { number in
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      }
      let url = URL(filePath: clock.path("clock"))
      guard FileManager.default.fileExists(atPath: url.path) else {
        return try Data(bytes).write(to: url)
      }
      // In place: the broker has mapped it.
      let file = try FileHandle(forWritingTo: url)
      try file.write(contentsOf: Data(bytes))
      try file.close()
    }
    try step(toSeconds: 0)
    let broker = try await Mosquitto(
      configuration: "sys_interval 1\nmax_queued_messages 1000000", isQuiet: true,
      environment: [
        "LD_PRELOAD": Programs.library("SteppedClock"), "STEPPED_CLOCK": clock.path("clock"),
      ])
    func isKept(_ topic: String) async throws -> Bool {
      let process = try ManagedProcess(
        "/usr/bin/mosquitto_sub", package: "mosquitto-clients",
        arguments: ["-h", "127.0.0.1", "-p", "\(broker.port)", "-t", topic, "-C", "1", "-W", "1"])
      return try await process.wait() == .code(0)
    }
    let installation = try Installation(brokerPort: broker.port)
    func finding() async throws -> [String: any Sendable] {
      let rows = try await installation.ask(
        "doctor", "--json", "--config", installation.directory.path("poolwatch.yaml"),
        "--broker-config", broker.directory.path("mosquitto.conf")
      ).rows()
      return try #require(rows.first { $0["check"] as? String == "queue" })
    }
    let dropped = "$SYS/broker/publish/messages/dropped"
    try await eventually("the figure is there") { try await isKept(dropped) }
    // Its own figures, some forty messages, are not what waits.
    let usual = try await finding()
    #expect(usual["verdict"] as? String == "OK", "\(usual)")
    let words = usual["finding"] as? String ?? ""
    #expect(words.firstMatch(of: /holds \d messages of 1000000/) != nil, "\(usual)")
    #expect(words.contains("has dropped none"), "\(usual)")
    try step(toSeconds: 61)
    try await eventually("the figure is gone") { try await !isKept(dropped) }

    let quiet = try await finding()
    #expect(quiet["verdict"] as? String == "OK", "\(quiet)")
    #expect((quiet["finding"] as? String ?? "").contains("none was dropped of late"), "\(quiet)")
    try await broker.restart(accessRules: "topic readwrite pools/#\n")
    let closed = try await finding()
    #expect(closed["verdict"] as? String == "unknown")
    #expect((closed["change"] as? String ?? "").contains("topic read $SYS/broker/#"), "\(closed)")
    try await broker.stop()
  }
}
