/// One thing that is looked at: a judgement on facts that were gathered before.
protocol DoctorCheck: SendableMetatype {
  /// What it finds in `facts`.
  static func finding(_ facts: DoctorFacts) -> DoctorFinding
}

/// Everything that is looked at, in the order in which it is printed: the way of a reading.
enum Examination {
  /// All checks.
  static var checks: [any DoctorCheck.Type] {
    [
      BrokerCheck.self, CertificateCheck.self, ClientIDCheck.self, SessionCheck.self,
      QueueCheck.self,
      PersistenceCheck.self, ExpiryCheck.self, CapacityCheck.self, MemoryCheck.self,
      InFlightCheck.self, BrokerFilesCheck.self, BrokerAccessCheck.self, ClockCheck.self,
      ZoneCheck.self,
      FileSystemCheck.self, DiskCheck.self, DirectoryCheck.self, SecretsCheck.self,
      SocketCheck.self, IntakeCheck.self, AlarmsCheck.self, UnitCheck.self,
    ]
  }

  /// What all of them find in `facts`.
  static func findings(_ facts: DoctorFacts) -> [DoctorFinding] {
    checks.map { $0.finding(facts) }
  }

  /// What the command ends with: 2 when one failed, else 1 when one warns, else 0.
  static func exitCode(_ findings: [DoctorFinding]) -> Int32 {
    if findings.contains(where: { $0.verdict == .fail }) { return 2 }
    return findings.contains { $0.verdict == .warn } ? 1 : 0
  }
}
