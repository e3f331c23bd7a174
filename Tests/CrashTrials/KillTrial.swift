import Foundation
import PoolModel
import TestInstallation
import TestSupport

/// kill -9 of the daemon at random in the middle of a stream of QoS 1 messages, its broker untouched:
/// about one kill a second, a quarter of them while it still starts.
///
/// The store must then hold every message that the broker has acknowledged exactly once and nothing
/// else, and the alarms must be those of the same stream without a kill: same ids, event times, states.
struct KillTrial: Trial {
  static let name = "kill"
  let killCount: Int
  let messagesPerSecond: Int
  let seed: UInt64

  /// A second for each kill, and one before the first.
  private var messageCount: Int { messagesPerSecond * (killCount + 1) }

  var description: String {
    "kill: kill -9 × \(killCount) in \(messageCount) messages at \(messagesPerSecond)/s, seed \(seed)"
  }

  func run() async throws -> String {
    let stream = Stream.past(count: messageCount)
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
    return "\(killed.connectedCount) while connected; acknowledged \(stream.count), "
      + "\(killed.rows.words); "
      + "\(killed.alarms.count) alarms the same with and without the kills"
  }

  private struct Outcome {
    var rows: StoredRows
    var alarms: Set<String>
    /// How many kills found the daemon connected.
    var connectedCount: Int
  }

  private func outcome(of stream: Stream, killCount: Int) async throws -> Outcome {
    let broker = try await Mosquitto(
      configuration: "max_queued_messages 0\nmax_inflight_messages 1000", isQuiet: true)
    let installation = try Installation(
      brokerPort: broker.port, rules: Self.rules, overrides: ["intake.burst_hours=720"],
      retentionDays: stream.retentionDays)
    // The session has to exist before the first message, or the broker has nobody to keep it for.
    try await installation.start()
    try await installation.isConnected()
    let publishing = Publishing(
      stream, port: broker.port,
      messagesPerSecond: killCount > 0 ? messagesPerSecond : Self.undisturbedMessagesPerSecond)
    publishing.start()
    var kills = RandomKills(count: killCount, messageCount: stream.count, seed: seed)
    let connectedCount = try await kills.run(installation, during: publishing)
    try await publishing.finish(within: .seconds(600))
    try await installation.holdsEnd(of: stream, within: .seconds(600))
    let alarms = try await alarms(of: installation)
    try await installation.stop()
    try await broker.stop()
    let rows = try await StoredRows(of: installation, comparedWith: stream)
    try rows.requireAll()
    return Outcome(rows: rows, alarms: alarms, connectedCount: connectedCount)
  }

  private func alarms(of installation: Installation) async throws -> Set<String> {
    try await eventually(within: .seconds(120), "everything is judged") {
      try await installation.status()["judgement_lag_seconds"] as? Double == 0
    }
    let alarms = try await installation.ask("alarms", "--state", "all", "-o", "json").rows().map {
      "\($0["id"] ?? "") \($0["rule"] ?? "") \($0["pool"] ?? "") \($0["event_time"] ?? "") "
        + "\($0["state"] ?? "")"
    }
    guard Set(alarms).count == alarms.count else { throw TestFailure("an alarm is there twice") }
    return Set(alarms)
  }

  /// Nobody is silent for so long here, and a start reads back no more than that of each pool.
  private static let rules = """
    silence_seconds: 600
    broker_down_seconds: 86400
    limits:
      free_chlorine: {deadband: 0.03, on_delay_seconds: 5, off_delay_seconds: 5}
      ph: {deadband: 0.05, on_delay_seconds: 5, off_delay_seconds: 5}
    """
  /// As fast as it goes on most machines: nothing is timed there.
  private static let undisturbedMessagesPerSecond = 20_000
}
