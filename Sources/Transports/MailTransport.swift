import CCurl

/// Hands mail to a server by SMTP.
public struct MailTransport: Sendable {
  private let settings: MailSettings

  /// A way to the server of `settings`.
  ///
  /// No connection is made yet.
  public init(settings: MailSettings) {
    self.settings = settings
  }

  /// Sends `message` to the address `recipient` and waits until the server has taken it.
  ///
  /// Blocks its thread, for `timeout` at most; each call makes a connection of its own.
  ///
  /// - Parameters:
  ///   - message: header and body (RFC 5322), lines ended by CR LF. It arrives byte for byte; lines
  ///     that begin with a dot are taken care of.
  ///   - recipient: one address, or a name with one in angle brackets.
  /// - Returns: the server's last reply, such as `250 OK`.
  /// - Throws: `TransportError` when the server did not take it; `isTransient` says whether to try
  ///   again.
  public func send(_ message: [UInt8], to recipient: String) throws(TransportError) -> String {
    let curl = try CurlHandle("sending mail", with: url, protocols: "smtp,smtps")
    try curl.set(CURLOPT_URL, url)
    try curl.set(CURLOPT_UPLOAD, 1)
    try curl.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds: settings.timeout)
    try curl.set(CURLOPT_TIMEOUT_MS, milliseconds: settings.timeout)
    try curl.set(CURLOPT_MAIL_FROM, try bareAddress(of: settings.from))
    try curl.set(CURLOPT_MAIL_RCPT, list: [try bareAddress(of: recipient)])
    try secure(curl)
    if let username = settings.username {
      try curl.set(CURLOPT_USERNAME, username)
      try curl.set(CURLOPT_PASSWORD, settings.password ?? "")
    }
    let transfer = Transfer(upload: message)
    try curl.perform(transfer)
    return transfer.reply(curl.replyCode) ?? "\(curl.replyCode)"
  }

  private var url: String {
    let scheme = settings.security == .tls ? "smtps" : "smtp"
    let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
    return "\(scheme)://\(host):\(settings.port)"
  }

  private func secure(_ curl: CurlHandle) throws(TransportError) {
    let demand = settings.security == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL
    try curl.set(CURLOPT_USE_SSL, Int(demand.rawValue))
    try curl.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let caFile = settings.caFile {
      try curl.set(CURLOPT_CAINFO, caFile)
      // libcurl was built with the system's directory of authorities, and would trust it as well.
      try curl.set(CURLOPT_CAPATH, nil)
    }
  }

  /// The part of `text` between angle brackets, or all of it.
  ///
  /// Nothing in it can end the SMTP command
  /// that it becomes part of.
  private func bareAddress(of text: String) throws(TransportError) -> String {
    var address = text[...]
    if let open = text.lastIndex(of: "<"), text.last == ">" {
      address = text[text.index(after: open)...].dropLast()
    }
    let isOneLine = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    let isClean = address.unicodeScalars.allSatisfy { $0 != " " && $0 != "<" && $0 != ">" }
    guard isOneLine, isClean, let at = address.lastIndex(of: "@"), at > address.startIndex,
      address.index(after: at) < address.endIndex
    else {
      throw TransportError(
        action: "sending mail", address: url, curlCode: 0, reply: 0, systemCode: 0,
        reason: "'\(text.filter { !$0.isNewline })' is no mail address, expected name@host")
    }
    return String(address)
  }
}
