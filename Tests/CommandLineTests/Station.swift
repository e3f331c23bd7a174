import Foundation
import TestSupport

#if canImport(Glibc)
  import Glibc
#endif

/// A broker's directory with the shipped access rules, the broker, and the daemon's ears.
final class Station {
  let directory: TemporaryDirectory
  let port: UInt16
  private var broker: Mosquitto?
  private var ears: ManagedProcess?

  init() throws {
    directory = try TemporaryDirectory()
    port = try FreePort.next()
    try FileManager.default.copyItem(
      atPath: Repository.path("Config/mosquitto/acl"), toPath: directory.path("poolwatch.acl"))
  }

  /// Runs `poolwatch gateway` with `words` on the directory.
  func gateway(_ words: String..., plan: String = "Config/demo/plan.yaml") async throws -> Outcome {
    try await Outcome(
      of: try Outcome.poolwatchPath,
      ["gateway"] + words + ["--directory", directory.path, "--plan", Repository.path(plan)],
      environment: [:])
  }

  /// Starts the broker, with `more` lines, and subscribes as the daemon would.
  func start(_ more: String = "") async throws {
    // The file is there and the broker's since the first enrolment; with certificates alone, not.
    if !FileManager.default.fileExists(atPath: directory.path("poolwatch.passwd")) {
      try directory.write("", to: "poolwatch.passwd")
    }
    try await ManagedProcess.run(
      "/usr/bin/mosquitto_passwd", package: "mosquitto",
      arguments: ["-b", directory.path("poolwatch.passwd"), "poolwatch", "secret"])
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: directory.path("poolwatch.passwd"))
    broker = try await Mosquitto(
      port: port,
      configuration: """
        password_file \(directory.path)/poolwatch.passwd
        acl_file \(directory.path)/poolwatch.acl
        \(more)
        """, isAnonymous: false)
    // Its lines are wanted at once, though they go into a pipe.
    try ManagedProcess.requireProgram("/usr/bin/mosquitto_sub", package: "mosquitto-clients")
    let ears = try ManagedProcess(
      "/usr/bin/stdbuf", package: "coreutils",
      arguments: [
        "-oL", "/usr/bin/mosquitto_sub", "-d", "-v", "-h", "127.0.0.1", "-p", "\(port)", "-u",
        "poolwatch", "-P", "secret", "-i",
        "poolwatch", "-q", "1", "-t", "pools/v1/#",
      ])
    try await ears.output.first { $0.hasPrefix("Subscribed") }
    self.ears = ears
  }

  /// The next reading that came: its topic and payload.
  func heard() async throws -> String {
    guard let ears else { throw TestFailure("nobody listens") }
    return try await ears.output.first { $0.hasPrefix("pools/") }
  }

  /// Has the broker read its files again.
  func reload() async throws {
    guard let broker, let process = broker.processID else { throw TestFailure("no broker") }
    let before = broker.log.count
    _ = kill(process, SIGHUP)
    try await eventually("the broker reloads") {
      broker.log.dropFirst(before).contains { $0.contains("Reloading config") }
    }
  }

  /// Runs a line as a person would, in a shell.
  static func run(_ line: String) async throws -> Outcome {
    try await Outcome(of: "/bin/sh", ["-c", line], environment: [:])
  }

  /// Publishes with `line` until the broker refuses it, which it does once it has reloaded.
  static func isRefusedSoon(_ line: String) async throws {
    try await eventually("'\(line)' is refused") { try await run(line).ending != .code(0) }
  }
}

extension Station {
  /// The password file's lines.
  var lines: [String] {
    get throws {
      String(decoding: try directory.read("poolwatch.passwd"), as: UTF8.self)
        .split(separator: "\n").map(String.init)
    }
  }
}

extension Outcome {
  /// The printed line that publishes.
  var trialLine: String {
    get throws {
      guard
        let line = output.split(separator: "\n").first(where: { $0.hasPrefix("  mosquitto_pub ") })
      else { throw TestFailure("no line to try in:\n\(output)\(errors)") }
      return line.trimmingCharacters(in: .whitespaces)
    }
  }
}
