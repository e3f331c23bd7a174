import Foundation
import PoolModel
import TestInstallation
import TestSupport

/// kill -9 of a daemon at random while all kinds of alarms begin and end, beside a daemon that is left alone
/// and gets the same messages.
///
/// Steps of alarms with their ids, times and order, alarms as they are in the end, notices, and the flags of
/// all values must be the same, and each kind of rule must have raised something in the pool that is there for
/// it. Alarms that go by our own clock are left out, as two daemons do not find them out at the same time:
/// silence, transmission, and those about gateways, of whose clocks nothing is known after a start.
struct RuleKillTrial: Trial {
  static let name = "rules"
  let killCount: Int
  let seed: UInt64

  var description: String {
    "rules: kill -9 × \(killCount) in six hours of \(FaultyWater.pools.count) faulty pools, seed \(seed)"
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
    for (pool, rules) in Self.expectedRules {
      let place = FaultyWater.pools[pool].split(separator: "/")
      let own = records.alarms.filter { $0.contains("venue=\(place[0]) pool=\(place[1]) ") }
      for rule in rules where !own.contains(where: { $0.contains("rule=\(rule) ") }) {
        throw TestFailure("no alarm \(rule) of \(FaultyWater.pools[pool]) was raised")
      }
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

  /// By pool, what at least has to be raised there.
  private static let expectedRules: [(pool: Int, rules: [String])] = {
    let first = [
      (0, ["free_chlorine_low"]), (1, ["free_chlorine_trend_low"]),
      (2, ["ph_high", "ph_trend_high"]),
      (3, ["stuck"]), (4, ["bad_share"]), (5, ["circulation"]), (6, ["orp_disagreement"]),
      (7, ["free_chlorine_high"]), (9, ["free_chlorine_low"]),
      (10, ["free_chlorine_rate_falling", "free_chlorine_rate_rising"]),
    ]
    let composed = ComposedWater.ways.indices.map { place in
      let others = [
        "free_chlorine_low", "orp_low", "free_chlorine_rate_falling", "orp_disagreement",
      ]
      // Without pH in time nothing is computed of it.
      let isKnownInTime = ComposedWater.ways[place].parts.allSatisfy { $0.lag < 2 }
      return (
        FaultyWater.composed + place,
        others + ["derived_combined_chlorine_high"]
          + (isKnownInTime ? ["derived_hypochlorous_acid_low"] : [])
      )
    }
    return first + composed
  }()
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
      brokerPort: broker.port, rules: RuleTrialFiles.rules, overrides: ["intake.burst_hours=720"])
    let plan = String(decoding: try installation.directory.read("plan.yaml"), as: UTF8.self)
    try installation.directory.write(RuleTrialFiles.plan(from: plan), to: "plan.yaml")
    try installation.directory.write(RuleTrialFiles.profile, to: "profile.yaml")
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
    try await installation.holds(
      water.ends, of: FaultyWater.pools, within: .seconds(600))
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
    try await installation.holds(last.ends, of: FaultyWater.pools, within: .seconds(60))
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
}
