import LinuxSystem

/// Whether the data lie on a disk.
enum FileSystemCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    let directory = facts.disk.directory
    let change = "set store.directory to a local disk"
    return switch facts.disk.fileSystem {
    case nil: .unknown("file system", "\(directory) is not there yet, or cannot be looked at")
    case .memory:
      .warn("file system", "\(directory) is in memory (tmpfs): a restart empties it", change)
    case .network:
      .warn("file system", "\(directory) is not on a local disk: a sync may not hold", change)
    case .overlay:
      .warn("file system", "\(directory) is in a container's layer, and goes with it", change)
    case .disk: .ok("file system", "\(directory) is on a disk")
    }
  }
}
