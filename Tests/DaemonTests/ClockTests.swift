import Foundation
import TestInstallation
import TestSupport
import Testing

/// Our own wall clock is wrong, or is stepped while we run; gateways' clocks are right.
@Suite(.serialized) struct `A clock that is stepped` {
  /// No source is silent, and no link down, for as long as a step would make it by the wall clock.
  private static let rules = """
    silence_seconds: 3000
    broker_down_seconds: 3000
    limits:
      free_chlorine: {deadband: 0.03, on_delay_seconds: 5, off_delay_seconds: 5}
    """

  /// The threads that wait for something of ours.
  private static let threads = ["intake", "records", "notices-log"]

  /// The daemon on real parts, its wall clock as far off as a file says.
  private final class Bench {
    let broker: Mosquitto
    let installation: Installation
    let gateway: Gateway
    private var storedCount = 0
    /// The newest time published of each pool.
    private var newest: [String: Int64] = [:]

    init() async throws {
      broker = try await Mosquitto()
      installation = try Installation(brokerPort: broker.port, rules: rules)
      gateway = Gateway(port: broker.port)
    }

    /// Puts the daemon's wall clock so far off, in one step; the kernel says of it what it is told.
    func step(toSeconds seconds: Int64, isSynchronized: Bool = false) throws {
      let numbers = [seconds, isSynchronized ? 1 : 0]
      let bytes = numbers.flatMap { number in
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      }
      let path = installation.directory.path("clock")
      guard FileManager.default.fileExists(atPath: path) else {
        return try Data(bytes).write(to: URL(filePath: path))
      }
      // In place: the daemon has mapped it.
      let file = try FileHandle(forWritingTo: URL(filePath: path))
      try file.write(contentsOf: Data(bytes))
      try file.close()
    }

    /// Starts the daemon behind that clock.
    func start() async throws {
      try await installation.start(environment: [
        "LD_PRELOAD": Programs.library("SteppedClock"),
        "STEPPED_CLOCK": installation.directory.path("clock"),
      ])
    }

