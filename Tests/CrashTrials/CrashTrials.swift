import Foundation
import MQTTTransport

/// Trials that are too heavy for the unit tests: the release build's daemon and its broker are killed,
/// stopped and flooded under load, and everything that was acknowledged has to be there, once.
///
/// `crashtrials ci` runs what every change has to pass, `crashtrials long` many times as much. Names
/// after it choose trials, and `--seed N` another course of chance than 1.
@main
struct CrashTrials {
  static func main() async {
    var words = Array(CommandLine.arguments.dropFirst())
    var seed: UInt64 = 1
    if words.count > 2, words[words.count - 2] == "--seed" {
      guard let given = UInt64(words[words.count - 1]) else { usage() }
      seed = given
      words.removeLast(2)
    }
    guard let length = words.first, ["ci", "long"].contains(length) else { usage() }
    let names = words.dropFirst()
    let known = Set(rounds(isLong: false, seed: seed).joined().map { type(of: $0).name })
    guard names.allSatisfy(known.contains) else { usage() }
    MQTTTransport.initialize()
    var passed = 0
    var failed = 0
    for round in rounds(isLong: length == "long", seed: seed) {
      let chosen = round.filter { names.isEmpty || names.contains(type(of: $0).name) }
      let passedHere = await passedCount(of: chosen)
      passed += passedHere
      failed += chosen.count - passedHere
    }
    print("crash trials: \(passed) passed, \(failed) failed")
    exit(failed == 0 ? 0 : 1)
  }

  /// The trials, round by round; those of one round mostly wait, and run beside each other.
  private static func rounds(isLong: Bool, seed: UInt64) -> [[any Trial]] {
    func brokerKill(_ profile: BrokerProfile, daemonIsAway: Bool) -> any Trial {
      BrokerKillTrial(
        profile: profile, daemonIsAway: daemonIsAway, killCount: isLong ? 30 : 3, seed: seed)
    }
    let halfOpen = HalfOpenTrial(stopCount: isLong ? 20 : 2, seed: seed)
    return [
      [KillTrial(killCount: isLong ? 1000 : 25, messagesPerSecond: 2000, seed: seed)],
      [KillTrial(killCount: isLong ? 200 : 20, messagesPerSecond: 5000, seed: seed)],
      [RuleKillTrial(killCount: isLong ? 200 : 50, seed: seed)],
      [brokerKill(.district, daemonIsAway: false), brokerKill(.district, daemonIsAway: true)],
      // By themselves: what has to come within seconds is not measured beside a flood.
      [brokerKill(.rate, daemonIsAway: false)],
      [brokerKill(.rate, daemonIsAway: true)],
      // By itself: the time until a silence is noticed is measured to the half second.
      [halfOpen],
      [DuplicateTrial(messageCount: isLong ? 100_000 : 10_000, seed: seed)],
    ]
  }

  private static func passedCount(of trials: [any Trial]) async -> Int {
    await withTaskGroup(of: Bool.self) { group in
      for trial in trials { group.addTask { await isPassed(trial) } }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
  }

  private static func isPassed(_ trial: any Trial) async -> Bool {
    let start = ContinuousClock.now
    say("◇ \(trial)")
    do {
      let findings = try await trial.run()
      let seconds = ((ContinuousClock.now - start) / .milliseconds(100)).rounded() / 10
      say("✔ \(trial): \(findings), \(seconds) s")
      return true
    } catch {
      say("✘ \(trial): \(error)")
      return false
    }
  }

  /// Written at once: whoever waits sees how far it is.
  private static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  private static func usage() -> Never {
    var names: [String] = []
    for trial in rounds(isLong: false, seed: 1).joined() where !names.contains(type(of: trial).name)
    {
      names.append(type(of: trial).name)
    }
    print("usage: crashtrials ci | long [\(names.joined(separator: " | "))]… [--seed N]")
    exit(64)
  }
}
