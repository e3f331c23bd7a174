/// Whether the service manager starts the daemon.
enum UnitCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard facts.unit.systemdRuns else {
      return .unknown("unit", "systemd does not run this machine: nobody restarts the daemon")
    }
    guard let path = facts.unit.path else {
      return .warn(
        "unit", "poolwatchd.service is not installed: nobody restarts the daemon",
        "install systemd/poolwatchd.service to /etc/systemd/system")
    }
    guard facts.unit.isEnabled else {
      return .warn(
        "unit", "\(path) is not started at boot", "systemctl enable poolwatchd")
    }
    return .ok("unit", "\(path) is started at boot")
  }
}
