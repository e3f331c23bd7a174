/// What the broker's access rules let users write of the readings of venues, as far as the doctor looks.
struct AccessRules: Hashable {
  /// The first line that lets a user write for a venue that it does not name; nil without one.
  private(set) var openLine: String?
  /// Whether anybody but the daemon may write anything.
  private(set) var letsGatewaysWrite = false

  /// Reads mosquitto's `acl_file`: rules before the first `user` are for clients without a name, those of
  /// `pattern` for everybody.
  init(text: String) {
    var user: Substring?
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let kind = words.first, words.count > 1, !kind.hasPrefix("#") else { continue }
      switch kind {
      case "user": user = words[1]
      case "topic" where user == nil: continue
      case "topic", "pattern":
        let access = ["read", "write", "readwrite", "deny"].first { $0 == words[1] }
        guard access == nil || access == "write" || access == "readwrite" else { continue }
        guard let topic = words.dropFirst(access == nil ? 1 : 2).first else { continue }
        if kind == "pattern" || user != "poolwatch" { letsGatewaysWrite = true }
        if openLine == nil, Self.isOpen(topic) {
          openLine = words.joined(separator: " ")
        }
      default: continue
      }
    }
  }

  /// Whether `filter` covers readings of any venue: `pools/v1/DISTRICT/VENUE/…` with no name for the venue.
  private static func isOpen(_ filter: Substring) -> Bool {
    let levels = filter.split(separator: "/", omittingEmptySubsequences: false)
    for (index, level) in levels.enumerated() {
      if level == "#" { return true }
      switch index {
      case 0: guard level == "+" || level == "pools" else { return false }
      case 1: guard level == "+" || level == "v1" else { return false }
      case 2: continue
      default: return level == "+"
      }
    }
    return false
  }
}
