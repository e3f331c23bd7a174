import Foundation
import PoolModel

/// Simulated weeks of many pools through the real pipeline under the rules of `Config/rules.yaml`: how many
/// alarms are false, when each fault is found, and how long before the limit a slow decay is warned of.
///
/// `soak ci` runs what every change has to pass, `soak long` what docs/alarms.md shows. `--seed N` runs one
/// seed. Prints the tables of docs/alarms.md; exits with 1 when a bound is not kept.
@main
struct Soak {
  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    guard let length = words.first, ["ci", "long"].contains(length) else { usage() }
    let isLong = length == "long"
    var seeds: [UInt64] = isLong ? [1, 2, 3] : [1]
    if words.count == 3, words[1] == "--seed", let seed = UInt64(words[2]) {
      seeds = [seed]
    } else if words.count != 1 {
      usage()
    }
    let days = isLong ? 30 : 10
    let poolCount = isLong ? 100 : 20
    var complaints: [String] = []
    say("| seed | readings | false water | false trend | false monitoring |")
    say("| --- | --- | --- | --- | --- |")
    for seed in seeds {
      let run = try CalmRun(seed: seed, poolCount: poolCount, days: days)
      say(run.line)
      complaints += run.complaints
    }
    say("\n| fault | pools | found | first by | median | slowest | wanted |")
    say("| --- | --- | --- | --- | --- | --- | --- |")
    let faults = try SoakFault.all()
    var findings = faults.map { FaultFindings(fault: $0) }
    for seed in seeds {
      let run = try FaultRun(seed: seed, faults: faults, poolsPerFault: isLong ? 10 : 3)
      for index in findings.indices { findings[index].add(run.delays[index]) }
      complaints += run.complaints
    }
    for finding in findings {
      say(finding.line)
      complaints += finding.complaints
    }
    say("\n| slow decay | pools | warned before the limit | median ahead | least | wanted |")
    say("| --- | --- | --- | --- | --- | --- |")
    var decay = SlowDecay()
    for seed in seeds { try decay.add(seed: seed, poolCount: isLong ? 100 : 20) }
    say(decay.line)
    complaints += decay.complaints
    say("")
    for complaint in complaints { say("✘ \(complaint)") }
    let count = seeds.count + findings.count + 1
    let failed = min(count, complaints.count)
    say("soak: \(count - failed) passed, \(failed) failed")
    exit(complaints.isEmpty ? 0 : 1)
  }

  private static func usage() -> Never {
    say("usage: soak ci | long [--seed N]")
    exit(64)
  }

  /// Written at once: a run takes minutes.
  private static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}
