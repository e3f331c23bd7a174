import Querying

/// Whether the broker keeps what comes while we are away.
enum SessionCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    if facts.status?.brokerConnected == true {
      let span = DoctorWording.span(facts.broker.sessionExpiry)
      return .ok("session", "the daemon is connected; the broker keeps its session for \(span)")
    }
    let state = facts.status == nil ? "the daemon does not answer" : "the daemon is not connected"
    let change = "start poolwatchd, or see its log for why it is not connected"
    // Its name is not asked for: who takes up the session takes what waits in it.
    guard let count = facts.broker.figures?["clients/disconnected"] else {
      return .unknown("session", "\(state), and the broker does not say what it keeps", change)
    }
    guard count > 0 else {
      return .fail(
        "session", "\(state), and the broker keeps no session: what comes now is lost", change)
    }
    return .warn(
      "session",
      "\(state); the broker keeps \(count) \(count == 1 ? "session" : "sessions") of clients that are away",
      change
    )
  }
}
