import Foundation
import LinuxSystem
import MQTTTransport
import Measuring
import Pipeline
import PoolModel

/// Serves one broker as the daemon's intake thread does, until the expected messages came, and says how
/// long each took from its publication to its decision.
///
/// The protocol is that of the reference services: arguments PORT QOS EXPECT, `READY` on standard error
/// once the broker has granted the subscription, one line of JSON at the end. A message's `sent` holds
/// nanoseconds since 1970.
struct ServiceRun {
  let port: Int
  let qualityOfService: Int
  let expectedCount: Int
  let work: String

  func serve() throws {
    guard let port = UInt16(exactly: port), expectedCount > 0 else {
      throw Failure("no such port or count")
    }
    let directory = "\(work)/intakebench-\(ProcessInfo.processInfo.processIdentifier)"
    try Files.makeDirectories(path: directory)
    // It fails only where none was made.
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let clock = SystemClock()
    let plan = try Plan.benchmark(poolCount: 1000, interval: .seconds(10))
    let stop = IntakeStop(wakeUp: try WakeUp())
    let desk = ServiceDesk(
      intake: try BenchmarkIntake(
        plan: plan, path: directory + "/store", days: 2, now: clock.now()),
      expectedCount: expectedCount, stop: stop)
    MQTTTransport.initialize()
    let loop = IntakeLoop(
      settings: MQTTSettings(
        port: port, clientID: "intakebench", sessionExpiry: .zero, cleanStart: true),
      clock: clock, stop: stop, delegate: desk, backoffSeed: 1)
    loop.run()
    if let error = desk.failure { throw error }
    try Progress.tell(try desk.answer(qualityOfService: qualityOfService))
  }
}
