/// What `poolwatch.yaml` says itself, before the files it names are read.
struct Settings {
  let broker: Configuration.Broker
  let store: Configuration.Store?
  let api: Configuration.API
  let mail: Configuration.Mail?
  /// Whether the file has a mail channel, right or wrong.
  let hasMailChannel: Bool
  let quarantineEntries: Int
  let intake: Configuration.Intake
  let plan: Placed<String>?
  let rules: Placed<String>?
  let people: Placed<String>?
  /// nil where no gateway speaks another dialect than Poolwatch's own.
  let gateways: Placed<String>?
  let profiles: [Placed<String>]
  /// Certificates, keys and passwords: read by others, but they have to be there.
  let secrets: [Placed<String>]
}

/// Reads `poolwatch.yaml`.
struct SettingsReader {
  let report: Report
  private var secrets: [Placed<String>] = []

  init(report: Report) {
    self.report = report
  }

  mutating func settings(_ root: Section) -> Settings {
    var root = root
    let plan = path("plan", of: &root)
    let rules = path("rules", of: &root)
    let people = path("people", of: &root)
    let gateways = root.optional("gateways", .path).map(resolved)
    let profiles = root.scalars(
      root.list("profiles", of: "paths") ?? [], of: "profiles", .path
    ).map(resolved)
    let broker = self.broker(root.sectionOrEmpty("broker"))
    let store = root.section("store").flatMap { self.store($0) }
    let api = self.api(root.sectionOrEmpty("api"))
    let (mail, hasMailChannel) = channels(root.sectionOrEmpty("channels"))
    var quarantine = root.sectionOrEmpty("quarantine")
    let entries = quarantine.value("entries", .whole(1...1_000_000), default: 10_000)
    quarantine.end()
    let intake = self.intake(root.sectionOrEmpty("intake"))
    root.end()
    return Settings(
      broker: broker, store: store, api: api, mail: mail, hasMailChannel: hasMailChannel,
      quarantineEntries: entries, intake: intake, plan: plan, rules: rules, people: people,
      gateways: gateways, profiles: profiles, secrets: secrets)
  }

  private func path(_ key: String, of section: inout Section) -> Placed<String>? {
    section.placed(key, .path).map(resolved)
  }

  private func resolved(_ path: Placed<String>) -> Placed<String> {
    Placed(value: path.place.resolve(path.value), place: path.place)
  }

  private mutating func secret(_ key: String, of section: inout Section) -> Placed<String>? {
    guard var path = section.optional(key, .path) else { return nil }
    if !path.value.hasPrefix(Configuration.credentialsPrefix) { path = resolved(path) }
    secrets.append(path)
    return path
  }

  private mutating func broker(_ section: Section) -> Configuration.Broker {
    var section = section
    let host = section.value("host", .host, default: "127.0.0.1")
    let port = section.value("port", .port, default: 1883)
    let clientID = section.value("client_id", .id, default: "poolwatch")
    let version = section.value(
      "protocol", Form<Configuration.ProtocolVersion>.word, default: .v5)
    let username = section.optional("username", .text(128))
    let password = secret("password_file", of: &section)
    let authority = secret("ca_file", of: &section)
    let certificate = secret("certificate_file", of: &section)
    let key = secret("key_file", of: &section)
    if let password, !section.has("username") {
      report.add(password.place, "'password_file' is given without a name, expected 'username' too")
    }
    if let certificate, !section.has("key_file") {
      report.add(
        certificate.place, "'certificate_file' is given without its key, expected 'key_file' too")
    }
    if let key, !section.has("certificate_file") {
      report.add(
        key.place, "'key_file' is given without its certificate, expected 'certificate_file' too")
    }
    if let certificate, !section.has("ca_file") {
      report.add(
        certificate.place,
        "'certificate_file' is given without TLS, expected 'ca_file' too, which turns TLS on")
    }
    let keepAlive = section.value(
      "keepalive_seconds", .wholeSeconds(5...65_535), default: .seconds(60))
    let expiry = section.value(
      "session_expiry_seconds", .wholeSeconds(1...4_294_967_295), default: .seconds(604_800))
    let maximum = section.value("receive_maximum", .whole(1...65_535), default: 1000)
    let queue = section.value("queue_messages", .whole(1...1_000_000_000), default: 1_000_000)
    section.end()
    return Configuration.Broker(
      host: host, port: port, clientID: clientID, protocolVersion: version,
      username: username?.value, passwordFile: password?.value, caFile: authority?.value,
      certificateFile: certificate?.value, keyFile: key?.value, keepAlive: keepAlive,
      sessionExpiry: expiry, receiveMaximum: maximum, queueMessages: queue)
  }

