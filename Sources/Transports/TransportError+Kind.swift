import CCurl

extension TransportError {
  /// Whether the same attempt may succeed later without anybody mending the message.
  ///
  /// A reply 5yz to mail is permanent (RFC 5321 4.2.1), and so is an address or a setting that
  /// cannot be used. Everything else may pass: no connection, a timeout, 4yz, also a certificate
  /// that is not trusted, which an administrator renews without touching the message.
  public var isTransient: Bool {
    if (500..<600).contains(reply) { return false }
    return switch CURLcode(rawValue: curlCode) {
    case CURLE_OK, CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT,
      CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN:
      false
    default: true
    }
  }

  /// Whether nobody took the connection, or nobody answered in time.
  public var isUnreachable: Bool {
    switch CURLcode(rawValue: curlCode) {
    case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_OPERATION_TIMEDOUT,
      CURLE_GOT_NOTHING:
      true
    default: false
    }
  }
}
