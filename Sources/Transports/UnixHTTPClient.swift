import CCurl

/// An answer by HTTP.
public struct HTTPAnswer: Hashable, Sendable {
  /// The status code.
  public let status: Int
  /// The body; empty when it went to `onBody`.
  public let body: [UInt8]
  /// What the server's header `Poolwatch-Note` says to a person, at most 500 bytes; nil without one.
  public let note: String?

  /// An answer with `status` and `body`.
  public init(status: Int, body: [UInt8], note: String? = nil) {
    self.status = status
    self.body = body
    self.note = note
  }
}

/// Asks a server on a Unix socket by HTTP/1.1.
public struct UnixHTTPClient: Sendable {
  /// The most bytes of a path that a Unix socket's address holds.
  public static let pathByteLimit = 107
  /// The most bytes of a body that are collected: a country's answers are below 100 MB.
  public static let bodyByteLimit = 1 << 28
  private let socketPath: String

  /// A client of the server that listens at `socketPath`.
  ///
  /// No connection is made yet.
  public init(socketPath: String) {
    self.socketPath = socketPath
  }

  /// Sends a request and collects the answer.
  ///
  /// Blocks its thread.
  ///
  /// - Parameters:
  ///   - method: such as `GET`.
  ///   - target: path and query, percent-encoded, beginning with a slash.
  ///   - body: JSON to send along; nil for none.
  ///   - timeout: how long the server may take to connect, and then be silent.
  /// - Returns: the answer, whatever its status.
  /// - Throws: `TransportError` when there is none.
  public func send(
    method: String = "GET", target: String, body: [UInt8]? = nil, timeout: Duration
  ) throws(TransportError) -> HTTPAnswer {
    var collected: [UInt8] = []
    let (status, note) = try exchange(method, target, body, timeout) { _, bytes in
      collected += bytes
      return collected.count <= Self.bodyByteLimit
    }
    return HTTPAnswer(status: status, body: collected, note: note)
  }

  /// Sends a request and hands the body of a successful answer (2xx) to `onBody`, part by part, as
  /// it comes.
  ///
  /// Blocks its thread.
  ///
  /// - Parameters:
  ///   - method: such as `GET`.
  ///   - target: path and query, percent-encoded, beginning with a slash.
  ///   - timeout: how long the server may take to connect, and then be silent.
  ///   - onBody: takes a part and answers whether it wants to go on.
  /// - Returns: the status, with the body of an answer that was not successful.
  /// - Throws: `TransportError` when there is no answer, it breaks off, or `onBody` has enough.
  public func stream(
    method: String = "GET", target: String, timeout: Duration, onBody: ([UInt8]) -> Bool
  ) throws(TransportError) -> HTTPAnswer {
    var collected: [UInt8] = []
    let (status, note) = try exchange(method, target, nil, timeout) { status, bytes in
      if (200..<300).contains(status) { return onBody(bytes) }
      collected += bytes
      return collected.count <= Self.bodyByteLimit
    }
    return HTTPAnswer(status: status, body: collected, note: note)
  }

  private func exchange(
    _ method: String, _ target: String, _ body: [UInt8]?, _ timeout: Duration,
    _ onBytes: (_ status: Int, [UInt8]) -> Bool
  ) throws(TransportError) -> (status: Int, note: String?) {
    let curl = try CurlHandle("\(method) \(target)", with: socketPath, protocols: "http")
    try curl.set(CURLOPT_UNIX_SOCKET_PATH, socketPath)
    try curl.set(CURLOPT_URL, "http://localhost\(target)")
    try curl.set(CURLOPT_PATH_AS_IS, 1)
    try curl.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    try curl.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds: timeout)
    // A history may take as long as it likes, as long as it comes: less than 1 byte/s is silence.
    try curl.set(CURLOPT_LOW_SPEED_LIMIT, 1)
    try curl.set(CURLOPT_LOW_SPEED_TIME, Int(max(1, timeout.components.seconds)))
    if let body {
      try curl.setBody(body)
      // No `Expect: 100-continue`: it would only wait.
      try curl.set(CURLOPT_HTTPHEADER, list: ["Content-Type: application/json", "Expect:"])
    }
    try curl.set(CURLOPT_CUSTOMREQUEST, method)
    let outcome = withoutActuallyEscaping(onBytes) { onBytes in
      let transfer = Transfer { transfer, bytes in onBytes(transfer.status, bytes) }
      return Result { () throws(TransportError) in
        try curl.perform(transfer)
        return transfer.header("Poolwatch-Note")
      }
    }
    return (curl.replyCode, try outcome.get())
  }
}
