import Foundation
import TestInstallation
import TestSupport

/// The program `storeworker` at work on a directory.
struct StoreWorker {
  /// The directory that the store lies in.
  let directory: String
  /// What the script follows from.
  let seed: UInt64
  /// Is there as long as the worker.
  private let owner: TemporaryDirectory

  /// A worker in `name` of `owner`, or in `owner` itself.
  init(in owner: TemporaryDirectory, _ name: String? = nil, seed: UInt64) {
    directory = name.map(owner.path) ?? owner.path
    self.owner = owner
    self.seed = seed
  }

  /// How a run ended.
  struct Outcome {
    /// How the process ended.
    var ending: ManagedProcess.Ending
    /// The number of the last batch it acknowledged; nil when it acknowledged none.
    var acknowledged: Int?
    /// What it said to standard output.
    var output: [String]
    /// What it said to standard error.
    var errors: [String]

    /// The number behind `key=` in its last line that has one.
    func figure(_ key: String) -> Double? {
      for line in output.reversed() {
        for word in line.split(separator: " ") where word.hasPrefix("\(key)=") {
          return Double(word.dropFirst(key.count + 1))
        }
      }
      return nil
    }

    /// How it ended, in words.
    var words: String {
      "\(ending), \(errors.last ?? "silent"), acknowledged \(acknowledged ?? 0)"
    }
  }

  /// Starts it without waiting.
  func launch(
    _ command: String, _ numbers: [String: Int], under wrapper: [String] = []
  ) throws -> ManagedProcess {
    let arguments =
      try wrapper + [Programs.path("storeworker"), command, directory, "--seed", "\(seed)"]
      + numbers.sorted { $0.key < $1.key }.flatMap { ["--\($0.key)", "\($0.value)"] }
    return try ManagedProcess(
      arguments[0], package: wrapper.isEmpty ? nil : "strace",
      arguments: Array(arguments.dropFirst())
    )
  }

  /// The number of the last batch that `process` has acknowledged so far.
  static func acknowledged(by process: ManagedProcess) -> Int? {
    for line in process.output.all.reversed() where line.hasPrefix("acknowledged through batch ") {
      return Int(line.split(separator: " ").last ?? "")
    }
    return nil
  }

  /// What `process` has to show for itself when it has ended.
  static func outcome(of process: ManagedProcess) async throws -> Outcome {
    let ending = try await process.wait(within: .seconds(60))
    try await eventually("\(process.program) has closed its output") {
      process.output.isAtEnd && process.errors.isAtEnd
    }
    return Outcome(
      ending: ending, acknowledged: acknowledged(by: process), output: process.output.all,
      errors: process.errors.all)
  }

  /// Runs it to its end.
  func run(
    _ command: String, _ numbers: [String: Int], under wrapper: [String] = []
  ) async throws -> Outcome {
    try await Self.outcome(of: launch(command, numbers, under: wrapper))
  }

  /// Checks that the store holds the first `acknowledged` batches and at most the one after, that it
  /// opened within 2 s, goes on working, and holds all of it when it is opened again.
  ///
  /// - Throws: `TestFailure` that begins with `what` when it does not.
  @discardableResult
  func check(_ acknowledged: Int, after what: String) async throws -> Outcome {
    let outcome = try await run("check", ["acknowledged": acknowledged])
    guard outcome.ending == .code(0) else { throw TestFailure("\(what): \(outcome.words)") }
    return outcome
  }
}
