import LinuxSystem
import MQTTTransport
import PoolModel
import Synchronization
import TestSupport
import Testing

/// The promise that nothing acknowledged is lost, on a broker that shares no code with the client.
///
/// Counts are the broker's, taken on its side of the socket.
@Suite struct `Acknowledged only when durable` {
  /// A broker, and how to reach it.
  struct Scene {
    let broker: RawBroker
    let settings: MQTTSettings

    init(_ wire: Wire, keepAlive: Duration = .seconds(60), receiveMaximum: Int = 1000) async throws
    {
      let certificates = wire == .v5TLS ? try await Certificates() : nil
      broker = try RawBroker(certificates: certificates)
      settings = MQTTSettings(
        port: broker.port, clientID: "intake", protocolVersion: wire == .v311 ? .v311 : .v5,
        caFile: certificates?.caFile, keepAlive: keepAlive, receiveMaximum: receiveMaximum)
      // The files are read when the client connects, also for the second time.
      self.certificates = certificates
    }

    private let certificates: Certificates?

    /// Ends the run and checks what holds for every run.
    func end(_ run: IntakeRun) async throws {
      try await run.stop()
      #expect(run.record.now.failures == [])
      #expect(try broker.state().problems == [])
    }
  }

  @Test(arguments: Wire.allCases)
  func `no PUBACK leaves before its commit has returned`(wire: Wire) async throws {
    let scene = try await Scene(wire)
    let broker = scene.broker
    let acknowledgedBefore = Mutex(0)
    let record = IntakeRecord(onCommit: { batch in
      // Whatever was committed by earlier batches may be acknowledged; nothing of this one.
      let acknowledged = try broker.state().acknowledged
      let allowed = acknowledgedBefore.withLock { $0 }
      if acknowledged.count > allowed {
        throw TestFailure("\(acknowledged.count) acknowledged, \(allowed) committed")
      }
      acknowledgedBefore.withLock { $0 += batch.count }
      return true
    })
    let run = try IntakeRun(scene.settings, record: record)
    try await eventually("the link is up") { record.now.isUp }
    for _ in 0..<10 { try broker.publish(200) }
    try await eventually("all 2000 are acknowledged") {
      try broker.state().acknowledged.count == 2000
    }
    #expect(record.now.stored == Array(0..<2000))
    #expect(try broker.state().acknowledged == Array(0..<2000))
    try await scene.end(run)
    #expect(try broker.state().farewells == 1)
  }

  @Test(arguments: Wire.allCases)
  func `nothing of a commit that failed is acknowledged, and it is delivered again`(
    wire: Wire
  ) async throws {
    let scene = try await Scene(wire)
    let broker = scene.broker
    let isBroken = Atomic(true)
    let atSecondConnection = Mutex<[Int]?>(nil)
    let record = IntakeRecord(onCommit: { batch in
      if isBroken.load(ordering: .acquiring) { return false }
      // On the new connection nothing of the old one may have been acknowledged.
      let acknowledged = try broker.state().acknowledged
      atSecondConnection.withLock { if $0 == nil { $0 = acknowledged } }
      return true
    })
    let run = try IntakeRun(scene.settings, record: record)
    try await eventually("the link is up") { record.now.isUp }
    try broker.publish(300)
    try await eventually("a commit failed, and the link was dropped and reported") {
      !record.now.undone.isEmpty && !record.now.isUp
    }
    let seen = try broker.state()
    #expect(seen.acknowledged == [])
    #expect(seen.unacknowledged == Array(0..<300))
    isBroken.store(false, ordering: .releasing)
    try await eventually("all 300 are acknowledged") {
      try broker.state().acknowledged.count == 300
    }
    #expect(atSecondConnection.withLock { $0 } == [])
    let after = try broker.state()
    #expect(after.acknowledged == Array(0..<300))
    #expect(Set(after.redelivered) == Set(0..<300))
    #expect(after.connects.count >= 2)
    #expect(record.now.stored == Array(0..<300))
    try await scene.end(run)
  }

  @Test(arguments: Wire.allCases)
  func `what a kept session delivers before SUBACK waits for its commit too`(
    wire: Wire
  ) async throws {
    let scene = try await Scene(wire)
    let broker = scene.broker
    let committedCount = Mutex(0)
    let record = IntakeRecord(onCommit: { batch in
      let state = try broker.state()
      let allowed = committedCount.withLock { $0 }
      if state.acknowledged.count > allowed {
        throw TestFailure("\(state.acknowledged.count) acknowledged, \(allowed) committed")
      }
      // The new connection's SUBSCRIBE would have taken the acknowledgements along.
      if allowed == 0 && state.subscriptions.count != 1 {
        throw TestFailure("SUBSCRIBE left with uncommitted deliveries: \(state.trace)")
      }
      committedCount.withLock { $0 += batch.count }
      return true
    })
    // A first connection makes the session, and is lost with its messages unacknowledged.
    let run = try IntakeRun(scene.settings, record: record)
    try await eventually("the link is up") { record.now.isUp }
    try broker.configure("hold_suback", "true")
    try broker.close()
    try broker.publish(100)
    try await eventually("all 100 are acknowledged, SUBACK still held") {
      try broker.state().acknowledged.count == 100
    }
    #expect(record.now.stored == Array(0..<100))
    #expect(!record.now.isUp)
    try broker.releaseSubscriptionAnswer()
    try await eventually("the link is up again") { record.now.isUp }
    #expect(record.now.changes.last?.sessionPresent == true)
    try await scene.end(run)
  }

