import Querying

/// What the daemon itself says is wrong with the system.
enum AlarmsCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard let status = facts.status else {
      return .unknown("system", "the daemon does not answer")
    }
    guard status.systemAlarms.isEmpty else {
      return .fail(
        "system", status.systemAlarms.joined(separator: "; "),
        "docs/operations.md, 'When something is wrong', says what each asks for")
    }
    return .ok("system", "poolwatchd \(status.version) has no system alarm")
  }
}