    /// Publishes eight seconds of chlorine for `pool`, measured just now by a right clock.
    func publish(chlorine: Double, for pool: String) async throws {
      let start = max(nowMilliseconds() - 9000, newest[pool, default: 0] + 1000)
      newest[pool] = start + 7000
      let stream = try ManagedProcess(
        "/usr/bin/mosquitto_pub", package: "mosquitto-clients",
        arguments: [
          "-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1", "-l", "-t",
          "pools/v1/310107/\(pool)/telemetry",
        ])
      for second in 0..<8 {
        try stream.write(
          line: Gateway.payload(
            milliseconds: start + Int64(second) * 1000, #""free_chlorine":\#(chlorine)"#))
      }
      try stream.closeInput()
      try await stream.wait()
      storedCount += 8
    }

    /// Waits until everything published is stored, and nothing of it refused.
    func everythingIsStored() async throws {
      let count = storedCount
      try await eventually("\(count) readings are stored") {
        try await installation.status()["stored"] as? Int == count
      }
      #expect(try await installation.status()["refused"] as? Int == 0)
    }

    /// Waits until exactly the pools `pools` have an alarm, and both people of each were told.
    func areAlarmed(_ pools: [String]) async throws {
      try await eventually("\(pools) are alarmed and told") {
        let alarms = try await installation.ask("alarms", "--state", "all", "-o", "json").rows()
        let notices = try await installation.ask("notices", "-o", "json").rows()
        return alarms.map { "\($0["venue"] ?? "")/\($0["pool"] ?? "")" }.sorted() == pools.sorted()
          && alarms.allSatisfy { $0["state"] as? String == "active" }
          && notices.count == 2 * pools.count
          && notices.allSatisfy { $0["state"] as? String == "sent" }
      }
    }

    /// What status says of the clock; nil when it is in order.
    func clockAlarm() async throws -> String? {
      let status = try await installation.status()
      return (status["system_alarms"] as? [String])?.first { $0.contains("our clock shows") }
    }

    func stop() async throws {
      #expect(try await installation.stop() == .code(0))
      try await broker.stop()
    }
  }

  @Test(arguments: [3600, 86_400] as [Int64])
  func `forward and back again loses, refuses and invents nothing`(span: Int64) async throws {
    let bench = try await Bench()
    try bench.step(toSeconds: 0)
    try await bench.start()
    try await bench.publish(chlorine: 0.1, for: "venue-0/pool-0")
    try await bench.publish(chlorine: 0.5, for: "venue-0/pool-1")
    try await bench.everythingIsStored()
    try await bench.areAlarmed(["venue-0/pool-0"])
    try bench.step(toSeconds: span)
    // People are told at once, though by our clock it happened long ago.
    try await bench.publish(chlorine: 0.1, for: "venue-0/pool-1")
    try await bench.everythingIsStored()
    try await bench.areAlarmed(["venue-0/pool-0", "venue-0/pool-1"])
    // Right again, it is not mistrusted for what it was meanwhile.
    try bench.step(toSeconds: 0)
    try await bench.publish(chlorine: 0.1, for: "venue-0/pool-2")
    try await bench.everythingIsStored()
    try await bench.areAlarmed(["venue-0/pool-0", "venue-0/pool-1", "venue-0/pool-2"])
    #expect(try await bench.clockAlarm() == nil)
    try await bench.stop()
  }

  @Test(arguments: [3600, 86_400] as [Int64])
  func `back leaves what comes with the broker until it is right again`(
    span: Int64
  ) async throws {
    let bench = try await Bench()
    try bench.step(toSeconds: 0)
    try await bench.start()
    try await bench.publish(chlorine: 0.1, for: "venue-0/pool-0")
    try await bench.everythingIsStored()
    try await bench.areAlarmed(["venue-0/pool-0"])
    try bench.step(toSeconds: -span)
    try await bench.publish(chlorine: 0.1, for: "venue-0/pool-1")
    try await eventually("the clock is told of") { try await bench.clockAlarm() != nil }
    let status = try await bench.installation.status()
    #expect(status["stored"] as? Int == 8)
    #expect(status["refused"] as? Int == 0)
    try bench.step(toSeconds: 0)
    try await bench.everythingIsStored()
    try await bench.areAlarmed(["venue-0/pool-0", "venue-0/pool-1"])
    #expect(try await bench.clockAlarm() == nil)
    try await bench.stop()
  }

  @Test func `a start in 1970 waits for the right time, and dates nothing by the wrong one`()
    async throws
  {
    let bench = try await Bench()
    try bench.step(toSeconds: 0)
    try await bench.start()
    // From now on the broker keeps what comes.
    try await eventually("the link is up") {
      try await bench.installation.status()["broker_connected"] as? Bool == true
    }
    try await bench.installation.stop()
    // A kernel that believes in 1970 is not believed.
    try bench.step(toSeconds: 10 - nowMilliseconds() / 1000, isSynchronized: true)
    try await bench.start()
    try await bench.publish(chlorine: 0.1, for: "venue-0/pool-0")
    try await eventually("the clock is told of") {
      try await bench.clockAlarm()?.contains("1970-01-01T") == true
    }
    #expect(try await bench.installation.status()["stored"] as? Int == 0)
    try bench.step(toSeconds: 0)
    try await bench.everythingIsStored()
    try await bench.areAlarmed(["venue-0/pool-0"])
    #expect(try await bench.clockAlarm() == nil)
    let alarms = try await bench.installation.ask("alarms", "-o", "json").rows()
    let notices = try await bench.installation.ask("notices", "-o", "json").rows()
    for key in ["event_time", "detected_time"] {
      #expect(alarms.allSatisfy { ($0[key] as? String)?.hasPrefix("20") == true })
    }
    #expect(notices.allSatisfy { ($0["created_time"] as? String)?.hasPrefix("20") == true })
    try await bench.stop()
  }

  @Test func `that was ahead when the daemon ended does not keep the next one waiting`()
    async throws
  {
    let bench = try await Bench()
    // A hardware clock of local time, taken for UTC.
    try bench.step(toSeconds: 28_800)
    try await bench.start()
    try await bench.publish(chlorine: 0.5, for: "venue-0/pool-0")
    try await bench.everythingIsStored()
    try await bench.installation.stop()
    // Set right by a time service, which the kernel knows.
    try bench.step(toSeconds: 0, isSynchronized: true)
    try await bench.start()
    try await bench.publish(chlorine: 0.1, for: "venue-0/pool-1")
    try await eventually("the readings are stored") {
      try await bench.installation.status()["stored"] as? Int == 8
    }
    try await bench.areAlarmed(["venue-0/pool-1"])
    try await bench.stop()
  }

  @Test func `makes no wait longer, because none is for an instant of the wall clock`()
    async throws
  {
    let broker = try await Mosquitto()
    let installation = try Installation(brokerPort: broker.port, rules: Self.rules)
    let log = installation.directory.path("waits")
    try ManagedProcess.requireProgram("/usr/bin/strace", package: "strace")
    let daemon = try installation.launch(under: [
      "/usr/bin/strace", "-D", "-f", "-qq", "--seccomp-bpf", "-o", log, "-e", "trace=futex",
    ])
    try await eventually("poolwatchd answers") {
      try await installation.ask("status").code == 0
    }
    // An alarm and its notices, so that every thread has had something to do.
    let start = nowMilliseconds() - 9000
    for second in 0..<8 {
      try await Gateway(port: broker.port).publish(
        Gateway.payload(milliseconds: start + Int64(second) * 1000, #""free_chlorine":0.1"#),
        for: "venue-0/pool-0")
    }
    try await eventually("everybody is told") {
      let notices = try await installation.ask("notices", "-o", "json").rows()
      return notices.count == 2 && notices.allSatisfy { $0["state"] as? String == "sent" }
    }
    let tasks = "/proc/\(daemon.id)/task"
    let threads = try FileManager.default.contentsOfDirectory(atPath: tasks).filter { task in
      // A thread of Dispatch may have ended since the list was made: it is none of ours.
      let name = try? String(contentsOfFile: "\(tasks)/\(task)/comm", encoding: .utf8)
      return Self.threads.contains(name?.trimmingCharacters(in: .newlines) ?? "")
    }
    #expect(threads.count == Self.threads.count)
    try await installation.stop()
    let waits = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
      .filter { line in threads.contains { line.hasPrefix("\($0) ") } }
    #expect(!waits.isEmpty)
    // Dispatch's own threads wait so while they have nothing to do, which is nobody's wait.
    #expect(waits.filter { $0.contains("CLOCK_REALTIME") && $0.contains("tv_sec") } == [])
    try await broker.stop()
  }
}
