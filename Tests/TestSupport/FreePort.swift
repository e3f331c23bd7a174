import Foundation
import Synchronization

/// TCP ports of 127.0.0.1 that nobody uses.
///
/// They lie below the range that the kernel takes ports of outgoing connections from (32768 and
/// above), so that no connection of another test can take the port before its server does.
public enum FreePort {
  private static let given = Mutex<Set<UInt16>>([])

  /// A port that no socket of this machine has, and that was not given out before.
  public static func next() throws -> UInt16 {
    let used = try tableOfSockets().map(\.port)
    return try given.withLock { given in
      for _ in 0..<10_000 {
        let port = UInt16.random(in: 20_000..<32_000)
        guard !used.contains(port), given.insert(port).inserted else { continue }
        return port
      }
      throw TestFailure("found no free TCP port between 20000 and 32000")
    }
  }

  /// Whether somebody listens on `port`, over IPv4 or IPv6.
  public static func hasListener(on port: UInt16) throws -> Bool {
    try tableOfSockets().contains { $0.port == port && $0.state == "0A" }
  }

  /// Local port and state (hexadecimal, `0A` listens) of every TCP socket, from `/proc/net/tcp`.
  private static func tableOfSockets() throws -> [(port: UInt16, state: Substring)] {
    try ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { file in
      // A kernel without IPv6 has no tcp6.
      guard FileManager.default.fileExists(atPath: file) else { return [(UInt16, Substring)]() }
      let text = try String(contentsOfFile: file, encoding: .utf8)
      return text.split(separator: "\n").dropFirst().compactMap { line in
        let columns = line.split(separator: " ")
        guard columns.count > 3, let digits = columns[1].split(separator: ":").last,
          let port = UInt16(digits, radix: 16)
        else { return nil }
        return (port, columns[3])
      }
    }
  }
}
