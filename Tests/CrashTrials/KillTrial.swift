import Foundation
import PoolModel
import TestInstallation
import TestSupport

/// kill -9 of the daemon in the middle of a stream of QoS 1 messages with distinct (pool, timestamp),
/// its broker untouched.
///
/// The store must then hold every message exactly once and nothing else, and the alarms must be those
/// of the same stream without a kill: same ids, event times, states.
struct KillTrial: CustomStringConvertible {
  let messageCount: Int
  let killCount: Int
  let seed: UInt64

  var description: String {
    "kill -9 × \(killCount) in \(messageCount) messages, seed \(seed)"
  }

  func run() async throws -> String {
    // Both streams carry the same times, long enough ago that none ends in the future.
    let perPool = Int64(messageCount / Installation.pools.count + 1)
    let now = Int64(Date().timeIntervalSince1970)
    let stream = Stream(
      count: messageCount, baseMilliseconds: (now - perPool - 3600) / 60 * 60_000)
    let killed = try await outcome(of: stream, killCount: killCount)
    let undisturbed = try await outcome(of: stream, killCount: 0)
    guard !undisturbed.alarms.isEmpty else { throw TestFailure("the stream raised no alarm") }
    guard killed.alarms == undisturbed.alarms else {
      let missing = undisturbed.alarms.subtracting(killed.alarms).sorted()
      let extra = killed.alarms.subtracting(undisturbed.alarms).sorted()
      throw TestFailure(
        "alarms differ: \(missing.count) missing \(missing.prefix(3)), "
          + "\(extra.count) extra \(extra.prefix(3))")
    }
    return "\(killed.valueCount) values once each, none else; "
      + "\(killed.alarms.count) alarms the same with and without the kills"
  }

  private struct Outcome {
    var valueCount: Int
    var alarms: Set<String>
  }

  private func outcome(of stream: Stream, killCount: Int) async throws -> Outcome {
    let broker = try await QuietBroker()
    let installation = try Installation(brokerPort: broker.port)
    // The session has to exist before the first message, or the broker has nobody to keep it for.
    try await installation.start()
    try await eventually("the daemon is connected") {
      try await installation.status()["broker_connected"] as? Bool == true
    }
    let publishing = Publishing(stream: stream, port: broker.port, messagesPerSecond: 5000)
    publishing.start()
    var generator = SplitMix64(seed: seed)
    for kill in 0..<killCount {
      // Somewhere in the kill's own stretch of the stream.
      let stretch = stream.count / (killCount + 1)
      let point = kill * stretch + Int.random(in: 1..<stretch, using: &generator)
      try await eventually(within: .seconds(120), "\(point) messages are published") {
        try publishing.acknowledgedCount() >= point
      }
      try await installation.kill()
      try installation.launch()
    }
    try await eventually(within: .seconds(300), "all messages are published") {
      try publishing.acknowledgedCount() == stream.count
    }
    try await eventually(within: .seconds(60), "the daemon answers") {
      try await installation.ask("status").code == 0
    }
    let count = try await verify(stream, in: installation)
    try await eventually(within: .seconds(60), "everything is judged") {
      try await installation.status()["judgement_lag_seconds"] as? Double == 0
    }
    let alarms = try await installation.ask("alarms", "--state", "all", "-o", "json").rows().map {
      "\($0["id"] ?? "") \($0["rule"] ?? "") \($0["pool"] ?? "") \($0["event_time"] ?? "") "
        + "\($0["state"] ?? "")"
    }
    try await installation.stop()
    try await broker.stop()
    guard Set(alarms).count == alarms.count else { throw TestFailure("an alarm is there twice") }
    return Outcome(valueCount: count, alarms: Set(alarms))
  }

  /// Compares every pool's whole history with the stream, once as much as was sent is there.
  private func verify(_ stream: Stream, in installation: Installation) async throws -> Int {
    var histories: [[Stream.Point]] = []
    try await eventually(within: .seconds(120), "as many values are stored as were sent") {
      histories = []
      for pool in Installation.pools {
        let answer = try await installation.ask(
          "history", pool, "--parameter", "free_chlorine", "-o", "json")
        guard answer.code == 0 else { throw TestFailure("history \(pool): \(answer.errors)") }
        histories.append(try answer.rows().map(Stream.Point.init))
      }
      return histories.map(\.count).reduce(0, +) >= stream.count
    }
    for (pool, history) in histories.enumerated() {
      let expected = stream.points(of: pool)
      guard history == expected else {
        let missing = Set(expected).subtracting(history).count
        let invented = Set(history).subtracting(expected).count
        let twice = history.count - Set(history).count
        throw TestFailure(
          "\(Installation.pools[pool]): \(missing) lost, \(invented) invented, \(twice) twice")
      }
    }
    return histories.map(\.count).reduce(0, +)
  }
}
