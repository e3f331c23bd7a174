import LinuxSystem

/// Whether the daemon answers, and whom.
enum SocketCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    let socket = facts.socket
    if let failure = socket.failure {
      return .fail("socket", failure, "when it does not stay up: journalctl -u poolwatchd")
    }
    guard let access = socket.access else {
      return .unknown("socket", "\(socket.path) answers, and cannot be looked at")
    }
    let mode = DoctorWording.mode(access.mode & 0o777)
    if access.isWritableByOthers {
      return .warn(
        "socket", "anybody on this machine may acknowledge alarms (\(socket.path), mode \(mode))",
        "set api.mode \"0660\" and let people join its group")
    }
    if let expected = socket.expectedGroup, let group = socket.group, expected != group {
      return .warn(
        "socket", "\(socket.path) belongs to the group \(group), not to api.group \(expected)",
        "see the daemon's log; the unit needs SystemCallFilter=@chown for it")
    }
    return .ok(
      "socket",
      "\(socket.path) answers its group \(socket.group ?? "\(access.group)") (mode \(mode))")
  }
}
