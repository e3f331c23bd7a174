import LinuxSystem
import PoolModel

/// Looks at the files that the broker's settings name.
struct BrokerFilesGathering {
  let settings: BrokerSettings

  /// Options that name a file that the broker does not start without.
  private static let global = ["password_file", "psk_file", "acl_file", "plugin", "auth_plugin"]
  private static let ofListeners = ["certfile", "keyfile", "cafile", "crlfile", "dhparamfile"]

  /// All of them, each once.
  func files() -> [DoctorFacts.BrokerFile] {
    let named =
      Self.global.compactMap { option in settings.values[option].map { (option, $0) } }
      + groups.flatMap { group in
        Self.ofListeners.compactMap { option in group.values[option].map { (option, $0) } }
      }
    var files: [DoctorFacts.BrokerFile] = []
    for (option, path) in named where !files.contains(where: { $0.path == path }) {
      files.append(.init(option: option, path: path, state: state(ofPath: path)))
    }
    return files
  }

  /// The certificates and lists of the listeners.
  func certificates() -> [DoctorFacts.Certificate] {
    groups.flatMap { group -> [DoctorFacts.Certificate] in
      var found: [DoctorFacts.Certificate] = []
      func add(
        _ option: String, _ loser: DoctorFacts.Loser, _ end: (String) -> Timestamp?
      ) {
        guard let path = group.values[option] else { return }
        // What cannot be read has no end that could be told.
        let bytes = try? Files.bytes(atPath: path)
        found.append(
          .init(
            name: "\(path) (\(option) of \(group.name))",
            end: bytes.flatMap { end(String(decoding: $0, as: UTF8.self)) }, problem: nil,
            loser: loser))
      }
      // The server's own and those between it and its authority: all have to hold.
      add("certfile", .everybody) { CertificateEnd.all(inPEM: $0).min() }
      // Of several authorities each is for its own certificates.
      add("cafile", .certifiedGateways) { CertificateEnd.all(inPEM: $0).max() }
      add("crlfile", .certifiedGateways) { CertificateEnd.revocationLists(inPEM: $0).min() }
      return found
    }
  }

  /// The options of each listener; those before the first one are of the default listener.
  private var groups: [(name: String, values: [String: String])] {
    let listeners = settings.listeners.map { ("listener \($0.port)", $0.values) }
    return settings.listeners.isEmpty
      ? [("the default listener", settings.values)] : listeners
  }

  private func state(ofPath path: String) -> DoctorFacts.BrokerFile.State {
    guard path.hasPrefix("/") else { return .unseen("its path begins at the broker's directory") }
    do {
      guard try Files.kind(ofPath: path) != .absent else { return .absent }
      return .there(try FileAccess.of(path: path))
    } catch {
      return .unseen(error.reason)
    }
  }
}
