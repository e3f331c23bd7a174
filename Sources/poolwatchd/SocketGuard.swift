import Foundation
import Logging
import Registry

/// Makes file mode and group of the API's socket what the configuration says.
struct SocketGuard {
  let api: Configuration.API

  /// Makes the socket's directory where there is none.
  func prepare() throws {
    let directory = (api.socket as NSString).deletingLastPathComponent
    guard !directory.isEmpty else { return }
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o750])
  }

  /// Sets mode and group of the socket that now exists.
  func apply(logger: Logger) {
    do {
      var attributes: [FileAttributeKey: Any] = [.posixPermissions: Int(api.mode)]
      if let group = api.group { attributes[.groupOwnerAccountName] = group }
      try FileManager.default.setAttributes(attributes, ofItemAtPath: api.socket)
    } catch {
      logger.error(
        "socket's mode or group cannot be set",
        metadata: ["api.socket": "\(api.socket)", "error": "\(error)"])
    }
  }
}
