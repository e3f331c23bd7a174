import Foundation

/// Trials of the store on a disk that fails: thousands of seeded lives, each compared with a model.
///
/// `storetrials ci` runs what every change has to pass, `storetrials long` many times as much.
/// `storetrials NAME` runs one kind, `--seed N` one life of it; with `--verbose` each seed is written
/// before it is lived, which tells where a trap was met.
@main
struct StoreTrials {
  static func main() {
    var words = Array(CommandLine.arguments.dropFirst())
    let isVerbose = words.contains("--verbose")
    words.removeAll { $0 == "--verbose" }
    let seed = words.count == 3 && words[1] == "--seed" ? UInt64(words[2]) : nil
    guard let word = words.first, words.count == 1 || seed != nil else { usage() }
    let kinds = trials.filter { ["ci", "long", $0.name].contains(word) }
    guard !kinds.isEmpty else { usage() }
    var failures = 0
    for kind in kinds {
      var run = TrialRun(trial: kind, isVerbose: isVerbose)
      if !run.isPassed(onlySeed: seed, isLong: word == "long") { failures += 1 }
    }
    print("store trials: \(kinds.count - failures) passed, \(failures) failed")
    exit(failures == 0 ? 0 : 1)
  }

  private static var trials: [any Trial] {
    [
      PowerCutTrial(), FailingOperationTrial(), ModelTrial(), RollupTrial(),
      CapacityTrial(), ClockTrial(), BitRotTrial(),
      WidestRowTrial(),
    ]
  }

  private static func usage() -> Never {
    let names = trials.map(\.name).joined(separator: " | ")
    print("usage: storetrials ci | long | \(names) [--seed N] [--verbose]")
    exit(64)
  }
}

/// One kind of trial from its first seed to its last.
private struct TrialRun {
  var trial: any Trial
  let isVerbose: Bool
  private var seedCount = 0
  private var failedCount = 0

  init(trial: any Trial, isVerbose: Bool) {
    self.trial = trial
    self.isVerbose = isVerbose
  }

  mutating func isPassed(onlySeed: UInt64?, isLong: Bool) -> Bool {
    let start = ContinuousClock.now
    if let onlySeed {
      live(onlySeed)
    } else {
      var seed = trial.seed(after: nil, isLong: isLong)
      while let current = seed {
        live(current)
        seed = trial.seed(after: current, isLong: isLong)
      }
    }
    let seconds = (ContinuousClock.now - start) / .milliseconds(100)
    let time = "\((seconds.rounded() / 10)) s"
    let mark = failedCount == 0 ? "✔" : "✘"
    let failed = failedCount == 0 ? "" : ", \(failedCount) seeds failed"
    say("\(mark) \(trial.name): \(seedCount) seeds\(failed), \(trial.counts), \(time)")
    return failedCount == 0
  }

  private mutating func live(_ seed: UInt64) {
    if isVerbose { say("◇ \(trial.name) --seed \(seed)") }
    seedCount += 1
    let complaints = trial.run(seed: seed)
    guard !complaints.isEmpty else { return }
    failedCount += 1
    // The first few say enough.
    guard failedCount <= 10 else { return }
    say("✘ storetrials \(trial.name) --seed \(seed)")
    for complaint in complaints.prefix(5) { say("    \(complaint)") }
  }

  /// Written at once: a trap later must not swallow it.
  private func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}
