import Foundation
import TestSupport

/// The kernel answers each system call of a run with an error, once and from then on.
struct FailedCalls: Trial {
  let batchCount: Int
  /// Whether each error comes both once and for ever, or the first once and the last for ever.
  let isLong: Bool
  let seed: UInt64

  var description: String { "errors from every system call of \(batchCount) batches" }

  /// A call that fails.
  private struct Fault: Sendable, CustomStringConvertible {
    var call: SystemCalls.Call
    var error: String
    var isForEver: Bool
    var description: String { "\(error) from \(call)\(isForEver ? " on" : "")" }
  }

  /// The errors that a disk answers with.
  private static func errors(of name: String) -> [String] {
    switch name {
    case "pwrite64": ["EIO", "ENOSPC"]
    case "fallocate": ["ENOSPC", "EFBIG"]
    case "openat": ["EIO", "EMFILE"]
    default: ["EIO"]
    }
  }

  func run() async throws -> String {
    try await Scratch.with { try await run(in: $0) }
  }

  private func run(in scratch: Scratch) async throws -> String {
    let (seed, batchCount) = (seed, batchCount)
    let calls = try await scratch.worker(seed: seed) {
      try await SystemCalls.all(of: $0, "run", ["batches": batchCount])
    }
    let faults = calls.flatMap { call in
      let errors = Self.errors(of: call.name)
      return [false, true].flatMap { isForEver in
        (isLong ? errors[...] : isForEver ? errors.suffix(1) : errors.prefix(1)).map {
          Fault(call: call, error: $0, isForEver: isForEver)
        }
      }
    }
    let endings = try await forEachInTwoLanes(faults) { fault in
      try await scratch.worker(seed: seed) {
        try await Self.ending(of: fault, $0, batchCount: batchCount)
      }
    }
    let counts = [(0, "went on"), (2, "did not open"), (3, "stopped")].map { code, what in
      "\(endings.count { $0 == code }) \(what)"
    }
    return "\(faults.count) faults (\(SystemCalls.summary(calls))): "
      + counts.joined(separator: ", ")
  }

  /// The exit code of a run with `fault`, whose store is checked.
  private static func ending(
    of fault: Fault, _ worker: StoreWorker, batchCount: Int
  ) async throws -> Int32 {
    let report = worker.directory + "/strace.txt"
    let outcome = try await worker.run(
      "run", ["batches": batchCount],
      under: SystemCalls.wrapper(
        directory: worker.directory, calls: fault.call.name, report: report,
        inject: "error=\(fault.error):when=\(fault.call.number)\(fault.isForEver ? "+" : "")"))
    guard case .code(let code) = outcome.ending, [0, 2, 3].contains(code),
      // What failed once is over when it is tried again.
      code != 3 || fault.isForEver, code != 0 || outcome.acknowledged == batchCount,
      code != 2 || outcome.acknowledged == nil,
      // Nobody may pass over an error: it is told, and from then on nothing is acknowledged.
      !outcome.errors.isEmpty,
      code != 0 || !fault.isForEver || !["pwrite64", "fdatasync"].contains(fault.call.name)
    else { throw TestFailure("\(fault): \(outcome.words)") }
    try await eventually("\(fault) was injected") {
      try String(contentsOfFile: report, encoding: .utf8).contains("INJECTED")
    }
    let words = ["EIO": "Input/output error", "ENOSPC": "No space left", "EFBIG": "too large"]
    if code != 0, let word = words[fault.error],
      !(outcome.errors.last ?? "").contains(word)
    {
      throw TestFailure("\(fault) is not what it says: \(outcome.words)")
    }
    try await worker.check(outcome.acknowledged ?? 0, after: "\(fault)")
    return code
  }
}
