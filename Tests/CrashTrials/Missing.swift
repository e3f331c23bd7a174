import TestInstallation
import TestSupport

/// What a running daemon names as missing.
struct Missing {
  /// Messages that were left out of each gateway's count.
  private(set) var messages: [String: Int] = [:]
  /// How often the broker lost our session.
  private(set) var lostSessionCount = 0
  /// The times of the readings beside each gap, by pool.
  private var gaps: [String: [ClosedRange<Int64>]] = [:]

  init(in installation: Installation) async throws {
    for row in try await installation.ask("gateways", "-o", "json").rows() {
      guard let gateway = row["gateway"] as? String, let count = row["missing_messages"] as? Int,
        let losses = row["lost_sessions"] as? Int
      else { throw TestFailure("no gateway: \(row)") }
      messages[gateway] = count
      lostSessionCount += losses
    }
    for pool in Installation.pools {
      let rows = try await installation.ask(
        "gaps", pool, "--parameter", "temperature", "-o", "json"
      ).rows()
      gaps[pool] = rows.compactMap { row in
        guard let from = Installation.milliseconds(row["from_time"]),
          let to = Installation.milliseconds(row["to_time"]), from <= to
        else { return nil }
        return from...to
      }
    }
  }

  /// Whether message `n` lies in a gap of its pool.
  func names(_ n: Int, of stream: Stream) -> Bool {
    let time = stream.milliseconds(n)
    return gaps[Installation.pools[stream.pool(n)]]?.contains {
      $0.lowerBound < time && time < $0.upperBound
    } ?? false
  }
}
