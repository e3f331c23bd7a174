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
    let daemon = try installation.launch(environment: [
      "NOTIFY_SOCKET": manager.socket, "WATCHDOG_USEC": "400000",
    ])
    try await eventually("READY=1 was sent") { manager.messages.contains("READY=1") }
    // Ready means that it answers at once and has tried the broker.
    let status = try await installation.status()
    #expect(status["broker_connected"] as? Bool == true)
    try await eventually("WATCHDOG=1 was sent three times") {
      manager.messages.filter { $0 == "WATCHDOG=1" }.count >= 3
    }
    #expect(manager.messages.firstIndex(of: "READY=1") != nil)

    // A pipeline that does not answer: the whole process is stopped, and no beat leaves any more.
    daemon.send(signal: SIGSTOP)
    let count = manager.messages.count
    daemon.send(signal: SIGCONT)
    try await eventually("it goes on beating") { manager.messages.count > count }
    #expect(try await installation.stop() == .code(0))
    try await eventually("STOPPING=1 was sent") { manager.messages.contains("STOPPING=1") }
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

  @Test func `a wrong configuration ends with 78 and names every mistake`() async throws {
    let installation = try Installation(brokerPort: 1883)
    try installation.directory.write("kind: rules\nsilence_secnds: 4\nlimits: {}\n", to: "rules.yaml")
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

/// The receiving end of sd_notify: a datagram socket whose messages are printed line by line.
private final class ServiceManager {
  let socket: String
  private let process: ManagedProcess

  init(directory: TemporaryDirectory) throws {
    socket = directory.path("notify.sock")
    process = try ManagedProcess(
      "/usr/bin/python3", package: "python3", arguments: ["-u", "-c", Self.program, socket])
  }

  /// Waits until it listens.
  func start() async throws {
    try await eventually("the notify socket is bound") {
      process.output.all.first == "listening"
    }
  }

  /// Every assignment received so far, in order.
  var messages: [String] { Array(process.output.all.dropFirst()) }

  func stop() async throws {
    try await process.terminate()
  }

  private static let program = """
    import socket, sys
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind(sys.argv[1])
    print('listening')
    while True:
        for line in receiver.recv(65536).decode().splitlines():
            print(line)
    """
}
