import LinuxSystem

/// Whether the files that the broker's settings name are there, and those with secrets its own alone.
enum BrokerFilesCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard facts.brokerSettings != nil else {
      return .unknown("broker files", "the broker's settings were not read")
    }
    let files = facts.brokerFiles
    if let absent = files.first(where: { $0.state == .absent }) {
      return .fail(
        "broker files",
        "\(absent.path) (\(absent.option)) is not there: the broker does not start again",
        "put it in place, or name the right one")
    }
    let open = files.first { file in
      guard file.isSecret, case .there(let access) = file.state else { return false }
      return access.isReadableByOthers
    }
    if let open {
      return .fail(
        "broker files", "anybody can read \(open.path) (\(open.option))", "chmod o= \(open.path)")
    }
    for file in files {
      guard case .unseen(let reason) = file.state else { continue }
      return .unknown(
        "broker files", "\(file.path) (\(file.option)) is not to be looked at: \(reason)",
        "run it as root, and name files in full")
    }
    let count = files.count
    guard count > 0 else { return .ok("broker files", "the broker's settings name none") }
    return .ok(
      "broker files",
      "\(count) \(count == 1 ? "is" : "are") there, and secrets are not readable by others")
  }
}
