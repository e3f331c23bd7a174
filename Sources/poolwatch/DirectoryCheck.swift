import LinuxSystem

/// Who may read and write the data.
enum DirectoryCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    let directory = facts.disk.directory
    guard let access = facts.disk.access else {
      return .unknown("directory", "\(directory) is not there yet, or cannot be looked at")
    }
    let mode = DoctorWording.mode(access.mode)
    if access.isWritableByOthers {
      return .fail(
        "directory", "\(directory) can be written by anybody (mode \(mode))",
        "chmod 750 \(directory)")
    }
    if access.isReadableByOthers {
      return .warn(
        "directory", "\(directory) can be read by anybody (mode \(mode))", "chmod 750 \(directory)")
    }
    if let user = facts.disk.daemonUser, user != access.user {
      return .warn(
        "directory", "\(directory) belongs to user \(access.user), the daemon runs as \(user)",
        "chown -R \(user) \(directory)")
    }
    return .ok("directory", "\(directory) is its owner's and group's alone (mode \(mode))")
  }
}
