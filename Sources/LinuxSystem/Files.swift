import Foundation
import Glibc

/// Reading and making what lies outside the store, with the system's own words when it cannot be.
public enum Files {
  /// The bytes of the file at `path`.
  ///
  /// - Throws: `Unreadable`, which says why in the system's words.
  public static func bytes(atPath path: String) throws(Unreadable) -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      // Foundation's words are long and name its own codes: the system is asked once more.
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      let code = errno
      guard descriptor == -1 else {
        close(descriptor)
        throw Unreadable(reason: "it is no file that can be read")
      }
      throw Unreadable(reason: SystemError(call: "open", subject: path, code: code).reason)
    }
  }

  /// Makes the directory `path` and those above it that are missing, with mode 0750.
  ///
  /// - Throws: `SystemError` naming the one that cannot be made.
  public static func makeDirectories(path: String) throws(SystemError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
      if unsafe mkdir(made, 0o750) == 0 || errno == EEXIST { continue }
      let code = errno
      var isDirectory: ObjCBool = false
      // A read-only file system says EROFS even for what is there.
      if unsafe FileManager.default.fileExists(atPath: made, isDirectory: &isDirectory),
        isDirectory.boolValue
      {
        continue
      }
      throw SystemError(call: "mkdir", subject: made, code: code)
    }
  }

  /// Why a file cannot be read, in few words.
  public struct Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system's words.
    public let reason: String
    /// The system's words.
    public var description: String { reason }
  }
}
