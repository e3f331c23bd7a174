/// Whether the broker asks who somebody is, and what they may do.
enum BrokerAccessCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard let settings = facts.knownBrokerSettings else {
      return .unknown("access", "the broker's settings were not read")
    }
    // Without a listener of its own the broker answers this machine alone, and anybody on it.
    if settings.flag("allow_anonymous", otherwise: settings.listeners.isEmpty) {
      return .fail(
        "access", "anybody may publish for any venue: allow_anonymous true",
        "set allow_anonymous false, and a user for each venue")
    }
    if let open = settings.listeners.first(where: { !$0.isLoopback && !$0.usesTLS }) {
      return .fail(
        "access", "listener \(open.port) is open to the network without TLS",
        "give it certfile and keyfile, or bind it to 127.0.0.1")
    }
    let old = settings.listeners.first {
      $0.usesTLS && ["tlsv1", "tlsv1.1"].contains($0.values["tls_version"] ?? "")
    }
    if let old {
      return .fail(
        "access", "listener \(old.port) takes TLS versions that are broken",
        "set tls_version tlsv1.2")
    }
    guard settings.values["acl_file"] != nil || settings.values["plugin"] != nil else {
      return .fail(
        "access", "no acl_file: each venue may publish for each other",
        "use Config/mosquitto/acl")
    }
    return mistake(in: facts.accessRules) ?? mistake(in: settings.listeners)
      ?? packetFinding(settings, facts)
  }

  /// Bytes of a packet beside its payload, with room for the longest topic and properties.
  private static let packetRoom = 8192

  private static func mistake(in rules: DoctorFacts.AccessRulesFile?) -> DoctorFinding? {
    switch rules {
    case nil: return nil
    case .unreadable(let reason):
      return .unknown("access", "the acl_file cannot be read: \(reason)", "run it as root")
    case .read(let rules):
      if let line = rules.openLine {
        return .fail(
          "access", "the acl_file lets each venue publish for each other: \(line)",
          "put pattern write pools/v1/+/%u/# in its place")
      }
      guard !rules.letsGatewaysWrite else { return nil }
      return .fail(
        "access", "the acl_file lets no gateway publish anything",
        "add pattern write pools/v1/+/%u/#")
    }
  }

  private static func mistake(in listeners: [BrokerSettings.Listener]) -> DoctorFinding? {
    for listener in listeners where !listener.isLoopback {
      if listener.values["require_certificate"] == "true", listener.values["crlfile"] == nil {
        return .warn(
          "access", "listener \(listener.port) knows of no revoked certificates",
          "set crlfile under it")
      }
    }
    return nil
  }

  private static func packetFinding(
    _ settings: BrokerSettings, _ facts: DoctorFacts
  ) -> DoctorFinding {
    let limit = settings.number("max_packet_size", otherwise: 0)
    let change = "set max_packet_size \(facts.payloadByteCount + packetRoom)"
    guard limit > 0 else {
      return .warn(
        "access", "max_packet_size is not set: one gateway can send 256 MB at a time", change)
    }
    guard limit > facts.payloadByteCount else {
      return .warn(
        "access",
        "max_packet_size \(limit) leaves no room for intake.payload_bytes "
          + "\(facts.payloadByteCount): who sends such a message is disconnected, again and again",
        change)
    }
    return .ok("access", "each client says who it is, and an acl_file binds it to its topics")
  }
}
