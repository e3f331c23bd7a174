import Foundation
import TestSupport
import Testing

/// A daemon that gives fixed answers, and the command line that asks it.
struct FixedDaemon {
  let directory: TemporaryDirectory
  let process: ManagedProcess
  var socketPath: String { directory.path("api.sock") }

  init() async throws {
    directory = try TemporaryDirectory()
    process = try ManagedProcess(
      "/usr/bin/python3", package: "python3",
      arguments: [
        Fixture.path("daemon.py"), directory.path("api.sock"), Fixture.path("answers"),
      ])
    try await process.output.first { $0 == "READY" }
  }

  /// Runs `poolwatch` with `arguments`, its socket named by the environment.
  func poolwatch(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> Outcome {
    try await Outcome(
      of: try Outcome.poolwatchPath, arguments,
      environment: ["POOLWATCH_SOCKET": socketPath].merging(environment) { $1 })
  }

  /// Runs `poolwatch` with `arguments` on a terminal of `columnCount` columns.
  func onTerminal(
    columnCount: Int, _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> Outcome {
    try await Outcome(
      of: "/usr/bin/python3",
      [Fixture.path("terminal.py"), "\(columnCount)", try Outcome.poolwatchPath] + arguments,
      environment: ["POOLWATCH_SOCKET": socketPath, "TERM": "xterm", "NO_COLOR": ""]
        .merging(environment) { $1 })
  }

  /// The next request that came: method, target and body.
  func nextRequest() throws -> String {
    try process.output.next()
  }
}

/// What a program wrote, and how it ended.
struct Outcome {
  let output: String
  let errors: String
  let ending: ManagedProcess.Ending

  init(of program: String, _ arguments: [String], environment: [String: String]) async throws {
    // No locale at all, as in a service or a cron job: widths must not depend on it.
    let process = try ManagedProcess(
      program, arguments: arguments,
      environment: ["LC_ALL": "", "LC_CTYPE": "", "LANG": ""].merging(environment) { $1 })
    ending = try await process.wait()
    try await eventually("\(program) has closed its output") {
      process.output.isAtEnd && process.errors.isAtEnd
    }
    output = process.output.all.map { $0 + "\n" }.joined()
    errors = process.errors.all.map { $0 + "\n" }.joined()
  }

  /// The program, built into the same directory as these tests.
  static var poolwatchPath: String {
    get throws {
      let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      let path = URL(fileURLWithPath: tests).deletingLastPathComponent()
        .appendingPathComponent("poolwatch").path
      try ManagedProcess.requireProgram(path, package: nil)
      return path
    }
  }
}

/// The files that lie beside these tests.
enum Fixture {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name)").path
  }

  static func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }
}
