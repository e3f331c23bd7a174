import Foundation
import TestInstallation
import TestSupport

extension Installation {
  /// Runs `poolwatch store` on the files; the daemon must not run.
  func store(_ arguments: String...) async throws -> Answer {
    try await ask(["store"] + arguments + ["--config", directory.path("poolwatch.yaml")])
  }

  /// Waits until the daemon has its session at the broker.
  func isConnected(within deadline: Duration = .seconds(60)) async throws {
    try await eventually(within: deadline, "the daemon is connected; it says:\n\(log.suffix(5))") {
      let answer = try await ask("status", "-o", "json")
      return try answer.code == 0 && answer.object()["broker_connected"] as? Bool == true
    }
  }

  /// Waits until the last message of each pool is stored.
  ///
  /// The broker delivers in order, so that nothing is on its way to us then.
  func holdsEnd(of stream: Stream, within deadline: Duration = .seconds(120)) async throws {
    try await holds(Installation.pools.indices.map(stream.end), within: deadline)
  }

  /// Waits until the newest temperature of each of `pools` is the one of its time in `ends`, in milliseconds.
  func holds(
    _ ends: [Int64], of pools: [String] = Installation.pools,
    within deadline: Duration = .seconds(120)
  ) async throws {
    let ends = ends.map(Optional.init)
    try await eventually(within: deadline, "the last messages are stored") {
      let answer = try await ask("latest", "-o", "json")
      guard answer.code == 0 else { return false }
      let rows = try answer.rows().filter { $0["parameter"] as? String == "temperature" }
      return pools.enumerated().allSatisfy { index, pool in
        rows.contains { row in
          "\(row["venue"] ?? "")/\(row["pool"] ?? "")" == pool
            && Self.milliseconds(row["time"]) == ends[index]
        }
      }
    }
  }

  /// Foundation's reading of `YYYY-MM-DDThh:mm:ss.mmm±hh:mm`.
  static func milliseconds(_ time: (any Sendable)?) -> Int64? {
    guard let text = time as? String else { return nil }
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    // What is no time is none.
    return (try? style.parse(text)).map { Int64(($0.timeIntervalSince1970 * 1000).rounded()) }
  }
}
