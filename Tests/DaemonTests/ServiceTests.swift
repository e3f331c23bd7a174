import Foundation
import TestInstallation
import TestSupport
import Testing

/// What systemd sees of the daemon, through a datagram socket as NOTIFY_SOCKET.
@Suite(.serialized) struct `Life as a service` {
  @Test func `READY comes after recovery and the first broker attempt, WATCHDOG while it answers`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    let manager = try ServiceManager(directory: installation.directory)
    try await manager.start()
    try installation.launch(environment: [
      "NOTIFY_SOCKET": manager.socket, "WATCHDOG_USEC": "400000",
    ])
    try await eventually("READY=1 was sent") { manager.messages.contains("READY=1") }
    // Ready means that it answers at once and has tried the broker.
    let status = try await installation.status()
    #expect(status["broker_connected"] as? Bool == true)
    try await eventually("WATCHDOG=1 was sent three times") {
      manager.messages.filter { $0 == "WATCHDOG=1" }.count >= 3
    }
    #expect(try await installation.stop() == .code(0))
    try await eventually("STOPPING=1 was sent") { manager.messages.contains("STOPPING=1") }
    try await manager.stop()
    try await broker.stop()
  }

  @Test func `no WATCHDOG is sent while the pipeline hangs in a commit`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    try await installation.stop()
    let manager = try ServiceManager(directory: installation.directory)
    try await manager.start()
    // Each sync of the journal takes 2 s longer than the disk needs.
    try ManagedProcess.requireProgram("/usr/bin/strace", package: "strace")
    try installation.launch(
      under: [
        "/usr/bin/strace", "-D", "-f", "-qq", "-o", "/dev/null", "-P",
        installation.directory.path("state/store/journal"), "-e", "trace=fdatasync", "-e",
        "inject=fdatasync:delay_exit=2000000",
      ],
      environment: ["NOTIFY_SOCKET": manager.socket, "WATCHDOG_USEC": "400000"])
    try await eventually("WATCHDOG=1 was sent") { manager.messages.contains("WATCHDOG=1") }
    try await Gateway(port: broker.port).publish(
      Gateway.payload(milliseconds: nowMilliseconds(), #""ph":7.2"#), for: "venue-0/pool-0")
    try await eventually("the reading is stored") {
      try await installation.status()["stored"] as? Int == 1
    }
    let beats = manager.messages.filter { $0 == "WATCHDOG=1" }.count
    try await eventually("it goes on beating") {
      manager.messages.filter { $0 == "WATCHDOG=1" }.count > beats
    }
    // A beat every 0.2 s, but none during the commit.
    #expect(try manager.longestPauseSeconds(between: "WATCHDOG=1") > 1.9)
    try await installation.stop()
    try await manager.stop()
    try await broker.stop()
  }

  @Test func `READY comes without a broker too, and says so`() async throws {
    let installation = try Installation(brokerPort: try FreePort.next())
    let manager = try ServiceManager(directory: installation.directory)
    try await manager.start()
    try installation.launch(environment: ["NOTIFY_SOCKET": manager.socket])
    try await eventually("READY=1 was sent") { manager.messages.contains("READY=1") }
    #expect(try await installation.status()["broker_connected"] as? Bool == false)
    #expect(try await installation.stop() == .code(0))
    try await manager.stop()
  }

  @Test func `a second daemon on the same store ends and leaves the first alone`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    let second = try ManagedProcess(
      Programs.path("poolwatchd"),
      arguments: ["--config", installation.directory.path("poolwatch.yaml")])
    #expect(try await second.wait() == .code(1))
    #expect(second.errors.all.joined().contains("another process"))
    #expect(try await installation.ask("status").code == 0)
    try await installation.stop()
    try await broker.stop()
  }

  @Test func `a second daemon does not take over the socket of the first`() async throws {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    let second = try ManagedProcess(
      Programs.path("poolwatchd"),
      arguments: [
        "--config", installation.directory.path("poolwatch.yaml"), "--set",
        "store.directory=\(installation.directory.path("other"))", "--set",
        "broker.client_id=other",
      ])
    #expect(try await second.wait() == .code(1))
    #expect(second.errors.all.joined().contains("another process answers on it"))
    #expect(try await installation.ask("status").code == 0)
    // What a crash leaves behind is nobody's.
    try await installation.kill()
    try await installation.start()
    try await installation.stop()
    try await broker.stop()
  }

  @Test func `a group that there is not is refused`() async throws {
    let installation = try Installation(
      brokerPort: try FreePort.next(), overrides: ["api.group=no-such-group"])
    let daemon = try installation.launch()
    #expect(try await daemon.wait() == .code(1))
    #expect(daemon.errors.all.joined().contains("'no-such-group'"))
  }

  @Test func `a wrong configuration ends with 78 and names every mistake`() async throws {
    let installation = try Installation(brokerPort: 1883)
    try installation.directory.write(
      "kind: rules\nsilence_secnds: 4\nlimits: {}\n", to: "rules.yaml")
    let daemon = try installation.launch()
    #expect(try await daemon.wait() == .code(78))
    let text = daemon.errors.all.joined(separator: "\n")
    #expect(text.contains("rules.yaml:2:1: "))
    #expect(text.contains("silence_secnds"))
    #expect(text.contains("silence_seconds"))
  }

  @Test func `a configuration in order passes the check without starting anything`() async throws {
    let installation = try Installation(brokerPort: 1883)
    let output = try await ManagedProcess.run(
      Programs.path("poolwatchd"),
      arguments: ["--config", installation.directory.path("poolwatch.yaml"), "--check"])
    #expect(output.contains("10 pools"))
    #expect(!FileManager.default.fileExists(atPath: installation.directory.path("state")))
  }
}
