import CFiles

/// What kind of file system holds a path.
public enum FileSystemKind: Hashable, Sendable {
  /// In memory: a restart of the machine empties it.
  case memory
  /// On another machine: what it promises after a sync is another machine's promise.
  case network
  /// A layer of a container, gone with it.
  case overlay
  /// Any other: a disk, as far as can be told.
  case disk

  /// The kind for the file system's magic number (`statfs(2)`).
  public init(magic: Int) {
    self =
      switch magic {
      case 0x0102_1994, 0x8584_58F6: .memory  // tmpfs, ramfs
      case 0x6969, 0xFF53_4D42, 0xFE53_4D42, 0x517B, 0x0102_1997, 0x00C3_6400, 0x6573_5546: .network
      // NFS, CIFS, SMB 2, SMB, 9P, Ceph, FUSE (which is a network in most cases)
      case 0x794C_7630: .overlay
      default: .disk
      }
  }

  /// What holds `path`.
  ///
  /// - Throws: `SystemError` when the system does not say.
  public static func of(path: String) throws(SystemError) -> FileSystemKind {
    var status = CFiles.statfs()
    _ = try check("statfs", path) { unsafe statfs(path, &status) }
    return FileSystemKind(magic: Int(status.f_type))
  }
}