  @Test(arguments: Wire.allCases)
  func `deliveries come in the broker's order, however the batches are cut`(
    wire: Wire
  ) async throws {
    let scene = try await Scene(wire, receiveMaximum: 50)
    let record = IntakeRecord()
    record.change { $0.fullAfter = 7 }
    let run = try IntakeRun(scene.settings, record: record)
    try await eventually("the link is up") { record.now.isUp }
    for byteCount in [1, 100, 20_000] { try scene.broker.publish(200, byteCount: byteCount) }
    try await eventually("all 600 are acknowledged") {
      try scene.broker.state().acknowledged.count == 600
    }
    #expect(record.now.received == Array(0..<600))
    #expect(record.now.commits.allSatisfy { (1...7).contains($0.count) })
    #expect(record.now.topics == ["pools/v1/310107/v1/data"])
    try await scene.end(run)
  }

  @Test(arguments: Wire.allCases)
  func `a broker that closes in the middle of a batch delivers it again`(wire: Wire) async throws {
    let scene = try await Scene(wire)
    let broker = scene.broker
    let isFirst = Atomic(true)
    let record = IntakeRecord(onReceive: { number in
      // In the middle of the batch, with its first half read.
      if number == 50, isFirst.exchange(false, ordering: .acquiringAndReleasing) {
        try broker.close()
      }
    })
    let run = try IntakeRun(scene.settings, record: record)
    try await eventually("the link is up") { record.now.isUp }
    try broker.publish(100)
    try await eventually("all 100 are acknowledged") {
      try broker.state().acknowledged.count == 100
    }
    #expect(Set(record.now.stored) == Set(0..<100))
    let state = try broker.state()
    #expect(state.acknowledged.sorted() == Array(0..<100))
    #expect(state.connects.count >= 2)
    #expect(!state.redelivered.isEmpty)
    try await scene.end(run)
  }

  @Test(arguments: Wire.allCases)
  func `a PINGREQ that is due does not take acknowledgements along before their commit`(
    wire: Wire
  ) async throws {
    // 5 s is the shortest keep-alive the library takes; that time passes is what is tested.
    let scene = try await Scene(wire, keepAlive: .seconds(5))
    let broker = scene.broker
    let record = IntakeRecord(
      onReceive: { number in
        guard number == 0 else { return }
        let clock = SystemClock()
        let end = clock.now().monotonic + .milliseconds(6500)
        while clock.now().monotonic < end {
          _ = try Readiness.wait(for: [], atMost: end - clock.now().monotonic)
        }
      },
      onCommit: { batch in
        let state = try broker.state()
        let allowed = batch.contains(0) ? 0 : 10
        if state.acknowledged.count > allowed { throw TestFailure("\(state.trace)") }
        return true
      })
    let run = try IntakeRun(scene.settings, record: record)
    try await eventually("the link is up") { record.now.isUp }
    try broker.publish(10)
    try await eventually("a PINGREQ and all acknowledgements") {
      let state = try broker.state()
      return state.pings > 0 && state.acknowledged.count == 10
    }
    #expect(record.now.stored == Array(0..<10))
    #expect(try broker.state().connects.count == 1)
    try await scene.end(run)
  }

  @Test(arguments: Wire.allCases)
  func `while deliveries are not accepted nothing is read, and nothing is lost`(
    wire: Wire
  ) async throws {
    let scene = try await Scene(wire)
    let broker = scene.broker
    let record = IntakeRecord()
    let run = try IntakeRun(scene.settings, record: record)
    try await eventually("the link is up") { record.now.isUp }
    try broker.publish(10)
    try await eventually("they are acknowledged") {
      try broker.state().acknowledged.count == 10
    }
    record.change { $0.accepts = false }
    run.wake()
    try await eventually("the loop has left the broker in good order") {
      try broker.state().farewells == 1 && !record.now.isUp
    }
    try broker.publish(10)
    let idleCount = record.now.idleCount
    try await eventually("the delegate is still called") { record.now.idleCount > idleCount + 2 }
    #expect(record.now.received == Array(0..<10))
    #expect(try broker.state().waiting == Array(10..<20))
    #expect(try broker.state().connects.count == 1)
    record.change { $0.accepts = true }
    run.wake()
    try await eventually("the rest is acknowledged") {
      try broker.state().acknowledged == Array(0..<20)
    }
    #expect(record.now.stored == Array(0..<20))
    try await scene.end(run)
  }
}
