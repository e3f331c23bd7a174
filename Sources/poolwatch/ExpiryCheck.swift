/// Whether the broker throws sessions away before we do.
enum ExpiryCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard let settings = facts.knownBrokerSettings else {
      return .unknown("expiry", "the broker's settings were not read")
    }
    let ours = DoctorWording.span(facts.broker.sessionExpiry)
    guard let limit = settings.span("persistent_client_expiration") else {
      return .warn(
        "expiry", "the broker keeps sessions of clients that never come back for ever",
        "set persistent_client_expiration 14d")
    }
    let theirs = DoctorWording.span(limit)
    guard limit >= facts.broker.sessionExpiry else {
      return .fail(
        "expiry",
        "the broker ends sessions after \(theirs), before session_expiry_seconds (\(ours))",
        "set persistent_client_expiration to more than \(ours)")
    }
    return .ok("expiry", "the broker ends forgotten sessions after \(theirs), ours after \(ours)")
  }
}
