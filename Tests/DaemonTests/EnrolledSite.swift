import Foundation
import TestInstallation
import TestSupport
import Testing

/// The delivered broker with TLS, who was enrolled at it, and the daemon: all that a gateway meets.
///
/// `venue-0` and `venue-1` have a password and a certificate each; `lab` of venue-0 speaks SenML, `plant`
/// of venue-1 Sparkplug B, with passwords. The broker logs what its rules deny. The tests of a suite run
/// one after the other, which makes the class unchecked Sendable true.
final class EnrolledSite: @unchecked Sendable {
  static let names = ["venue-0", "venue-1", "lab", "plant"]
  private static let gateways = """
    kind: gateways
    gateways:
      - id: lab
        venue: venue-0
        topic: senml/venue-0
        dialect: senml
        pool: pool-3
        values:
          - {name: "urn:dev:lab:ph", parameter: ph}
          - {name: "urn:dev:lab:cl", parameter: free_chlorine, unit: mg/L}
          - {name: "urn:dev:lab:t", parameter: temperature}
      - id: plant
        venue: venue-1
        topic: spBv1.0/baths/+/plant/#
        dialect: sparkplug
        pool: pool-3
        values:
          - {name: DATA/ph, parameter: ph}
          - {name: DATA/temperature, parameter: temperature, unit: °F}
          - {name: analyser/DATA/chlorine, parameter: free_chlorine, unit: mg/L}

    """

  let broker: DeliveredBroker
  let installation: Installation
  /// Who has which password.
  private(set) var passwords: [String: String] = [:]

  init() async throws {
    broker = try await DeliveredBroker(profile: "rate", logsDenials: true)
    let port = try #require(broker.ports[1883])
    installation = try Installation(
      brokerPort: port,
      overrides: [
        "broker.username=poolwatch",
        "broker.password_file=\(broker.directory.write("of the daemon\n", to: "password"))",
      ])
    try installation.directory.write(Self.gateways, to: "gateways.yaml")
    try installation.addToConfiguration("gateways: gateways.yaml")
    try await broker.setPassword("of the daemon", of: "poolwatch")
    for name in Self.names { try await enroll(name) }
    for venue in Self.names.prefix(2) { try await gateway("enroll", venue, "--certificate") }
    try await broker.start()
    try await installation.start()
  }

  func stop() async throws {
    try await installation.stop()
    try await broker.stop()
  }

  /// Enrols `name` by password.
  func enroll(_ name: String) async throws {
    let said = try await gateway("enroll", name).output
    passwords[name] = String(try #require(said.firstMatch(of: /-P (\S+)/)?.output.1, "\(said)"))
  }

  /// Runs `poolwatch gateway` on the broker's directory.
  @discardableResult
  func gateway(_ command: String, _ name: String, _ more: String...) async throws
    -> Installation.Answer
  {
    let answer = try await installation.ask(
      ["gateway", command, name] + more + [
        "--directory", broker.directory.path, "--config",
        installation.directory.path("poolwatch.yaml"),
      ])
    guard answer.code == 0 else { throw TestFailure("\(command) \(name): \(answer.errors)") }
    return answer
  }

  /// Arguments of a client that is who it says, by password.
  func password(_ name: String) -> [String] {
    ["-u", name, "-P", passwords[name] ?? "", "-i", name]
  }

  /// Arguments of a client with the certificate `name` in `directory`, by default an enrolled one.
  func certificate(_ name: String, in directory: String? = nil) -> [String] {
    let path = "\(directory ?? broker.directory.path("enrolment"))/\(name)"
    return ["--cert", "\(path).crt", "--key", "\(path).key", "-i", name]
  }

  /// Publishes with `mosquitto_pub`; with MQTT 5 the broker says what it did not take.
  ///
  /// - Returns: Whether the broker took it.
  @discardableResult
  func publish(
    _ payload: String, to topic: String, by who: [String], on listener: Int = 8883,
    _ more: [String] = ["-V", "5"]
  ) async throws -> Bool {
    let file = try broker.directory.write(payload, to: "message")
    let said = try await broker.client(
      "mosquitto_pub", on: listener, who + more + ["-t", topic, "-f", file])
    return said.code == 0 && !said.lines.contains { $0.contains("Not authorized") }
  }

  /// A `mosquitto_pub` that stays connected, and publishes each line that it is given.
  func line(to topic: String, by who: [String], on listener: Int) throws -> ManagedProcess {
    try ManagedProcess(
      "/usr/bin/mosquitto_pub", package: "mosquitto-clients",
      arguments: [
        "-h", "127.0.0.1", "-p", "\(try #require(broker.ports[listener]))", "--cafile",
        broker.caFile, "-q", "1", "-V", "5", "-t", topic, "-l",
      ] + who)
  }

  /// A counter of `poolwatch status`.
  func count(_ name: String) async throws -> Int {
    try #require(try await installation.status()[name] as? Int)
  }

  /// What is stored of a series of a pool, in the order of time: milliseconds and values.
  func stored(_ pool: String, _ parameter: String) async throws -> [StoredValue] {
    let output = try await installation.ask(
      "history", pool, "--parameter", parameter, "--from", "-2d", "-o", "json"
    ).output
    // Unlike JSONSerialization it gives every double exactly.
    let rows = try JSONDecoder().decode([Row].self, from: Data(output.utf8))
    let format = ISO8601DateFormatter()
    format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    return try rows.map { row in
      let time = try #require(format.date(from: row.time), "\(row.time)").timeIntervalSince1970
      return StoredValue(milliseconds: Int64((time * 1000).rounded()), value: row.value)
    }
  }

  private struct Row: Decodable {
    let time: String
    let value: Double?
  }

  static func telemetry(_ pool: String) -> String { "pools/v1/310107/\(pool)/telemetry" }
}

/// A value of the store with its time.
struct StoredValue: Hashable {
  let milliseconds: Int64
  /// nil where the reading had none.
  let value: Double?
}

/// Starts one site for all tests of a suite, and stops it after the last.
struct SharedSite: SuiteTrait, TestScoping {
  @TaskLocal private static var current: EnrolledSite?

  /// The site of the suite that runs.
  static var site: EnrolledSite {
    get throws { try #require(current) }
  }

  @concurrent func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let site = try await EnrolledSite()
    try await Self.$current.withValue(site) { try await function() }
    try await site.stop()
  }
}

extension Trait where Self == SharedSite {
  /// One site for all tests of the suite.
  static var sharedSite: Self { Self() }
}
