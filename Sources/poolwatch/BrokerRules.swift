import Foundation

/// The broker's ACL file, as far as it is about one venue.
struct BrokerRules {
  /// The rule that binds a gateway to its venue's topics.
  static let pattern = "pattern write pools/v1/+/%u/#"

  let path: String
  private let lines: [String]

  /// The rules of the file at `path`; `bytes` are none when it is missing.
  init(path: String, bytes: [UInt8]) {
    self.path = path
    lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
  }

  /// What the rules let `venue` do, or what is wrong with them, in words.
  func state(of venue: String) -> [String] {
    guard !lines.isEmpty else {
      return [
        "\(path) is missing or empty: put Config/mosquitto/acl there, or the broker refuses all"
      ]
    }
    guard lines.contains(Self.pattern) else {
      return [
        "\(path) lacks '\(Self.pattern)': without it nothing of \(venue) arrives"
      ]
    }
    return ["\(path) lets \(venue) write below pools/v1/+/\(venue)/ and read nothing there"]
      + ownRules(of: venue).map { "and, by a rule of its own: \($0)" }
      + openPatterns.map { "TOO MUCH, for every gateway: \($0)" }
  }

  /// The rules between `user VENUE` and the next user.
  private func ownRules(of venue: String) -> [String] {
    guard let start = lines.firstIndex(of: "user \(venue)") else { return [] }
    return lines[(start + 1)...].prefix { !$0.hasPrefix("user ") }.filter {
      $0.hasPrefix("topic ")
    }
  }

  /// Patterns without the user's name let each gateway write for all.
  private var openPatterns: [String] {
    lines.filter {
      $0.hasPrefix("pattern ") && !$0.hasPrefix("pattern read ") && !$0.contains("%u")
    }
  }
}
