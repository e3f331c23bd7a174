import MQTTTransport
import PoolModel
import Synchronization
import TestSupport
import Testing

/// Intake and publisher on a real mosquitto.
@Suite struct `With a real mosquitto` {
  private func publisher(
    _ broker: Mosquitto, _ version: MQTTSettings.ProtocolVersion,
    will: MQTTSettings.Will? = nil
  ) throws -> MQTTPublisher {
    MQTTTransport.initialize()
    return try MQTTPublisher(
      settings: MQTTSettings(
        port: broker.port, clientID: "gateway", protocolVersion: version, sessionExpiry: .zero,
        will: will, cleanStart: true))
  }

  @Test(arguments: [MQTTSettings.ProtocolVersion.v5, .v311])
  func `everything published arrives, in order, over a restart of the broker`(
    version: MQTTSettings.ProtocolVersion
  ) async throws {
    let broker = try await Mosquitto(
      configuration: """
        persistence true
        max_inflight_messages 1000
        max_queued_messages 100000
        """)
    let record = IntakeRecord()
    let run = try IntakeRun(
      MQTTSettings(port: broker.port, clientID: "intake", protocolVersion: version),
      record: record)
    try await eventually("the link is up") { record.now.isUp }
    let publisher = try publisher(broker, version)
    try publisher.connect()
    for number in 0..<1000 {
      try publisher.publish(Array("\(number)".utf8), to: "pools/v1/310107/v1/data")
    }
    #expect(publisher.waitingCount == 1000)
    try publisher.drive(within: .seconds(20))
    #expect(publisher.acknowledgedCount == 1000)
    try await eventually("1000 are stored") { record.now.stored.count == 1000 }
    try await broker.stop()
    try await eventually("the link is down") { !record.now.isUp }
    #expect(throws: MQTTError.self) {
      try publisher.drive(within: .seconds(20), until: { _ in false })
    }
    try await broker.start()
    for number in 1000..<2000 {
      try publisher.publish(Array("\(number)".utf8), to: "pools/v1/310107/v1/data")
    }
    try publisher.connect()
    try publisher.drive(within: .seconds(20))
    #expect(publisher.acknowledgedCount == 2000)
    try await eventually("all 2000 are stored") { Set(record.now.stored).count == 2000 }
    // What the broker had no acknowledgement of when it stopped may come twice.
    var known: Set<Int> = []
    #expect(record.now.stored.filter { known.insert($0).inserted } == Array(0..<2000))
    // Deliveries of the kept session can come before SUBACK.
    try await eventually("the link is up again") { record.now.isUp }
    #expect(record.now.changes.last?.sessionPresent == true)
    try publisher.disconnect()
    try await run.stop()
    // Nothing is left unacknowledged in the session: it would come to the next client of our name.
    let again = IntakeRecord()
    let next = try IntakeRun(
      MQTTSettings(port: broker.port, clientID: "intake", protocolVersion: version),
      record: again)
    try await eventually("the link is up") { again.now.isUp }
    #expect(again.now.changes.last?.sessionPresent == true)
    #expect(again.now.received == [])
    try await next.stop()
    try await broker.stop()
  }

  @Test func `the will is published for a publisher that vanished, not for one that left`()
    async throws
  {
    let broker = try await Mosquitto()
    let record = IntakeRecord()
    let run = try IntakeRun(
      MQTTSettings(port: broker.port, clientID: "intake", sessionExpiry: .zero), record: record)
    try await eventually("the link is up") { record.now.isUp }
    let will = MQTTSettings.Will(
      topic: "pools/v1/310107/v1/status", payload: Array("7".utf8), isRetained: false)
    let leaving = try publisher(broker, .v5, will: will)
    try leaving.connect()
    try leaving.disconnect()
    #expect(leaving.descriptor == -1)
    var vanishing: MQTTPublisher? = try publisher(broker, .v5, will: will)
    try vanishing?.connect()
    vanishing = nil
    try await eventually("the will has come") { !record.now.received.isEmpty }
    #expect(record.now.received == [7])
    #expect(record.now.topics == ["pools/v1/310107/v1/status"])
    try await run.stop()
    try await broker.stop()
  }

  @Test func `one thread drives many publishers`() async throws {
    let broker = try await Mosquitto()
    MQTTTransport.initialize()
    let publishers = try (0..<20).map { number in
      try MQTTPublisher(
        settings: MQTTSettings(
          port: broker.port, clientID: "gateway-\(number)", sessionExpiry: .zero,
          cleanStart: true))
    }
    for publisher in publishers {
      try publisher.connect()
      for _ in 0..<10 { try publisher.publish(Array("1".utf8), to: "pools/v1/x") }
    }
    try await eventually("all are acknowledged") {
      for publisher in publishers { try publisher.drive() }
      return publishers.allSatisfy { $0.acknowledgedCount == 10 && $0.refusedCount == 0 }
    }
    for publisher in publishers { try publisher.disconnect() }
    try await broker.stop()
  }

  @Test func `a publish that the ACL forbids is counted, with MQTT 5`() async throws {
    let broker = try await Mosquitto(configuration: "acl_file /dev/null")
    let publisher = try publisher(broker, .v5)
    try publisher.connect()
    try publisher.publish(Array("1".utf8), to: "pools/v1/310107/other/data")
    try publisher.drive(within: .seconds(20))
    #expect(publisher.acknowledgedCount == 1)
    #expect(publisher.refusedCount == 1)
    try publisher.disconnect()
    try await broker.stop()
  }

  @Test func `a full queue is refused, not grown`() throws {
    MQTTTransport.initialize()
    let publisher = try MQTTPublisher(
      settings: MQTTSettings(clientID: "gateway", cleanStart: true), queueLimit: 2)
    try publisher.publish([1], to: "pools/v1/x")
    try publisher.publish([2], to: "pools/v1/x")
    #expect(throws: MQTTError.self) { try publisher.publish([3], to: "pools/v1/x") }
    #expect(publisher.waitingCount == 2)
  }

  @Test(arguments: [MQTTSettings.ProtocolVersion.v5, .v311])
  func `what is subscribed to changes on the same link, and nothing else does`(
    version: MQTTSettings.ProtocolVersion
  ) async throws {
    let broker = try await Mosquitto()
    let record = IntakeRecord()
    let run = try IntakeRun(
      MQTTSettings(port: broker.port, clientID: "intake", protocolVersion: version),
      subscriptions: ["old/#", "kept/#"], record: record)
    try await eventually("the link is up") { record.now.isUp }
    record.change { $0.filters = ["kept/#", "new/#"] }
    run.wake()
    try await eventually("the broker has heard of both changes") {
      broker.log.contains { $0.contains("Sending UNSUBACK to intake") }
        && broker.log.filter { $0.contains("Sending SUBACK to intake") }.count == 3
    }
    let publisher = try publisher(broker, version)
    try publisher.connect()
    for (number, topic) in ["old/1", "kept/1", "new/1"].enumerated() {
      try publisher.publish(Array("\(number)".utf8), to: topic)
    }
    try publisher.drive(within: .seconds(20))
    try await eventually("what is wanted has come") { record.now.stored == [1, 2] }
    #expect(record.now.changes.count == 1)
    try publisher.disconnect()
    try await run.stop()
    try await broker.stop()
  }

  @Test(arguments: [MQTTSettings.ProtocolVersion.v5, .v311])
  func `what an earlier run subscribed to is unsubscribed from, when the session was kept`(
    version: MQTTSettings.ProtocolVersion
  ) async throws {
    let broker = try await Mosquitto()
    let settings = MQTTSettings(port: broker.port, clientID: "intake", protocolVersion: version)
    let earlier = IntakeRecord()
    let first = try IntakeRun(settings, subscriptions: ["old/#", "kept/#"], record: earlier)
    try await eventually("the link is up") { earlier.now.isUp }
    #expect(earlier.now.held == ["old/#", "kept/#"])
    try await first.stop()
    let record = IntakeRecord()
    record.change { $0.held = earlier.now.held }
    let run = try IntakeRun(settings, subscriptions: ["kept/#", "new/#"], record: record)
    try await eventually("the broker has said that the old one is gone") {
      record.now.held == ["kept/#", "new/#"]
    }
    #expect(record.now.changes.last?.sessionPresent == true)
    let publisher = try publisher(broker, version)
    try publisher.connect()
    for (number, topic) in ["old/1", "kept/1", "new/1"].enumerated() {
      try publisher.publish(Array("\(number)".utf8), to: topic)
    }
    try publisher.drive(within: .seconds(20))
    try await eventually("what is wanted has come") { record.now.stored == [1, 2] }
    try publisher.disconnect()
    try await run.stop()
    try await broker.stop()
  }

  @Test func `what the delegate wants published is, once`() async throws {
    let broker = try await Mosquitto()
    let record = IntakeRecord()
    let run = try IntakeRun(
      MQTTSettings(port: broker.port, clientID: "intake"), subscriptions: ["told/#"],
      record: record)
    try await eventually("the link is up") { record.now.isUp }
    record.change {
      $0.outgoing = [
        OutgoingMessage(topic: "told/a", payload: Array("7".utf8), qualityOfService: 0),
        OutgoingMessage(topic: "told/b", payload: Array("8".utf8), isRetained: true),
      ]
    }
    run.wake()
    try await eventually("our own messages have come back") { record.now.stored == [7, 8] }
    #expect(record.now.topics == ["told/a", "told/b"])
    try await run.stop()
    let second = IntakeRecord()
    let other = try IntakeRun(
      MQTTSettings(port: broker.port, clientID: "other"), subscriptions: ["told/#"], record: second)
    try await eventually("the retained one is kept by the broker") { second.now.stored == [8] }
    #expect(second.now.retainedCount == 1)
    try await other.stop()
    try await broker.stop()
  }
}
