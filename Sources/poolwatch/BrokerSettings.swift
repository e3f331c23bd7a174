/// What mosquitto's configuration files say, as far as Poolwatch cares.
///
/// The forms and defaults are those of mosquitto.conf(5), version 2.0.
struct BrokerSettings: Hashable, Sendable {
  /// A place where clients connect.
  struct Listener: Hashable {
    /// Its port; 0 for a Unix socket.
    var port: Int
    /// The address it is bound to; nil for all.
    var address: String?
    /// Its own options, the last of each name.
    var values: [String: String] = [:]

    /// Whether only this machine reaches it.
    var isLoopback: Bool {
      port == 0 || address.map { $0.hasPrefix("127.") || $0 == "::1" || $0 == "localhost" } ?? false
    }
    /// Whether it speaks TLS.
    var usesTLS: Bool { values["certfile"] != nil || values["psk_hint"] != nil }
    /// Whether a client's session is called as its user, whatever name the client gives.
    var namesSessionsByUsers: Bool { ["true", "1"].contains(values["use_username_as_clientid"]) }
  }

  /// The global options, the last of each name.
  private(set) var values: [String: String] = [:]
  /// The listeners in order.
  private(set) var listeners: [Listener] = []
  /// Files and directories that could not be read, each with the reason.
  private(set) var unreadable: [String] = []

  /// Options that belong to the listener before them.
  private static let listenerOptions: Set = [
    "cafile", "capath", "certfile", "keyfile", "tls_version", "ciphers", "crlfile",
    "max_connections",
    "require_certificate", "use_identity_as_username", "use_subject_as_username", "psk_hint",
    "use_username_as_clientid", "mount_point", "protocol", "max_qos", "max_topic_alias",
    "socket_domain", "bind_interface", "dhparamfile", "tls_engine", "tls_keyform", "http_dir",
    "ciphers_tls1.3", "websockets_log_level", "websockets_headers_size",
  ]

  /// Reads the file at `path` and the directories it includes.
  ///
  /// - Parameters:
  ///   - path: The main file.
  ///   - names: Gives the names in a directory.
  ///   - read: Gives the bytes of a file.
  init(
    path: String, names: (String) throws -> [String], read: (String) throws -> [UInt8]
  ) {
    for (option, value) in lines(of: path, read) {
      guard option == "include_dir" else {
        take(option, value)
        continue
      }
      do {
        // Alphabetical, and of each letter the capital first, as mosquitto has it.
        let files = try names(value).filter { $0.hasSuffix(".conf") }.sorted {
          ($0.lowercased(), $0) < ($1.lowercased(), $1)
        }
        // An include_dir inside an included file has no effect.
        for file in files { lines(of: "\(value)/\(file)", read).forEach { take($0.0, $0.1) } }
      } catch {
        unreadable.append("\(value) (\(error))")
      }
    }
  }

  /// Where gateways can come: all listeners but those that only this machine reaches; where there are none,
  /// all but the daemon's own at `port`, and that one where it is the only one.
  func gatewayListeners(besides port: Int) -> [Listener] {
    let outside = listeners.filter { !$0.isLoopback }
    if !outside.isEmpty { return outside }
    let others = listeners.filter { $0.port != port }
    return others.isEmpty ? listeners : others
  }

  /// The whole number that `option` says; `otherwise` where it says none.
  func number(_ option: String, otherwise: Int) -> Int {
    values[option].flatMap { Int($0) } ?? otherwise
  }

  /// The truth value that `option` says; `otherwise` where it says none.
  func flag(_ option: String, otherwise: Bool) -> Bool {
    switch values[option] {
    case "true", "1": true
    case "false", "0": false
    default: otherwise
    }
  }

  /// The span that `option` says as a number and h, d, w, m or y; nil where it says none.
  func span(_ option: String) -> Duration? {
    guard let text = values[option], let unit = text.last, let count = Int(text.dropLast()) else {
      return nil
    }
    let hours: [Character: Int] = ["h": 1, "d": 24, "w": 168, "m": 720, "y": 8760]
    return hours[unit].map { .seconds(min(max(0, count), 1_000_000) * $0 * 3600) }
  }

  private mutating func lines(
    of path: String, _ read: (String) throws -> [UInt8]
  ) -> [(String, String)] {
    do {
      let text = String(decoding: try read(path), as: UTF8.self)
      return text.split(whereSeparator: \.isNewline).compactMap { line in
        // A # anywhere but at the beginning is part of the value.
        guard let first = line.first, first != "#", !first.isWhitespace else { return nil }
        let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        let value =
          words.count > 1 ? words[1].reversed().drop(while: \.isWhitespace).reversed() : []
        return (String(words[0]), String(value))
      }
    } catch {
      unreadable.append("\(path) (\(error))")
      return []
    }
  }

  private mutating func take(_ option: String, _ value: String) {
    if option == "listener" || option == "port" {
      let words = value.split(separator: " ")
      listeners.append(
        Listener(
          port: words.first.flatMap { Int($0) } ?? 0,
          address: words.count > 1 ? String(words[1]) : nil))
    } else if Self.listenerOptions.contains(option), !listeners.isEmpty {
      listeners[listeners.count - 1].values[option] = value
    } else {
      values[option] = value
    }
  }
}
