import Dispatch
import PoolModel
import TestSupport
import Testing

@testable import MQTTTransport

/// A connection that nothing decides.
@Suite struct `An attempt to connect that hangs` {
  @Test func `is told of once, a minute after it began`() async throws {
    let clock = ManualClock()
    let record = IntakeRecord()
    let end = DispatchSemaphore(value: 0)
    defer { end.signal() }
    let run = try IntakeRun(
      MQTTSettings(clientID: "poolwatch"), clock: clock, record: record
    ) { (_, _) throws(MQTTError) in
      end.wait()
      throw MQTTError(call: "connect", code: 0)
    }
    try await eventually("the attempt began") { record.now.idleCount > 0 }
    clock.advance(by: .seconds(59))
    let count = record.now.idleCount
    try await eventually("it was looked at") { record.now.idleCount > count + 2 }
    #expect(record.now.changes.isEmpty)
    clock.advance(by: .seconds(1))
    try await eventually("it is told") { !record.now.changes.isEmpty }
    clock.advance(by: .seconds(600))
    let later = record.now.idleCount
    try await eventually("it was looked at again") { record.now.idleCount > later + 2 }
    #expect(record.now.changes.count == 1)
    #expect(record.now.changes.first?.isUp == false)
    #expect(record.now.changes.first?.reason.hasPrefix("no connection after 60 s") ?? false)
    try await run.stop()
  }
}
