import Foundation
import TestInstallation
import TestSupport
import Testing

/// The daemon and the figures that a real mosquitto publishes below `$SYS`.
@Suite(.serialized) struct `The broker's backlog` {
  /// A broker that lets 1,000 messages wait, and tells every second how many it holds.
  private static let configuration = "max_queued_messages 1000\nsys_interval 1"
  private static let heldTopic = "$SYS/broker/store/messages/count"

  /// Publishes `count` readings of one pool, a millisecond apart and newer than those of `before`.
  private static func publish(_ count: Int, before: Int = 0, port: UInt16) async throws {
    let start = nowMilliseconds() - 60_000
    let lines = (0..<count).map {
      Gateway.payload(milliseconds: start + Int64(before + $0), #""ph":7.2"#)
    }
    let process = try ManagedProcess(
      "/usr/bin/mosquitto_pub", package: "mosquitto-clients",
      arguments: [
        "-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-l", "-t",
        "pools/v1/310107/venue-0/pool-0/telemetry",
      ])
    for line in lines { try process.write(line: line) }
    try process.closeInput()
    #expect(try await process.wait() == .code(0))
  }

  /// Waits until the broker says that it holds `count` messages or more.
  private static func waitForHeld(_ count: Int, port: UInt16) async throws {
    try await eventually("the broker tells of \(count) messages") {
      let text = try await ManagedProcess.run(
        "/usr/bin/mosquitto_sub", package: "mosquitto-clients",
        arguments: ["-h", "127.0.0.1", "-p", "\(port)", "-t", heldTopic, "-C", "1", "-W", "30"])
      return Int(text.trimmingCharacters(in: .whitespacesAndNewlines)).map { $0 >= count } ?? false
    }
  }

  private static func lines(_ log: [String], of kind: String, _ words: String) -> [String] {
    log.filter { $0.contains("alarm.kind=\(kind)") && $0.contains(words) }
  }

  @Test func `half a queue is an alarm until it is fetched, and dropped messages are told once`()
    async throws
  {
    let broker = try await Mosquitto(configuration: Self.configuration, isQuiet: true)
    let installation = try Installation(
      brokerPort: broker.port, overrides: ["broker.queue_messages=1000"])
    try await installation.start()
    try await eventually("the broker's figures are known") {
      try await installation.status()["broker_backlog"] as? Int != nil
    }
    #expect(try await installation.status()["broker_queue_limit"] as? Int == 1000)
    try await installation.stop()

    try await Self.publish(600, port: broker.port)
    try await Self.waitForHeld(600, port: broker.port)
    try await installation.start()
    try await eventually("the alarm is raised; the log:\n\(installation.log)") {
      Self.lines(installation.log, of: "brokerQueue", "of 1000 that may wait").count == 1
    }
    try await eventually("it is over when all are fetched") {
      let status = try await installation.status()
      return status["stored"] as? Int == 600
        && Self.lines(installation.log, of: "brokerQueue", "is over").count == 1
    }
    // The figures are neither readings nor refusals.
    let status = try await installation.status()
    #expect(status["received"] as? Int == 600)
    #expect(status["refused"] as? Int == 0)
    #expect(status["system_alarms"] as? [String] == [])
    try await installation.stop()

    try await Self.publish(1300, before: 600, port: broker.port)
    try await Self.waitForHeld(1000, port: broker.port)
    try await installation.start()
    try await eventually("the loss is told; the log:\n\(installation.log)") {
      let alarms = try await installation.status()["system_alarms"] as? [String] ?? []
      return alarms.contains { $0.contains("gap possible") && $0.contains("the broker dropped") }
    }
    #expect(Self.lines(installation.log, of: "brokerDrops", "system alarm").count == 1)
    try await eventually("what waited is stored") {
      let stored = try await installation.status()["stored"] as? Int ?? 0
      return stored >= 1000 && stored < 1300
    }
    try await installation.stop()

    try await installation.start()
    try await eventually("the broker's figures are known") {
      try await installation.status()["broker_backlog"] as? Int != nil
    }
    #expect(Self.lines(installation.log, of: "brokerDrops", "system alarm").isEmpty)
    try await installation.stop()
    try await broker.stop()
  }

  @Test func `a broker that lets nobody read its figures is as good`() async throws {
    let broker = try await Mosquitto(configuration: Self.configuration, isQuiet: true)
    try await broker.restart(accessRules: "topic readwrite pools/#\n")
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    try await Self.publish(3, port: broker.port)
    try await eventually("readings are stored") {
      try await installation.status()["stored"] as? Int == 3
    }
    let status = try await installation.status()
    #expect(status["broker_connected"] as? Bool == true)
    #expect(status["broker_backlog"] is NSNull)
    #expect(status["system_alarms"] as? [String] == [])
    let doctor = try await installation.ask(
      "doctor", "--config", installation.directory.path("poolwatch.yaml"))
    #expect(doctor.output.contains("topic read $SYS/broker/#"))
    try await installation.stop()
    try await broker.stop()
  }

  @Test
  func `a broker that ends the connection for its figures is gone on with, and that is said once`()
    async throws
  {
    let broker = try RawBroker()
    try broker.configure("answer_qos0", "\"close\"")
    let installation = try Installation(brokerPort: broker.port)
    try await installation.start()
    try await eventually("it is asked no more; the log:\n\(installation.log)") {
      try await installation.status()["broker_figures_refused"] as? Bool == true
    }
    let payload = Gateway.payload(milliseconds: nowMilliseconds(), #""ph":7.2"#)
    try broker.publish([payload], to: "pools/v1/310107/venue-0/pool-0/telemetry")
    try await eventually("a reading is stored") {
      try await installation.status()["stored"] as? Int == 1
    }
    #expect(try await installation.status()["broker_connected"] as? Bool == true)
    #expect(installation.log.count { $0.contains("asked for its figures") } == 1)
    let printed = try await installation.ask("status")
    #expect(printed.output.contains("the broker ends connections that ask for its figures"))
    #expect(try broker.state().connects.count == 3)
    try await installation.stop()
  }
}
