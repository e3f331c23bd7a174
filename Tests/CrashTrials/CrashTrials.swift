import Foundation
import MQTTTransport

/// Trials that are too heavy for the unit tests: the release build's daemon is killed again and again
/// under load, and everything that was acknowledged has to be there.
///
/// `crashtrials ci` runs what every change has to pass, `crashtrials long` ten times as much.
@main
struct CrashTrials {
  static func main() async {
    let isLong = CommandLine.arguments.dropFirst().first == "long"
    let trials = [
      KillTrial(messageCount: isLong ? 1_000_000 : 100_000, killCount: isLong ? 200 : 20, seed: 1)
    ]
    MQTTTransport.initialize()
    var failures = 0
    for trial in trials {
      let start = ContinuousClock.now
      do {
        print("◇ \(trial)")
        let findings = try await trial.run()
        print("✔ \(trial): \(findings), \(ContinuousClock.now - start)")
      } catch {
        failures += 1
        print("✘ \(trial): \(error)")
      }
    }
    print("crash trials: \(trials.count - failures) passed, \(failures) failed")
    exit(failures == 0 ? 0 : 1)
  }
}
