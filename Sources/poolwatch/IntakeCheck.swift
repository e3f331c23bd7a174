import Querying

/// Whether the daemon keeps up.
enum IntakeCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard let status = facts.status else { return .unknown("intake", "the daemon does not answer") }
    let lag = min(status.judgementLagSeconds ?? 0, 1e9)
    let commit = min(status.commitP99Milliseconds ?? 0, 1e9)
    let seen =
      "judgement \(Int(lag)) s behind, 99 of 100 commits within \(Int(commit.rounded(.up))) ms"
    if lag > 600 {
      return .fail("intake", seen, "alarms come late: see the daemon's log and the disk of Records")
    }
    if lag > 60 { return .warn("intake", seen, "see whether it grows, and the daemon's log") }
    if commit > 1000 {
      return .warn("intake", seen, "the disk is slow or shared: give the store one of its own")
    }
    guard status.received > 0 else {
      return .warn(
        "intake", "no reading has come since \(status.since)",
        "see the broker's log for gateways that are refused, and 'poolwatch quarantine'")
    }
    return .ok("intake", seen)
  }
}
