import Dispatch
import LinuxSystem
import PoolModel
import Synchronization
import TestSupport
import Testing

@testable import MQTTTransport

@Suite struct `The link to the broker` {
  @Test(arguments: Wire.allCases)
  func `a refused CONNECT is tried again slowly, and named`(wire: Wire) async throws {
    let certificates = wire == .v5TLS ? try await Certificates() : nil
    let broker = try RawBroker(certificates: certificates)
    // Bad user name or password: 4 in MQTT 3.1.1 (3.2.2.3), 0x86 in MQTT 5 (3.2.2.2).
    try broker.configure("connack_code", wire == .v311 ? "4" : "134")
    let clock = ManualClock()
    let record = IntakeRecord()
    let run = try IntakeRun(
      MQTTSettings(
        port: broker.port, clientID: "intake", protocolVersion: wire == .v311 ? .v311 : .v5,
        username: "poolwatch", password: "wrong", caFile: certificates?.caFile),
      clock: clock, record: record)
    try await eventually("the refusal is reported") { record.now.changes.count == 1 }
    let change = try #require(record.now.changes.first)
    #expect(!change.isUp)
    #expect(change.reason.contains("check username, password or certificate"))
    let connect = try #require(try broker.state().connects.first)
    #expect(connect.username == "poolwatch")
    #expect(connect.password == "wrong")
    clock.advance(by: .milliseconds(29_999))
    run.wake()
    let idleCount = record.now.idleCount
    try await eventually("the loop has looked at the clock again") {
      record.now.idleCount > idleCount + 2
    }
    #expect(try broker.state().connects.count == 1)
    try broker.configure("connack_code", "0")
    clock.advance(by: .seconds(31))
    run.wake()
    try await eventually("the link is up") { record.now.isUp }
    #expect(try broker.state().connects.count == 2)
    try await run.stop()
    withExtendedLifetime(certificates) {}
  }

