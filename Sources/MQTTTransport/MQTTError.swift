internal import CMosquitto
import LinuxSystem

/// Why the broker cannot be spoken to.
public struct MQTTError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being done, such as `connect`.
  public let call: String
  /// The library's error number, or the broker's code when `isRefusal`.
  public let code: CInt
  /// What the library or the broker calls it.
  public let reason: String
  /// What a person can do about it.
  public let advice: String
  /// Whether the broker answered, and said no: trying again soon will not help.
  public let isRefusal: Bool

  /// What was done, why it failed, and what to do.
  public var description: String {
    "\(call) failed: \(reason) (\(isRefusal ? "broker's code" : "code") \(code)); \(advice)"
  }

  /// A failure of `call` with the library's error number `code`, read together with `errno`.
  init(call: String, code: CInt, systemCode: CInt = 0) {
    self.call = call
    self.code = code
    if code == MOSQ_ERR_ERRNO.rawValue, systemCode != 0 {
      reason = SystemError(call: call, subject: "", code: systemCode).reason
    } else {
      reason = unsafe String(cString: mosquitto_strerror(code))
    }
    advice =
      switch code {
      case MOSQ_ERR_INVAL.rawValue: "check the broker's settings"
      case MOSQ_ERR_TLS.rawValue:
        "check that ca_file signed the broker's certificate and that it names the host"
      case MOSQ_ERR_EAI.rawValue: "check the broker's host name"
      case MOSQ_ERR_KEEPALIVE.rawValue: "the broker no longer answers; check it and the network"
      default:
        "check that the broker runs, that host and port are its own, and that no other client uses "
          + "our client id"
      }
    isRefusal = false
  }

  /// A failure in words of our own.
  init(call: String, reason: String, advice: String, isRefusal: Bool = false, code: CInt = -1) {
    self.call = call
    self.code = code
    self.reason = reason
    self.advice = advice
    self.isRefusal = isRefusal
  }

  /// The broker cannot be reached.
  init(_ error: SystemError) {
    self.init(
      call: "\(error.call) \(error.subject)", reason: error.reason,
      advice: "check that the broker runs and that host and port are its own", code: error.code)
  }

  /// The broker answered CONNECT with `code`.
  static func refusedConnection(code: CInt, version: MQTTSettings.ProtocolVersion) -> MQTTError {
    let (words, advice): (String, String) =
      switch (version, code) {
      case (.v311, 1), (.v5, 0x84):
        (text(code, version), "choose the other version of MQTT under broker.protocol")
      case (.v311, 2), (.v5, 0x85): (text(code, version), "choose another client_id")
      case (.v311, 4), (.v311, 5), (.v5, 0x86), (.v5, 0x87), (.v5, 0x8C):
        (text(code, version), "check username, password or certificate against the broker's")
      default: (text(code, version), "see the broker's log")
      }
    return MQTTError(
      call: "CONNECT", reason: words, advice: advice,
      isRefusal: isLasting(code, version: version), code: code)
  }

  /// The connection is gone, and nobody said why.
  static var lost: MQTTError { MQTTError(call: "read", code: MOSQ_ERR_CONN_LOST.rawValue) }

  /// The broker ended the connection with DISCONNECT and `code`; MQTT 5 only.
  static func disconnected(code: CInt) -> MQTTError {
    MQTTError(
      call: "the connection", reason: text(code, .v5),
      advice: code == 0x8E
        ? "another client has our client_id: give each its own" : "see the broker's log",
      isRefusal: isLasting(code, version: .v5), code: code)
  }

  /// The broker granted less than QoS 1 for `filter`.
  static func refusedSubscription(to filter: String, code: CInt) -> MQTTError {
    let words =
      code < 0x80
      ? "only QoS \(code) was granted" : unsafe String(cString: mosquitto_reason_string(code))
    return MQTTError(
      call: "SUBSCRIBE \(filter)", reason: words,
      advice: "let the broker's ACL give us this filter with QoS 1", isRefusal: true, code: code)
  }

  /// Whether the broker will say the same a second later.
  ///
  /// What comes from the server's state rather than from our settings is not lasting.
  private static func isLasting(_ code: CInt, version: MQTTSettings.ProtocolVersion) -> Bool {
    switch version {
    case .v311: code != 3
    case .v5:
      // Unspecified, server unavailable, busy, shutting down, keep-alive timeout, quota exceeded,
      // administrative action, use another server, rate exceeded.
      ![0x80, 0x83, 0x88, 0x89, 0x8B, 0x8D, 0x97, 0x98, 0x9C, 0x9F].contains(code)
    }
  }

  private static func text(_ code: CInt, _ version: MQTTSettings.ProtocolVersion) -> String {
    switch version {
    case .v311: unsafe String(cString: mosquitto_connack_string(code))
    case .v5: unsafe String(cString: mosquitto_reason_string(code))
    }
  }
}
