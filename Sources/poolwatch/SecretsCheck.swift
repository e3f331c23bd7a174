import LinuxSystem

/// Whether passwords and keys are readable by those alone who need them.
enum SecretsCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    let secrets = facts.secrets
    if secrets.isEmpty { return .ok("secrets", "no password or key is configured") }
    if let open = secrets.first(where: { $0.access?.isReadableByOthers ?? false }) {
      return .fail(
        "secrets", "anybody can read \(open.path) (\(open.key))", "chmod o= \(open.path)")
    }
    let unseen = secrets.filter { $0.access == nil }
    guard unseen.isEmpty else {
      return .unknown(
        "secrets", "not to be looked at: \(unseen.map(\.path).joined(separator: ", "))",
        "run as root")
    }
    return .ok("secrets", "\(secrets.count) of passwords and keys, none readable by others")
  }
}
