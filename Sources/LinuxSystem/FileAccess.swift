import Glibc

/// Who may do what with a file, directory or socket.
public struct FileAccess: Hashable, Sendable {
  /// The owner's number.
  public let user: UInt32
  /// The group's number.
  public let group: UInt32
  /// The permission bits, 0…0o7777.
  public let mode: UInt32

  /// Access of `user`, `group` and others by `mode`.
  public init(user: UInt32, group: UInt32, mode: UInt32) {
    self.user = user
    self.group = group
    self.mode = mode
  }

  /// Whether people who are neither owner nor of the group may read it.
  public var isReadableByOthers: Bool { mode & 0o004 != 0 }
  /// Whether people who are neither owner nor of the group may write it.
  public var isWritableByOthers: Bool { mode & 0o002 != 0 }

  /// The access to what lies at `path`; a symbolic link is followed.
  ///
  /// - Throws: `SystemError`, with ENOENT when nothing is there.
  public static func of(path: String) throws(SystemError) -> FileAccess {
    var status = Glibc.stat()
    _ = try check("stat", path) { unsafe stat(path, &status) }
    return FileAccess(
      user: status.st_uid, group: status.st_gid, mode: status.st_mode & 0o7777)
  }

  /// The name of the group numbered `group`; nil when the machine knows none.
  public static func name(ofGroup group: UInt32) -> String? {
    var entry = unsafe Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    // Groups with thousands of members take more; such a one goes without its name.
    var buffer = [CChar](repeating: 0, count: 65_536)
    let capacity = buffer.count
    let code = unsafe buffer.withUnsafeMutableBufferPointer {
      unsafe getgrgid_r(group, &entry, $0.baseAddress, capacity, &found)
    }
    guard code == 0, unsafe found != nil, let name = unsafe entry.gr_name else { return nil }
    // The name lies in the buffer, which has to live until it is copied.
    return withExtendedLifetime(buffer) { unsafe String(cString: name) }
  }
}
