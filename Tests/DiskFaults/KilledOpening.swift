import Foundation
import TestSupport

/// kill -9 before every system call of an opening that recovers from a kill, and of the few batches
/// after it.
struct KilledOpening: Trial {
  let seeds: ClosedRange<UInt64>

  var description: String { "kill -9 before every system call of a recovery, \(seeds.count) seeds" }

  func run() async throws -> String {
    var callCount = 0
    var slowest = 0
    for seed in seeds {
      // Somewhere in the middle of a checkpoint: the pages of batch 15 or 20.
      let crashed = try StoreWorker(in: TemporaryDirectory(), seed: seed)
      let outcome = try await crashed.run(
        "run", ["batches": 40],
        under: SystemCalls.wrapper(
          directory: crashed.directory, calls: "pwrite64", report: "/dev/null",
          inject: "signal=KILL:when=\(40 + seed * 7 % 60)"))
      guard outcome.ending == .signal(SIGKILL), let acknowledged = outcome.acknowledged else {
        throw TestFailure("the first kill did not come: \(outcome.words)")
      }
      let numbers = ["acknowledged": acknowledged, "batches": acknowledged + 6]
      let plain = try StoreWorker(in: TemporaryDirectory(), seed: seed)
      let calls = try await SystemCalls.all(of: plain, "run", numbers) {
        try Self.copyStore(from: crashed, to: plain)
      }
      let findings = try await forEachInTwoLanes(calls) { call in
        let worker = try StoreWorker(in: TemporaryDirectory(), seed: seed)
        try Self.copyStore(from: crashed, to: worker)
        return try await KilledCalls.kill(before: call, worker, numbers)
      }
      callCount += calls.count
      slowest = max(slowest, findings.map(\.openMilliseconds).max() ?? 0)
    }
    return "\(callCount) kills, opened in \(slowest) ms at most"
  }

  /// Copies the store's files from one worker's directory to another's.
  static func copyStore(from source: StoreWorker, to target: StoreWorker) throws {
    try FileManager.default.copyItem(
      atPath: source.directory + "/store", toPath: target.directory + "/store")
  }
}
