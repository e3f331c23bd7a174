import Foundation
import TestSupport

/// Trials of the ring store on real files and the real kernel.
///
/// The store is killed, its disk fails, fills up or loses its power, its files are damaged. Each time
/// it has to open by itself with everything that was acknowledged, or say what is wrong and leave all
/// as it was.
///
/// `diskfaults ci` runs what every change has to pass, `diskfaults long` more of it. `diskfaults ci
/// NAME` runs the trials whose description has NAME in it.
@main
struct DiskFaults {
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let length = arguments.first, ["ci", "long"].contains(length) else {
      print("usage: diskfaults ci|long [NAME]")
      exit(64)
    }
    if !Privileges.isInOwnNamespace, let code = await Privileges.runInOwnNamespace(arguments) {
      exit(code)
    }
    let wanted = arguments.dropFirst().first
    let trials = trials(isLong: length == "long").filter {
      wanted.map($0.description.contains) ?? true
    }
    var failures = 0
    for trial in trials {
      let start = ContinuousClock.now
      do {
        let findings = try await trial.run()
        say("✔ \(trial): \(findings), \(Self.seconds(since: start))")
      } catch {
        failures += 1
        say("✘ \(trial): \(error), \(Self.seconds(since: start))")
      }
    }
    for path in await Mounts.shared.sweep() { say("diskfaults: \(path) was left mounted") }
    say("disk faults: \(trials.count - failures) passed, \(failures) failed")
    exit(failures == 0 && !trials.isEmpty ? 0 : 1)
  }

  private static func trials(isLong: Bool) -> [any Trial] {
    [
      KilledCalls(batchCount: isLong ? 120 : 25, seed: 1),
      KilledOpening(seeds: isLong ? 1...20 : 1...1),
      FailedCalls(batchCount: isLong ? 41 : 9, isLong: isLong, seed: 2),
      PowerCuts(.copy, lifeCount: isLong ? 20 : 2, cutCount: 10, seed: 3),
      PowerCuts(.shutdown, lifeCount: isLong ? 20 : 2, cutCount: 10, seed: 4),
      DamagedFiles(seed: 5),
      FlippedBits(bitCount: isLong ? 100_000 : 500, seed: 6),
      FullDisk(.tmpfs, seed: 7),
      FullDisk(.ext4, seed: 8),
    ]
  }

  /// A line on standard output, at once: whoever watches wants to know what is running.
  private static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  private static func seconds(since start: ContinuousClock.Instant) -> String {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return "\((seconds * 10).rounded() / 10) s"
  }
}

/// One kind of fault, tried many times.
protocol Trial: Sendable, CustomStringConvertible {
  /// Gives back what was found, in counts.
  ///
  /// - Throws: whatever shows that the store broke a promise, or that the trial could not be made.
  func run() async throws -> String
}
