import Foundation
import TestSupport

/// kill -9 before every system call by which a run changes its files.
struct KilledCalls: Trial {
  let batchCount: Int
  let seed: UInt64

  var description: String { "kill -9 before every system call of \(batchCount) batches" }

  func run() async throws -> String {
    try await Scratch.with { try await run(in: $0) }
  }

  private func run(in scratch: Scratch) async throws -> String {
    let (seed, batchCount) = (seed, batchCount)
    let calls = try await scratch.worker(seed: seed) { plain in
      let calls = try await SystemCalls.all(of: plain, "run", ["batches": batchCount])
      try Self.requireTurns(try await plain.run("run", ["batches": batchCount]))
      return calls
    }
    let results = try await forEachInTwoLanes(calls) { call in
      try await scratch.worker(seed: seed) {
        try await Self.kill(before: call, $0, ["batches": batchCount])
      }
    }
    return "\(calls.count) kills (\(SystemCalls.summary(calls))), "
      + "\(results.count { $0.isWhollyThere }) times with the batch in doubt, "
      + "opened in \(results.map(\.openMilliseconds).max() ?? 0) ms at most"
  }

  /// What a check after a kill found.
  struct Finding: Sendable {
    var isWhollyThere: Bool
    var openMilliseconds: Int
  }

  /// A journal that never turned or a store without pages would prove little.
  static func requireTurns(_ outcome: StoreWorker.Outcome) throws {
    guard outcome.ending == .code(0), outcome.figure("journal_turns") ?? 0 > 1,
      outcome.figure("pages") ?? 0 > 12
    else { throw TestFailure("the script is too short: \(outcome.output.last ?? "")") }
  }

  /// Kills a run before `call` and checks what it leaves.
  static func kill(
    before call: SystemCalls.Call, _ worker: StoreWorker, _ numbers: [String: Int]
  ) async throws -> Finding {
    let outcome = try await worker.run(
      "run", numbers,
      under: SystemCalls.wrapper(
        directory: worker.directory, calls: call.name, report: "/dev/null",
        inject: "signal=KILL:when=\(call.number)"))
    guard outcome.ending == .signal(SIGKILL) else {
      throw TestFailure("\(call) did not come: \(outcome.words)")
    }
    let acknowledged = outcome.acknowledged ?? numbers["acknowledged"] ?? 0
    let check = try await worker.check(acknowledged, after: "kill before \(call)")
    let held = check.output.first { $0.hasPrefix("held ") } ?? ""
    return Finding(
      isWhollyThere: held.contains("batches=\(acknowledged + 1) "),
      openMilliseconds: Int(check.figure("open_ms") ?? 0))
  }
}
