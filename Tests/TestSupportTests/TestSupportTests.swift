import Foundation
import TestSupport
import Testing

@Suite struct `What the tests stand on` {
  @Test func `a process's lines come one by one, and its exit code at the end`() async throws {
    let process = try ManagedProcess(
      "/bin/sh", arguments: ["-c", "read x; echo got $x; echo $WORD >&2; exit 3"],
      environment: ["WORD": "hello"])
    try process.write(line: "seven")
    #expect(try process.output.next() == "got seven")
    #expect(try await process.errors.first { $0.hasPrefix("h") } == "hello")
    #expect(try await process.wait() == .code(3))
    #expect(throws: TestFailure.self) { try process.output.next() }
  }

  @Test func `a process that nobody owns any more is killed`() async throws {
    var process: ManagedProcess? = try ManagedProcess("/bin/sleep", arguments: ["1000"])
    let id = try #require(process?.id)
    #expect(FileManager.default.fileExists(atPath: "/proc/\(id)"))
    process = nil
    try await eventually("process \(id) is gone") {
      !FileManager.default.fileExists(atPath: "/proc/\(id)")
    }
  }

  @Test func `a process that does not end in time is killed and reported`() async throws {
    let process = try ManagedProcess("/bin/sleep", arguments: ["1000"])
    await #expect(throws: TestFailure.self) { try await process.wait(within: .milliseconds(1)) }
    #expect(try await process.wait() == .signal(9))
  }

  @Test func `a missing program names its package`() {
    #expect(
      throws: TestFailure(
        "/usr/bin/no-such is missing: install it with 'apt-get install some-package'")
    ) { try ManagedProcess("/usr/bin/no-such", package: "some-package") }
  }

  @Test func `a condition that never holds fails at its deadline with its words`() async {
    await #expect(throws: TestFailure("not within 0.01 seconds: pigs fly")) {
      try await eventually(within: .milliseconds(10), "pigs fly") { false }
    }
  }

  @Test func `a temporary directory goes with everything in it`() throws {
    var directory: TemporaryDirectory? = try TemporaryDirectory()
    let file = try #require(try directory?.write("text", to: "file"))
    #expect(try directory?.read("file") == Data("text".utf8))
    directory = nil
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  @Test func `mosquitto listens on its port until it is stopped, and again`() async throws {
    let broker = try await Mosquitto()
    #expect(try FreePort.hasListener(on: broker.port))
    try await broker.stop()
    #expect(try !FreePort.hasListener(on: broker.port))
    try await broker.start()
    #expect(try FreePort.hasListener(on: broker.port))
    try await broker.kill()
    #expect(try !FreePort.hasListener(on: broker.port))
  }
}
