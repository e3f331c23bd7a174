import Foundation
import LinuxSystem
import Registry

/// Files that the service manager hands to the daemon alone (`LoadCredential=`): in the configuration
/// a path that begins with `credentials/`.
enum Credential {
  /// The file that `path` stands for: in the directory that the service manager names, or `path`
  /// itself when it is no credential.
  ///
  /// - Throws: `Missing` when the service manager names no directory.
  static func path(
    _ path: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(Missing) -> String {
    guard path.hasPrefix(Configuration.credentialsPrefix) else { return path }
    guard let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty else {
      throw Missing(path: path, reason: "the service manager hands over none")
    }
    return "\(directory)/\(path.dropFirst(Configuration.credentialsPrefix.count))"
  }

  /// The first line of the file that `path` stands for.
  ///
  /// - Throws: when there is no such file, or it cannot be read.
  static func firstLine(_ path: String) throws -> String {
    let text = try String(contentsOfFile: try Credential.path(path), encoding: .utf8)
    return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  }

  /// Looks whether every credential that `settings` names is there.
  ///
  /// - Throws: `Missing` for the first that is not.
  static func require(in settings: Configuration) throws(Missing) {
    let (broker, mail) = (settings.broker, settings.mail)
    let named = [
      broker.passwordFile, broker.caFile, broker.certificateFile, broker.keyFile,
      mail?.passwordFile,
      mail?.caFile,
    ]
    for case let name? in named where name.hasPrefix(Configuration.credentialsPrefix) {
      do {
        _ = try Files.bytes(atPath: path(name))
      } catch let error as Files.Unreadable {
        throw Missing(path: name, reason: error.reason)
      } catch let error as Missing {
        throw error
      } catch {
        throw Missing(path: name, reason: "\(error)")
      }
    }
  }

  /// A credential that there is not.
  struct Missing: Error, Hashable, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String {
      "'\(path)' cannot be read (\(reason)), expected LoadCredential=\(path.dropFirst(12)) in the unit, "
        + "and its file"
    }
  }
}
