import MQTTTransport
import TestSupport
import Testing

@Suite struct `Asking for the broker's figures` {
  // 0x80 is the one refusal of MQTT 3.1.1 (3.9.3), 0x87 is "not authorized" (MQTT 5, 3.9.3).
  @Test(arguments: [(MQTTSettings.ProtocolVersion.v311, 128), (.v5, 135), (.v5, 0)])
  func `the link is up whether or not the broker lets its figures be read`(
    version: MQTTSettings.ProtocolVersion, code: Int
  ) async throws {
    let broker = try RawBroker()
    try broker.configure("suback_code_qos0", "\(code)")
    let record = IntakeRecord()
    record.change { $0.figureTopics = ["$SYS/broker/store/messages/count"] }
    let run = try IntakeRun(
      MQTTSettings(port: broker.port, clientID: "intake", protocolVersion: version),
      record: record)
    try await eventually("the link is up") { record.now.isUp }
    try broker.publish(1)
    try await eventually("readings are acknowledged") { try broker.state().acknowledged == [0] }
    #expect(
      try broker.state().subscriptions == [
        .init(filter: "pools/v1/#", qos: 1),
        .init(filter: "$SYS/broker/store/messages/count", qos: 0),
      ])
    #expect(record.now.held == ["pools/v1/#", "$SYS/broker/store/messages/count"])
    #expect(record.now.changes.count == 1)
    try await run.stop()
  }

  // AWS IoT closes without a word, EMQX with `deny_action = disconnect` says DISCONNECT with MQTT 5.
  @Test(arguments: [
    (MQTTSettings.ProtocolVersion.v311, "close"), (.v5, "close"), (.v5, "disconnect"),
  ])
  func `a broker that ends the connection for its figures is not asked a third time`(
    version: MQTTSettings.ProtocolVersion, answer: String
  ) async throws {
    let broker = try RawBroker()
    try broker.configure("answer_qos0", "\"\(answer)\"")
    let record = IntakeRecord()
    record.change { $0.figureTopics = ["$SYS/broker/store/messages/count"] }
    let run = try IntakeRun(
      MQTTSettings(port: broker.port, clientID: "intake", protocolVersion: version),
      record: record)
    try await eventually("the link has come up three times") {
      record.now.changes.count { $0.isUp } == 3
    }
    try broker.publish(1)
    try await eventually("readings are acknowledged") { try broker.state().acknowledged == [0] }
    let state = try broker.state()
    #expect(state.connects.count == 3)
    #expect(
      state.subscriptions.map(\.filter) == [
        "pools/v1/#", "$SYS/broker/store/messages/count", "pools/v1/#",
        "$SYS/broker/store/messages/count", "pools/v1/#",
      ])
    #expect(state.problems == [])
    #expect(record.now.figuresGivenUp.count == 1)
    if answer == "disconnect" {
      #expect(record.now.figuresGivenUp[0].contains("Not authorized"))
    }
    #expect(record.now.held == ["pools/v1/#"])
    #expect(record.now.isUp)
    try await run.stop()
  }

  @Test func `one connection that ends while figures are asked for is no reason to do without`()
    async throws
  {
    let broker = try RawBroker()
    try broker.configure("answer_qos0", "\"close\"")
    let record = IntakeRecord()
    record.change { $0.figureTopics = ["$SYS/broker/store/messages/count"] }
    let run = try IntakeRun(MQTTSettings(port: broker.port, clientID: "intake"), record: record)
    try await eventually("the link is lost") { record.now.changes.count == 2 }
    for ups in 2...3 {
      try broker.configure("answer_qos0", "\"suback\"")
      try await eventually("the link is up, and its figures are asked for") {
        try record.now.changes.count { $0.isUp } == ups
          && broker.state().subscriptions.count == 2 * ups
      }
      // That it was answered is seen before what comes after it.
      try broker.publish(1)
      try await eventually("a reading came") { record.now.received.count == ups - 1 }
      try broker.close()
    }
    #expect(record.now.figuresGivenUp == [])
    try await run.stop()
  }
}