  @Test(arguments: [MQTTSettings.ProtocolVersion.v5, .v311])
  func `CONNECT and SUBSCRIBE say what the settings say`(
    version: MQTTSettings.ProtocolVersion
  ) async throws {
    let broker = try RawBroker()
    let record = IntakeRecord()
    let run = try IntakeRun(
      MQTTSettings(
        port: broker.port, clientID: "poolwatch-310107", protocolVersion: version,
        username: "user", password: "secret", keepAlive: .seconds(33),
        sessionExpiry: .seconds(604_800), receiveMaximum: 777,
        will: .init(topic: "pools/v1/status", payload: Array("gone".utf8))),
      subscriptions: ["pools/v1/#", "spBv1.0/#"], record: record)
    try await eventually("the link is up") { record.now.isUp }
    let state = try broker.state()
    let isV5 = version == .v5
    #expect(
      state.connects == [
        .init(
          version: isV5 ? 5 : 4, clean: false, keepAlive: 33, sessionExpiry: isV5 ? 604_800 : nil,
          receiveMaximum: isV5 ? 777 : nil, clientId: "poolwatch-310107",
          will: .init(topic: "pools/v1/status", payload: "gone", qos: 1, retain: true),
          username: "user", password: "secret")
      ])
    #expect(
      state.subscriptions == [
        .init(filter: "pools/v1/#", qos: 1), .init(filter: "spBv1.0/#", qos: 1),
      ])
    try broker.publish(1, isRetained: true)
    try await eventually("it is acknowledged") { try broker.state().acknowledged == [0] }
    #expect(record.now.retainedCount == 1)
    try await run.stop()
  }

  @Test func `a session that the broker has lost is reported, and subscribed to anew`()
    async throws
  {
    let broker = try RawBroker()
    let record = IntakeRecord()
    let run = try IntakeRun(MQTTSettings(port: broker.port, clientID: "intake"), record: record)
    try await eventually("the link is up") { record.now.isUp }
    #expect(record.now.changes.map(\.reason) == ["connected"])
    try broker.configure("forget_session", "true")
    try broker.close()
    try await eventually("the link is up again") {
      record.now.changes.count >= 3 && record.now.isUp
    }
    let last = try #require(record.now.changes.last)
    #expect(!last.sessionPresent)
    #expect(last.reason.contains("lost our session"))
    #expect(try broker.state().subscriptions.count == 2)
    try await run.stop()
  }

  @Test func `a subscription that the broker refuses is no link`() async throws {
    let broker = try RawBroker()
    try broker.configure("suback_code", "135")  // 0x87, not authorized: MQTT 5, 3.9.3
    let record = IntakeRecord()
    let run = try IntakeRun(MQTTSettings(port: broker.port, clientID: "intake"), record: record)
    try await eventually("it is reported") { !record.now.changes.isEmpty }
    let change = try #require(record.now.changes.first)
    #expect(!change.isUp)
    #expect(change.reason.contains("SUBSCRIBE pools/v1/#"))
    #expect(change.reason.contains("ACL"))
    try await run.stop()
  }

  @Test func `a broker that stops answering is left within one and a half keep-alives`()
    async throws
  {
    let broker = try RawBroker()
    try broker.configure("answer_ping", "false")
    let record = IntakeRecord()
    let start = SystemClock().now().monotonic
    let run = try IntakeRun(
      MQTTSettings(port: broker.port, clientID: "intake", keepAlive: .seconds(5)), record: record)
    try await eventually("the link is up") { record.now.isUp }
    try await eventually("the link is down") { !record.now.isUp }
    let span = SystemClock().now().monotonic - start
    // The library's seconds are whole ones, and a loaded machine adds its own.
    #expect(span > .seconds(4))
    #expect(span < .seconds(9))
    #expect(try broker.state().pings == 1)
    try await run.stop()
  }

  @Test func `what a broker sent before it died is kept, although nothing can be acknowledged`()
    async throws
  {
    let broker = try RawBroker()
    let isFirst = Mutex(true)
    let record = IntakeRecord(onCommit: { _ in
      let wasFirst = isFirst.withLock { isFirst in
        defer { isFirst = false }
        return isFirst
      }
      guard wasFirst else { return true }
      // More comes while we are at the disk, and then the broker dies.
      try broker.publish(10)
      try broker.reset()
      return true
    })
    let run = try IntakeRun(
      MQTTSettings(port: broker.port, clientID: "intake"), record: record)
    try await eventually("the link is up") { record.now.isUp }
    try broker.publish(10)
    // On the next connection everything comes again, from 0 on.
    try await eventually("20 came") { record.now.received.count >= 20 }
    #expect(Array(record.now.received.prefix(20)) == Array(0..<20))
    try await eventually("20 are stored") { record.now.stored.count >= 20 }
    #expect(Array(record.now.stored.prefix(20)) == Array(0..<20))
    #expect(record.now.failures == [])
    try await run.stop()
  }

  @Test func `a broker that is not there is reported each time, and the stop does not wait`()
    async throws
  {
    let record = IntakeRecord()
    let run = try IntakeRun(
      MQTTSettings(port: try FreePort.next(), clientID: "intake"), record: record)
    try await eventually("two attempts failed") { record.now.changes.count >= 2 }
    #expect(record.now.changes.allSatisfy { !$0.isUp })
    #expect(record.now.changes.allSatisfy { $0.reason.contains("Connection refused") })
    try await run.stop()
  }

  /// A loop whose broker's name is looked up when `lookUp` is signalled.
  private func slowRun(
    port: UInt16, record: IntakeRecord, _ lookUp: DispatchSemaphore
  ) throws -> IntakeRun {
    try IntakeRun(MQTTSettings(port: port, clientID: "intake"), record: record) {
      (settings, clock) throws(MQTTError) in
      lookUp.wait()
      return try Opening.connect(settings, clock: clock)
    }
  }

  @Test func `a name that is looked up slowly holds up nothing but the link`() async throws {
    let broker = try RawBroker()
    let lookUp = DispatchSemaphore(value: 0)
    let record = IntakeRecord()
    let run = try slowRun(port: broker.port, record: record, lookUp)
    try await eventually("the loop does its other work") { record.now.idleCount >= 5 }
    #expect(record.now.changes.isEmpty)
    lookUp.signal()
    try await eventually("the link is up") { record.now.isUp }
    try await run.stop()
  }

  @Test func `a stop does not wait for a name that is looked up`() async throws {
    let broker = try RawBroker()
    let lookUp = DispatchSemaphore(value: 0)
    let record = IntakeRecord()
    let run = try slowRun(port: broker.port, record: record, lookUp)
    try await eventually("the loop does its other work") { record.now.idleCount >= 1 }
    try await run.stop()
    lookUp.signal()
    #expect(try broker.state().connects == [])
  }

  @Test func `a certificate of an unknown authority is no broker of ours`() async throws {
    let (ours, other) = (try await Certificates(), try await Certificates())
    let broker = try RawBroker(certificates: other)
    let record = IntakeRecord()
    let run = try IntakeRun(
      MQTTSettings(port: broker.port, clientID: "intake", caFile: ours.caFile), record: record)
    try await eventually("it is reported") { !record.now.changes.isEmpty }
    #expect(record.now.changes.allSatisfy { !$0.isUp })
    #expect(try broker.state().connects == [])
    try await run.stop()
    withExtendedLifetime((ours, other)) {}
  }
}
