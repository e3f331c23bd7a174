import Foundation
import TestSupport

/// The system calls by which a store changes its files, as strace sees them.
enum SystemCalls {
  static let strace = "/usr/bin/strace"
  /// Those that no other part of a program makes; some exist on some machines alone.
  ///
  /// `ftruncate` and `write` are not among them: the lock notes its holder with them, on which nothing
  /// rests.
  private static let plain = [
    "pwrite64", "fdatasync", "fsync", "fallocate", "renameat", "renameat2", "rename", "unlinkat",
    "unlink", "mkdir", "mkdirat",
  ]
  /// Also made by whatever loads a library: only those that are about the store count.
  private static let opening = "openat"

  /// The nth call of a kind.
  struct Call: Sendable, CustomStringConvertible {
    var name: String
    var number: Int
    var description: String { "\(name) \(number)" }
  }

  /// A strace command in front of a worker.
  ///
  /// -D: the worker stays our own process and is ended as that.
  static func wrapper(
    directory: String, calls: String, report: String, inject: String? = nil
  ) -> [String] {
    let paths = ["", "/lock", "/store"].flatMap { ["-P", directory + $0] }
    return [strace, "-D", "-f", "-qq", "-o", report] + (calls == opening ? paths : [])
      + ["-e", "trace=\(calls)"] + (inject.map { ["-e", "inject=\(calls):\($0)"] } ?? [])
  }

  /// Every call that `worker` makes when it runs undisturbed.
  static func all(
    of worker: StoreWorker, _ command: String, _ numbers: [String: Int],
    prepare: () throws -> Void = {}
  ) async throws -> [Call] {
    try ManagedProcess.requireProgram(strace, package: "strace")
    var counts: [String: Int] = [:]
    for calls in [plain.map { "?" + $0 }.joined(separator: ","), opening] {
      try prepare()
      let report = worker.directory + "/strace.txt"
      let outcome = try await worker.run(
        command, numbers,
        under: wrapper(directory: worker.directory, calls: calls, report: report))
      guard outcome.ending == .code(0) else { throw TestFailure("undisturbed: \(outcome.words)") }
      for line in try String(contentsOfFile: report, encoding: .utf8).split(separator: "\n") {
        // `PID name(arguments…`
        guard let name = line.prefix(while: { $0 != "(" }).split(separator: " ").last,
          line.contains("(")
        else { continue }
        counts[String(name), default: 0] += 1
      }
      try? FileManager.default.removeItem(atPath: worker.directory + "/store")
      try? FileManager.default.removeItem(atPath: report)
    }
    guard counts["pwrite64"] ?? 0 > 10, counts["fdatasync"] ?? 0 > 5 else {
      throw TestFailure("strace saw too little: \(counts)")
    }
    return counts.sorted { $0.key < $1.key }.flatMap { name, count in
      (1...count).map { Call(name: name, number: $0) }
    }
  }

  /// How many calls of each kind there are, in words.
  static func summary(_ calls: [Call]) -> String {
    Dictionary(grouping: calls, by: \.name).sorted { $0.key < $1.key }
      .map { "\($1.count) \($0)" }.joined(separator: ", ")
  }
}

/// Runs `body` on each of `items`, two at a time: one waits for the disk while the other works.
func forEachInTwoLanes<Item: Sendable, Result: Sendable>(
  _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: Result.self) { group in
    var results: [Result] = []
    for (index, item) in items.enumerated() {
      if index >= 2, let result = try await group.next() { results.append(result) }
      group.addTask { try await body(item) }
    }
    for try await result in group { results.append(result) }
    return results
  }
}
