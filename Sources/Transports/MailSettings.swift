/// A mail server that takes our notices, and how to talk to it.
public struct MailSettings: Hashable, Sendable {
  /// Its name or address.
  public let host: String
  /// Its TCP port.
  public let port: UInt16
  /// The sender of every mail: an address, or a name with one in angle brackets.
  public let from: String
  /// How the connection is protected.
  public let security: MailSecurity
  /// The PEM file of the authorities that may have signed its certificate, and no others; nil means
  /// the system's.
  public let caFile: String?
  /// Who we are; nil means that we do not say.
  public let username: String?
  /// What proves it; nil means nothing does.
  public let password: String?
  /// After so long an attempt has failed.
  public let timeout: Duration

  /// How to talk to the server at `host`.
  public init(
    host: String, port: UInt16, from: String, security: MailSecurity, caFile: String? = nil,
    username: String? = nil, password: String? = nil, timeout: Duration = .seconds(30)
  ) {
    self.host = host
    self.port = port
    self.from = from
    self.security = security
    self.caFile = caFile
    self.username = username
    self.password = password
    self.timeout = timeout
  }
}

/// How a connection to a mail server is protected.
public enum MailSecurity: String, CaseIterable, Hashable, Sendable {
  /// Not at all.
  case none
  /// TLS after STARTTLS (RFC 3207), or no mail.
  case startTLS = "starttls"
  /// TLS from the first byte (RFC 8314).
  case tls
}
