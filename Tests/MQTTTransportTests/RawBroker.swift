import Foundation
import MQTTTransport
import TestSupport
import Testing

/// The broker of `Fixtures/raw_broker.py`, which shares no code with what is tested.
///
/// Safe to use from the test and the loop's thread.
final class RawBroker: @unchecked Sendable {
  /// The port on 127.0.0.1.
  let port: UInt16
  private let process: ManagedProcess
  // Makes question and answer one step, which is all that makes it safe.
  private let lock = NSLock()

  init(certificates: Certificates? = nil) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/raw_broker.py").path
    let files = certificates.map { [$0.certificateFile, $0.keyFile] } ?? []
    process = try ManagedProcess(
      "/usr/bin/python3", package: "python3", arguments: ["-B", script] + files)
    guard let port = UInt16(try process.output.next()) else {
      throw TestFailure("raw_broker.py printed no port: \(process.errors.all)")
    }
    self.port = port
  }

  /// What the broker has seen; the names are explained in `raw_broker.py`.
  struct State: Decodable {
    struct Connect: Decodable, Hashable {
      struct Will: Decodable, Hashable {
        let topic: String
        let payload: String
        let qos: Int
        let retain: Bool
      }
      let version: Int
      let clean: Bool
      let keepAlive: Int
      let sessionExpiry: Int?
      let receiveMaximum: Int?
      let clientId: String
      let will: Will?
      let username: String?
      let password: String?
    }
    struct Subscription: Decodable, Hashable {
      let filter: String
      let qos: Int
    }
    let connects: [Connect]
    let isConnected: Bool
    let subscriptions: [Subscription]
    let acknowledged: [Int]
    let acknowledgedHere: Int
    let unacknowledged: [Int]
    let waiting: [Int]
    let sent: Int
    let redelivered: [Int]
    let pings: Int
    let farewells: Int
    let trace: [String]
    let problems: [String]
  }

  /// What it has seen up to now, exactly.
  func state() throws -> State { try order("state") }

  @discardableResult
  func publish(
    _ count: Int, to topic: String = "pools/v1/310107/v1/data", isRetained: Bool = false,
    byteCount: Int = 0
  ) throws -> State {
    try order(
      "publish",
      #""count":\#(count),"topic":"\#(topic)","retain":\#(isRetained),"size":\#(byteCount)"#)
  }

  func close() throws { _ = try order("close") }

  func releaseSubscriptionAnswer() throws { _ = try order("release_suback") }

  /// Sets one of the broker's settings; `value` as JSON.
  func configure(_ name: String, _ value: String) throws {
    _ = try order("configure", #""\#(name)":\#(value)"#)
  }

  private func order(_ what: String, _ rest: String = "") throws -> State {
    let answer = try lock.withLock {
      try process.write(line: #"{"do":"\#(what)"\#(rest.isEmpty ? "" : ",")\#(rest)}"#)
      do {
        return try process.output.next()
      } catch {
        throw TestFailure("\(error): \(process.errors.all.joined(separator: "\n"))")
      }
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(State.self, from: Data(answer.utf8))
  }
}

/// A private authority and a server's certificate for 127.0.0.1, made anew with the openssl command.
struct Certificates: Sendable {
  let directory: TemporaryDirectory
  var caFile: String { directory.path("ca.pem") }
  var certificateFile: String { directory.path("server.pem") }
  var keyFile: String { directory.path("server.key") }

  init() async throws {
    directory = try TemporaryDirectory()
    try directory.write("subjectAltName=IP:127.0.0.1\n", to: "names")
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    try await openssl(
      [
        "req", "-x509", "-days", "2", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out",
        "ca.pem",
      ]
        + curve)
    try await openssl(
      ["req", "-subj", "/CN=broker", "-keyout", "server.key", "-out", "server.csr"] + curve)
    try await openssl([
      "x509", "-req", "-days", "2", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
      "-CAcreateserial", "-extfile", "names", "-out", "server.pem",
    ])
  }

  private func openssl(_ arguments: [String]) async throws {
    try await ManagedProcess.run(
      "/usr/bin/openssl", package: "openssl", arguments: arguments, directory: directory.path)
  }
}

/// What every property of the intake is shown for.
enum Wire: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case v5
  case v311
  case v5TLS

  var testDescription: String {
    switch self {
    case .v5: "MQTT 5"
    case .v311: "MQTT 3.1.1"
    case .v5TLS: "MQTT 5 over TLS"
    }
  }
}
