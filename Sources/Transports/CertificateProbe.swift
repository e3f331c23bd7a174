import CCurl

/// Asks a server that speaks TLS for its certificate, and says nothing more to it.
public struct CertificateProbe: Sendable {
  /// What a server shows.
  public struct Answer: Hashable, Sendable {
    /// Its certificates in PEM, its own first; empty when there was no TLS.
    public let certificates: [String]
    /// Why it is not trusted, or not reached; nil when it is in order.
    public let problem: String?
  }

  /// The server's name or address, which its certificate has to name.
  public let host: String
  /// Its TCP port.
  public let port: UInt16
  /// PEM file of the authorities to trust.
  public let caFile: String
  /// PEM file of our own certificate; nil when we show none.
  public let certificateFile: String?
  /// PEM file of its key; nil when we show none.
  public let keyFile: String?

  /// A probe of `host` and `port`, trusting those in `caFile`.
  public init(
    host: String, port: UInt16, caFile: String, certificateFile: String? = nil,
    keyFile: String? = nil
  ) {
    self.host = host
    self.port = port
    self.caFile = caFile
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }

  /// What the server shows; when that is not trusted, asked once more without trust, to name its end.
  ///
  /// Blocks its thread for up to twice `timeout`.
  public func ask(timeout: Duration) -> Answer {
    let first = attempt(isTrusting: false, timeout: timeout)
    if first.problem == nil || !first.certificates.isEmpty { return first }
    let second = attempt(isTrusting: true, timeout: timeout)
    return Answer(certificates: second.certificates, problem: first.problem)
  }

  private func attempt(isTrusting: Bool, timeout: Duration) -> Answer {
    var certificates: [String] = []
    do throws(TransportError) {
      let isIPv6 = host.contains(":")
      let url = "https://\(isIPv6 ? "[\(host)]" : host):\(port)"
      let handle = try CurlHandle("TLS", with: url, protocols: "https")
      try handle.set(CURLOPT_URL, url)
      try handle.set(CURLOPT_CONNECT_ONLY, 1)
      try handle.set(CURLOPT_CERTINFO, 1)
      // What follows is MQTT, which some brokers want to hear of and others mind.
      try handle.set(CURLOPT_SSL_ENABLE_ALPN, 0)
      try handle.set(CURLOPT_CAINFO, caFile)
      try handle.set(CURLOPT_SSLCERT, certificateFile)
      try handle.set(CURLOPT_SSLKEY, keyFile)
      if isTrusting {
        try handle.set(CURLOPT_SSL_VERIFYPEER, 0)
        try handle.set(CURLOPT_SSL_VERIFYHOST, 0)
      }
      try handle.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds: timeout)
      defer { certificates = handle.certificates }
      try handle.perform(Transfer())
    } catch {
      return Answer(certificates: certificates, problem: error.reason)
    }
    return Answer(certificates: certificates, problem: nil)
  }
}