  private func store(_ section: Section) -> Configuration.Store? {
    var section = section
    let tenYears = Duration.seconds(3650 * 86_400)
    let directory = section.value("directory", .path)
    // One ten-thousandth of a day is 8.64 s: shorter than any use, longer than nothing.
    let retention = section.value(
      "retention_days", .days(0.0001...36_500), default: .seconds(730 * 86_400))
    let minutes = section.value("minute_retention_days", .days(0.0001...36_500), default: retention)
    let hours = section.value("hour_retention_days", .days(0.0001...36_500), default: tenYears)
    let days = section.value("day_retention_days", .days(0.0001...36_500), default: tenYears)
    let page = section.value(
      "page_bytes", .powerOfTwo(4096...1_048_576), default: 8192)
    let journal = section.optional(
      "journal_bytes", .byteCount(4_194_304...68_719_476_736, multipleOf: 4096))
    let row = section.value("bytes_per_row", .whole(1...256, unit: "bytes"), default: 8)
    section.end()
    guard let directory else { return nil }
    return Configuration.Store(
      directory: directory, retention: retention, minuteRetention: minutes, hourRetention: hours,
      dayRetention: days, pageByteCount: page, journalByteCount: journal?.value,
      assumedRowByteCount: row)
  }

  private func api(_ section: Section) -> Configuration.API {
    var section = section
    let socket = section.value("socket", .socketPath, default: "/run/poolwatch/api.sock")
    let mode = section.value("mode", .mode, default: 0o660)
    let group = section.optional("group", .id)
    section.end()
    return Configuration.API(socket: socket, mode: mode, group: group?.value)
  }

  private mutating func channels(_ section: Section) -> (Configuration.Mail?, Bool) {
    var section = section
    let hasMail = section.has("mail")
    let mail = section.optionalSection("mail").flatMap { self.mail($0) }
    // The log has nothing to set: an empty mapping, or the key alone, says that it is used.
    if let log = section.element("log") {
      var isEmpty = false
      if case .scalar(let scalar) = log.content { isEmpty = scalar.isNull }
      if !isEmpty { Section(log, name: "'log'", report: report)?.end() }
    }
    section.end()
    return (mail, hasMail)
  }

  private mutating func mail(_ section: Section) -> Configuration.Mail? {
    var section = section
    let host = section.value("host", .host)
    let port = section.value("port", .port, default: 25)
    let from = section.value("from", .mailAddress)
    let security = section.value("security", Form<Configuration.MailSecurity>.word)
    let authority = secret("ca_file", of: &section)
    let username = section.optional("username", .text(128))
    let password = secret("password_file", of: &section)
    if let password, !section.has("username") {
      report.add(password.place, "'password_file' is given without a name, expected 'username' too")
    }
    if let username, !section.has("password_file") {
      report.add(
        username.place, "'username' is given without a password, expected 'password_file' too")
    }
    let timeout = section.value("timeout_seconds", .seconds(1...600), default: .seconds(30))
    section.end()
    guard let host, let from, let security else { return nil }
    return Configuration.Mail(
      host: host, port: port, from: from, security: security, caFile: authority?.value,
      username: username?.value, passwordFile: password?.value, timeout: timeout)
  }
}
