import Foundation
import TestSupport

/// kill -9 before every system call of an opening that recovers from a kill, and of the few batches
/// after it.
struct KilledOpening: Trial {
  let seeds: ClosedRange<UInt64>

  var description: String { "kill -9 before every system call of a recovery, \(seeds.count) seeds" }

  func run() async throws -> String {
    try await Scratch.with { scratch in
      var findings: [KilledCalls.Finding] = []
      for seed in seeds {
        findings += try await scratch.worker(seed: seed) { try await recoveries(of: $0, scratch) }
      }
      return "\(findings.count) kills, "
        + "opened in \(findings.map(\.openMilliseconds).max() ?? 0) ms at most"
    }
  }

  private func recoveries(
    of crashed: StoreWorker, _ scratch: Scratch
  ) async throws -> [KilledCalls.Finding] {
    let seed = crashed.seed
    // Somewhere among the first checkpoints.
    let outcome = try await crashed.run(
      "run", ["batches": 40],
      under: SystemCalls.wrapper(
        directory: crashed.directory, calls: "pwrite64", report: "/dev/null",
        inject: "signal=KILL:when=\(40 + seed * 7 % 60)"))
    guard outcome.ending == .signal(SIGKILL), let acknowledged = outcome.acknowledged else {
      throw TestFailure("the first kill did not come: \(outcome.words)")
    }
    let numbers = ["acknowledged": acknowledged, "batches": acknowledged + 6]
    let calls = try await scratch.worker(seed: seed) { plain in
      try await SystemCalls.all(of: plain, "run", numbers) {
        try Self.copyStore(from: crashed, to: plain)
      }
    }
    return try await forEachInTwoLanes(calls) { call in
      try await scratch.worker(seed: seed) { worker in
        try Self.copyStore(from: crashed, to: worker)
        return try await KilledCalls.kill(before: call, worker, numbers)
      }
    }
  }

  /// Copies the store's files from one worker's directory to another's.
  static func copyStore(from source: StoreWorker, to target: StoreWorker) throws {
    try FileManager.default.copyItem(
      atPath: source.directory + "/store", toPath: target.directory + "/store")
  }
}
