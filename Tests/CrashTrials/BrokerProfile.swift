import Foundation

/// A file of `Config/mosquitto/persistence`: what the broker saves, and when.
enum BrokerProfile: String, CaseIterable {
  case district, rate

  /// The lines of the file, and the limits of `poolwatch.conf` that go with it.
  func configuration() throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appending(path: "Config/mosquitto")
    let limits = try String(contentsOf: folder.appending(path: "poolwatch.conf"), encoding: .utf8)
      .split(separator: "\n").filter { line in
        Self.limits.contains { line.hasPrefix($0 + " ") }
      }
    let profile = try String(
      contentsOf: folder.appending(path: "persistence/\(rawValue).conf"), encoding: .utf8)
    return limits.joined(separator: "\n") + "\n" + profile
  }

  private static let limits = [
    "max_queued_messages", "max_queued_bytes", "max_inflight_messages",
    "persistent_client_expiration",
  ]

  /// What is published: well within what the profile is for.
  var messagesPerSecond: Int {
    switch self {
    case .district: 50
    case .rate: 2000
    }
  }
}
