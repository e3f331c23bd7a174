import LinuxSystem
import Registry

/// Where a file lies that the service manager hands to the daemon, for whoever may look (root).
enum CredentialPath {
  /// `path`, or for a credential the copy that the running daemon has, else what it is made from.
  ///
  /// The names are those of systemd/poolwatchd.service.
  static func readable(
    _ path: String,
    isThere: (String) -> Bool = { path in
      // What cannot be looked at is not there for us.
      (try? Files.bytes(atPath: path)) != nil
    }
  ) -> String {
    guard path.hasPrefix(Configuration.credentialsPrefix) else { return path }
    let name = path.dropFirst(Configuration.credentialsPrefix.count)
    let places = [
      "/run/credentials/poolwatchd.service/\(name)", "/etc/credstore/poolwatch.\(name)",
    ]
    return places.first(where: isThere) ?? places[0]
  }
}
