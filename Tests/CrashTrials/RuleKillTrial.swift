import Foundation
import PoolModel
import TestInstallation
import TestSupport

/// kill -9 of a daemon at random while all kinds of alarms begin and end, beside a daemon that is left alone
/// and gets the same messages.
///
/// Steps of alarms with their ids, times and order, alarms as they are in the end, notices, and the flags of
/// all values must be the same. Alarms that go by our own clock are left out: silence, transmission, and those
/// about gateways, of whose clocks nothing is known after a start.
struct RuleKillTrial: Trial {
  static let name = "rules"
  let killCount: Int
  let seed: UInt64

  var description: String {
    "rules: kill -9 × \(killCount) in six hours of ten faulty pools, seed \(seed)"
  }

  func run() async throws -> String {
    // What is older than five minutes is judged in catching up; the last readings end that.
    let now = Int64(Date().timeIntervalSince1970)
    let water = FaultyWater(base: (now - 8 * 3600) / 600 * 600_000)
    let killed = try await Site(killCount: killCount, seed: seed)
    let undisturbed = try await Site(killCount: 0, seed: seed)
    async let quiet = undisturbed.take(water)
    let connectedCount = try await killed.take(water)
    _ = try await quiet
    let last = FaultyWater.Now(time: Int64(Date().timeIntervalSince1970) * 1000)
    async let quietEnd = undisturbed.end(last)
    let found = try await killed.end(last)
    let expected = try await quietEnd
    try requireAllKinds(expected)
    if let difference = found.difference(from: expected) {
      throw TestFailure("with and without kills differ in \(difference)")
    }
    return "\(connectedCount) while connected; \(expected.steps.count) steps of "
      + "\(expected.alarms.count) alarms in their order, \(expected.notices.count) notices and "
      + "\(expected.values.utf8.count { $0 == UInt8(ascii: "\n") }) lines of values with their flags "
      + "the same with and without the kills"
  }

  /// Nothing is shown by alarms that neither has.
  private func requireAllKinds(_ records: JudgedRecords) throws {
    for rule in Self.expectedRules
    where !records.alarms.contains(where: { $0.contains("rule=\(rule) ") }) {
      throw TestFailure("no alarm \(rule) was raised")
    }
    for kind in ["raised", "returned", "worsened", "eased", "recorded", "announced"]
    where !records.steps.contains(where: { $0.contains(" \(kind) ") }) {
      throw TestFailure("nothing was \(kind)")
    }
    for flag in ["suspect", "fail"] where !records.values.contains(",\(flag)") {
      throw TestFailure("no value is \(flag)")
    }
    guard !records.notices.isEmpty else { throw TestFailure("nobody was told") }
  }

  private static let expectedRules = [
    "free_chlorine_low", "free_chlorine_high", "free_chlorine_trend_low", "ph_high",
    "ph_trend_high", "stuck", "bad_share", "orp_disagreement", "circulation",
  ]
}

/// A daemon with a broker of its own.
private actor Site {
  private let broker: Mosquitto
  private let installation: Installation
  private let killCount: Int
  private let seed: UInt64

  /// The daemon is connected and has its session; it will be killed so often.
  init(killCount: Int, seed: UInt64) async throws {
    self.killCount = killCount
    self.seed = seed
    broker = try await Mosquitto(
      configuration: "max_queued_messages 0\nmax_inflight_messages 1000", isQuiet: true)
    installation = try Installation(
      brokerPort: broker.port, rules: Self.rules, overrides: ["intake.burst_hours=720"])
    let plan = String(decoding: try installation.directory.read("plan.yaml"), as: UTF8.self)
    try installation.directory.write(
      plan.replacing("interval_seconds: 1\n", with: "interval_seconds: 10\n"), to: "plan.yaml")
    try await installation.start()
    try await installation.isConnected()
  }

  /// Publishes all of `water` and waits until it is stored.
  ///
  /// - Returns: how many kills found the daemon connected.
  func take(_ water: FaultyWater) async throws -> Int {
    let publishing = Publishing(water, port: broker.port, messagesPerSecond: 2000)
    publishing.start()
    var kills = RandomKills(count: killCount, messageCount: water.count, seed: seed)
    let connectedCount = try await kills.run(installation, during: publishing)
    try await publishing.finish(within: .seconds(600))
    try await installation.holds(water.ends, within: .seconds(600))
    return connectedCount
  }

  /// Publishes the messages of now, kills a few times more, and stops when everybody is told.
  func end(_ last: FaultyWater.Now) async throws -> JudgedRecords {
    let publishing = Publishing(last, port: broker.port, messagesPerSecond: 1000)
    publishing.start()
    try await publishing.finish(within: .seconds(60))
    var generator = SplitMix64(seed: seed)
    for _ in 0..<min(killCount, Self.lastKillCount) {
      // At any moment while people are told: a condition would always kill at the same one.
      try await Task.sleep(for: .milliseconds(Int.random(in: 0..<300, using: &generator)))
      try await installation.kill()
      try await installation.start()
    }
    try await installation.holds(
      Installation.pools.map { _ in last.time }, within: .seconds(60))
    try await eventually(within: .seconds(120), "everything is judged and told") {
      let notices = try await installation.ask("notices", "-o", "json").rows()
      return try await installation.status()["judgement_lag_seconds"] as? Double == 0
        && !notices.isEmpty && notices.allSatisfy { $0["state"] as? String != "pending" }
    }
    try await installation.stop()
    try await broker.stop()
    return try await JudgedRecords(of: installation)
  }

  /// After the last messages, amid what is told.
  private static let lastKillCount = 3

  /// Nobody is silent for so long here.
  private static let rules = """
    silence_seconds: 86400
    broker_down_seconds: 86400
    limits:
      free_chlorine:
        deadband: 0.03
        on_delay_seconds: 30
        off_delay_seconds: 60
        critical: {low: 0.1, high: 3}
      ph: {deadband: 0.05, on_delay_seconds: 60, off_delay_seconds: 60}
    quality:
      parameters:
        free_chlorine:
          flat_line: {suspect_hours: 0.25, fail_hours: 0.5, tolerance: 0.001}
          rate_of_change: off
    monitoring:
      stuck: true
      bad_share: {percent: 20, window_minutes: 30}
      orp_disagreement: {chlorine_above: 0.5, orp_below: 600, minutes: 30}
    trend:
      free_chlorine: {resolution: 0.01}
      ph: {resolution: 0.01}
    circulation: {minimum: 1, on_delay_seconds: 120, off_delay_seconds: 60}
    """
}
