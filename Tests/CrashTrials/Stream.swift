import Foundation
import TestInstallation
import TestSupport

/// The messages of a trial: message `n` is about pool `n mod 10`, one second after that pool's
/// message before, with a value that follows from `n`.
struct Stream: Sendable {
  let count: Int
  let baseMilliseconds: Int64

  /// One value of one pool.
  struct Point: Hashable {
    let milliseconds: Int64
    let value: Double

    init(milliseconds: Int64, value: Double) {
      self.milliseconds = milliseconds
      self.value = value
    }

    /// A row of `poolwatch history -o json`.
    init(_ row: [String: any Sendable]) throws {
      guard let text = row["time"] as? String, let value = row["value"] as? Double,
        let milliseconds = Self.milliseconds(rfc3339: text)
      else { throw TestFailure("no point: \(row)") }
      self.init(milliseconds: milliseconds, value: value)
    }

    /// Foundation's reading of `YYYY-MM-DDThh:mm:ss.mmm±hh:mm`.
    private static func milliseconds(rfc3339 text: String) -> Int64? {
      let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
      return (try? style.parse(text)).map { Int64(($0.timeIntervalSince1970 * 1000).rounded()) }
    }
  }

  /// The topic of message `n`.
  func topic(_ n: Int) -> String {
    "pools/v1/310107/\(Installation.pools[n % Installation.pools.count])/telemetry"
  }

  /// The payload of message `n`.
  func payload(_ n: Int) -> String {
    #"{"ts":\#(milliseconds(n)),"seq":\#(n),"values":{"free_chlorine":\#(text(n))}}"#
  }

  /// Everything the store has to hold of pool number `pool`, in time order.
  func points(of pool: Int) -> [Point] {
    stride(from: pool, to: count, by: Installation.pools.count).compactMap { n in
      Double(text(n)).map { Point(milliseconds: milliseconds(n), value: $0) }
    }
  }

  private func milliseconds(_ n: Int) -> Int64 {
    baseMilliseconds + Int64(n / Installation.pools.count) * 1000
  }

  /// In limits for four minutes, below them for one; each pool begins at another point of it.
  private func text(_ n: Int) -> String {
    let pool = n % Installation.pools.count
    let second = n / Installation.pools.count + pool * 31
    let hundredths = second % 300 < 60 ? 18 + second % 10 : 45 + second % 17
    return "0.\(hundredths)"
  }
}
