/// Whether somebody else can take, and end, the session under which the broker keeps what waits for us.
///
/// A broker gives a session to whoever comes with its name and may connect at all: no access rule looks
/// at that. So either the broker names sessions by users, where gateways come, or nobody knows the name.
enum ClientIDCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    let broker = facts.broker
    let settings = facts.knownBrokerSettings
    let open = settings?.gatewayListeners(besides: broker.port).filter { !$0.namesSessionsByUsers }
    if let open, open.isEmpty {
      return .ok("client id", "the broker names the sessions of gateways by their users")
    }
    guard canBeGuessed(broker.clientID, username: broker.username) else {
      return .ok("client id", "nobody guesses the name of the daemon's session")
    }
    let threat = "client_id \(broker.clientID) can be guessed: "
    let change =
      "set broker.client_id to a secret like \(broker.proposedClientID); where the daemon has run, "
      + "as docs/operations.md says under 'The session's name'"
    guard let first = open?.first else {
      return .warn(
        "client id",
        threat + "whoever may connect could end the daemon's session, with all that waits",
        change)
    }
    return .fail(
      "client id",
      threat
        + "each gateway of listener \(first.port) can end the daemon's session, with all that waits",
      change)
  }

  /// Whether `name` has no part that looks drawn by chance: letters and digits mixed, and enough of them.
  static func canBeGuessed(_ name: String, username: String?) -> Bool {
    guard name != username else { return true }
    return !name.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.contains { part in
      part.count >= chanceCount && part.contains(where: \.isNumber)
        && part.contains(where: \.isLetter)
        && Set(part).count >= chanceCount / 2
    }
  }

  /// Characters that were drawn by chance: twelve hexadecimal digits are 48 bits, which nobody tries out
  /// over a network, a connection each.
  private static let chanceCount = 12
}
