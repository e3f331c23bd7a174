import Foundation
import LinuxSystem
import Logging
import Registry
import Transports

/// Makes file mode and group of the API's socket what the configuration says, and sees to it that
/// nobody else's socket is taken over.
struct SocketGuard {
  let api: Configuration.API

  /// Why the socket cannot be had.
  struct Unusable: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "api.socket \(path): \(reason)" }
  }

  /// Makes the socket's directory where there is none, and looks whether the socket can be had.
  ///
  /// - Throws: `Unusable`, `SystemError`.
  func prepare() throws {
    let directory = (api.socket as NSString).deletingLastPathComponent
    if !directory.isEmpty { try Files.makeDirectories(path: directory) }
    let place = directory.isEmpty ? "." : directory
    guard FileManager.default.isWritableFile(atPath: place) else {
      throw Unusable(path: api.socket, reason: "the directory \(place) is not writable")
    }
    if FileManager.default.fileExists(atPath: api.socket) {
      let type = try FileManager.default.attributesOfItem(atPath: api.socket)[.type]
      guard type as? FileAttributeType == .typeSocket else {
        throw Unusable(path: api.socket, reason: "another file is there, and it is no socket")
      }
      try requireAbandoned()
    }
    if let group = api.group { try require(group: group, in: place) }
  }

  /// A socket that somebody answers on belongs to them; one left behind by a crash is replaced.
  private func requireAbandoned() throws {
    do {
      _ = try UnixHTTPClient(socketPath: api.socket).send(
        method: "GET", target: "/v1/status", timeout: .seconds(2))
    } catch  where error.isUnreachable {
      return
    } catch {
      // Whoever accepts the connection lives, whatever it says.
    }
    throw Unusable(path: api.socket, reason: "another process answers on it")
  }

  /// Foundation ignores the name of a group that there is not, so a file is tried first.
  private func require(group: String, in directory: String) throws {
    let trial = "\(directory)/.group-\(ProcessInfo.processInfo.processIdentifier)"
    guard FileManager.default.createFile(atPath: trial, contents: nil) else { return }
    defer {
      // It lies in our own directory and is empty; one that stays does no harm.
      try? FileManager.default.removeItem(atPath: trial)
    }
    try FileManager.default.setAttributes([.groupOwnerAccountName: group], ofItemAtPath: trial)
    let attributes = try FileManager.default.attributesOfItem(atPath: trial)
    guard attributes[.groupOwnerAccountName] as? String == group else {
      throw Unusable(
        path: api.socket,
        reason: "it cannot be given to the group '\(group)': is there one, and are we in it?")
    }
  }

  /// Sets mode and group of the socket that now exists.
  func apply(logger: Logger) {
    do {
      var attributes: [FileAttributeKey: Any] = [.posixPermissions: Int(api.mode)]
      if let group = api.group { attributes[.groupOwnerAccountName] = group }
      try FileManager.default.setAttributes(attributes, ofItemAtPath: api.socket)
    } catch CocoaError.fileNoSuchFile {
      // The daemon is ending already, and the server has removed it.
    } catch {
      logger.error(
        "socket's mode or group cannot be set",
        metadata: ["api.socket": "\(api.socket)", "error": "\(error)"])
    }
  }
}
