import TestSupport

/// Every bit of a page header and random bits of all files turned over, one at a time.
struct FlippedBits: Trial {
  let bitCount: Int
  let seed: UInt64

  var description: String { "bits turned over in a page header and \(bitCount) anywhere" }

  func run() async throws -> String {
    let worker = try StoreWorker(in: TemporaryDirectory(), seed: seed)
    let run = try await worker.run("run", ["batches": 40])
    guard run.ending == .code(0) else { throw TestFailure(run.words) }
    let process = try worker.launch("flip", ["acknowledged": 40, "bits": bitCount])
    let ending = try await process.wait(within: .seconds(1800))
    let outcome = try await StoreWorker.outcome(of: process)
    guard ending == .code(0), outcome.figure("header_bits") ?? 0 > 1000 else {
      throw TestFailure(outcome.words)
    }
    return outcome.output.last ?? ""
  }
}
