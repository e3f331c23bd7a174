import Foundation

/// The broker's ACL file: who may write and read where.
///
/// What people write comes first and is never touched. Our own part follows a line that says so; it is
/// there only when it is needed:
///
/// ```
/// # ---- From here on … ----
/// pattern write pools/v1/+/%u/#      where the part above lacks it
/// user lab                           a gateway of another dialect, with its topics
/// topic write senml/venue-01
/// user venue-02                      revoked: takes effect on a connection that is open, too
/// topic deny #
/// ```
struct BrokerRules {
  /// The rule that binds a gateway to its venue's topics.
  static let pattern = "pattern write pools/v1/+/%u/#"
  /// The rule that lets the daemon hear.
  private static let hearing = (user: "poolwatch", rule: "topic read #")
  /// Ends what people write.
  private static let mark =
    "# ---- From here on kept by `poolwatch gateway enroll` and `revoke`: write above this line ----"
  private static let denial = "topic deny #"

  let path: String
  /// Whether there was no file, or an empty one.
  let isNew: Bool
  /// What people have written, to the byte.
  private let head: [UInt8]
  /// Our own rules by user.
  private var users: [String: [String]]

  /// The rules of the file at `path`; `bytes` are none when it is missing, and are then the delivered
  /// ones.
  init(path: String, bytes: [UInt8]) {
    self.path = path
    isNew = Self.lines(bytes).isEmpty
    let bytes = isNew ? Array(Self.delivered.utf8) : bytes
    let end = bytes.firstRange(of: Array(Self.mark.utf8))
    head = Array(bytes[..<(end?.lowerBound ?? bytes.count)])
    users = [:]
    var user: String?
    let tail = String(decoding: bytes[(end?.upperBound ?? bytes.count)...], as: UTF8.self)
    // As they were written, for a topic may hold blanks.
    for line in tail.split(separator: "\n").map(String.init) {
      if let name = Self.user(line) {
        user = name
      } else if let user, line.hasPrefix("topic ") {
        users[user, default: []].append(line)
      }
    }
  }

  /// The file's content.
  var bytes: [UInt8] {
    var text = Self.lines(head).contains(Self.pattern) ? "" : "\(Self.pattern)\n"
    for (user, rules) in users.sorted(by: { $0.key < $1.key }) where !rules.isEmpty {
      text += "user \(user)\n" + rules.map { "\($0)\n" }.joined()
    }
    if text.isEmpty { return head }
    let gap = head.last == UInt8(ascii: "\n") ? "" : "\n"
    return head + Array("\(gap)\(Self.mark)\n\(text)".utf8)
  }

  /// Lets `user` do what the pattern allows, and `rules` besides.
  mutating func admit(_ user: String, rules: [String]) {
    users[user] = rules
  }

  /// Lets `user` do nothing at all: a denial goes before what any pattern allows.
  mutating func refuse(_ user: String) {
    users[user] = [Self.denial]
  }

  /// What the rules let `user` do, or what is wrong with them, in words.
  func state(of user: String) -> [String] {
    let lines = Self.lines(bytes)
    let rules = Self.rules(of: user, in: lines)
    var words = [
      isNew ? "\(path) was missing or empty: it has the delivered rules now" : nil,
      "\(path) lets \(user) write below pools/v1/+/\(user)/ and read nothing there",
    ].compactMap { $0 }
    words += rules.map { "and, by a rule of its own: \($0)" }
    words += Self.openPatterns(lines).map { "TOO MUCH, for every gateway: \($0)" }
    if !Self.rules(of: Self.hearing.user, in: lines).contains(Self.hearing.rule) {
      words.append(
        "TOO LITTLE, for the daemon: '\(Self.hearing.rule)' of user \(Self.hearing.user) is missing"
      )
    }
    return words
  }

  /// The lines without blanks around and comments.
  private static func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map {
      $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
  }

  private static func user(_ line: String) -> String? {
    line.hasPrefix("user ") ? String(line.dropFirst("user ".count)) : nil
  }

  /// The rules that follow `user NAME`, wherever that stands.
  private static func rules(of name: String, in lines: [String]) -> [String] {
    var current: String?
    return lines.filter { line in
      if let user = user(line) { current = user }
      return current == name && line.hasPrefix("topic ")
    }
  }

  /// Patterns without the user's name let each gateway write for all.
  private static func openPatterns(_ lines: [String]) -> [String] {
    lines.filter {
      $0.hasPrefix("pattern ") && !$0.hasPrefix("pattern read ") && !$0.contains("%u")
    }
  }
}
