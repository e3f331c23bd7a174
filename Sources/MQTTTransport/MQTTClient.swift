internal import CMosquitto
import Glibc
import PoolModel

/// One client of a broker: the owner of a libmosquitto handle.
///
/// Not Sendable: one thread makes it and drives it. Nothing is written to the broker but by
/// `write`, whatever else is called: acknowledgements of what `read` brought wait until then. When
/// it goes, the connection is closed without a word, and what was not written is forgotten.
@safe public final class MQTTClient {
  let settings: MQTTSettings
  private let handle: OpaquePointer
  /// What the broker said since it was last drained.
  let inbox = Inbox()

  /// A client that is not connected.
  ///
  /// - Parameters:
  ///   - settings: The broker, and who we are to it.
  ///   - sendMaximum: How many messages of ours may be unacknowledged, 1 … 65,535.
  /// - Throws: `MQTTError` when a setting is out of range or a file cannot be read.
  public init(settings: MQTTSettings, sendMaximum: Int = 20) throws(MQTTError) {
    self.settings = settings
    try Self.require(settings.receiveMaximum, in: 1...65_535, "receive_maximum")
    try Self.require(sendMaximum, in: 1...65_535, "send maximum")
    let keepAliveSeconds = Int(settings.keepAlive.components.seconds)
    if keepAliveSeconds != 0 {
      try Self.require(keepAliveSeconds, in: 5...65_535, "keepalive_seconds")
    }
    // Unretained: the inbox lives as long as self, and deinit destroys the handle first.
    guard
      let handle = unsafe mosquitto_new(
        settings.clientID, settings.cleanStart, Unmanaged.passUnretained(inbox).toOpaque())
    else { throw MQTTError(call: "mosquitto_new", code: MOSQ_ERR_INVAL.rawValue) }
    unsafe self.handle = handle
    try set(MOSQ_OPT_PROTOCOL_VERSION, settings.protocolVersion.number, "broker.protocol")
    try set(MOSQ_OPT_RECEIVE_MAXIMUM, CInt(clamping: settings.receiveMaximum), "receive_maximum")
    try set(MOSQ_OPT_SEND_MAXIMUM, CInt(clamping: sendMaximum), "send maximum")
    try set(MOSQ_OPT_TCP_NODELAY, 1, "TCP_NODELAY")
    // Not that there were a second thread: it makes the library queue packets and leave the
    // writing to `write`. Without it a PUBACK leaves before its message is even handed to us.
    try check("mosquitto_threaded_set", unsafe mosquitto_threaded_set(handle, true))
    try identify()
    try secure()
    unsafe inbox.register(with: handle)
  }

  deinit { unsafe mosquitto_destroy(handle) }

  /// The connection's descriptor, to wait for with `poll`; −1 when there is none.
  public var descriptor: CInt { unsafe mosquitto_socket(handle) }
  /// Whether packets wait to be written.
  public var wantsWrite: Bool { unsafe mosquitto_want_write(handle) }
  /// Whether it speaks TLS: bytes may then be waiting that `poll` does not know of.
  var usesTLS: Bool { settings.caFile != nil }

  /// Opens the connection and queues CONNECT; an older connection is closed first.
  ///
  /// Blocks while the host's name is looked up and while TCP connects, which takes minutes when
  /// the host does not answer: ask a `TCPProbe` first.
  ///
  /// - Throws: `MQTTError` when there is no connection.
  public func connect() throws(MQTTError) {
    var properties: OpaquePointer?
    defer { unsafe mosquitto_property_free_all(&properties) }
    if settings.protocolVersion == .v5 {
      let seconds = UInt32(clamping: settings.sessionExpiry.components.seconds)
      try check(
        "session_expiry_seconds",
        unsafe mosquitto_property_add_int32(
          &properties, CInt(MQTT_PROP_SESSION_EXPIRY_INTERVAL.rawValue), seconds))
    }
    let keepAliveSeconds = CInt(clamping: settings.keepAlive.components.seconds)
    try check(
      "connect \(settings.host):\(settings.port)",
      unsafe mosquitto_connect_bind_v5(
        handle, settings.host, CInt(settings.port), keepAliveSeconds, nil, properties))
  }

  /// Reads what is there, one packet or (with TLS) several, without waiting.
  ///
  /// - Throws: `MQTTError` when the connection broke; events read before are kept.
  public func read() throws(MQTTError) {
    try check("read", unsafe mosquitto_loop_read(handle, 1))
    // After the broker's DISCONNECT the library says for ever that all is well, and that it is gone.
    if descriptor == -1 { throw .lost }
  }

  /// Writes the packets that wait, as far as it goes without waiting.
  ///
  /// Acknowledgements leave here and nowhere else.
  ///
  /// - Throws: `MQTTError` when the connection broke.
  public func write() throws(MQTTError) {
    try check("write", unsafe mosquitto_loop_write(handle, 1))
  }

  /// Queues a PINGREQ when one is due; called about once a second.
  ///
  /// - Throws: `MQTTError` when the broker has not answered for two keep-alive spans.
  public func keepAlive() throws(MQTTError) {
    try check("keep alive", unsafe mosquitto_loop_misc(handle))
  }

  /// Queues a SUBSCRIBE.
  ///
  /// - Parameters:
  ///   - filter: What is subscribed to.
  ///   - qualityOfService: The highest wanted, 0 or 1.
  /// - Returns: The packet's number, which the answer carries too.
  /// - Throws: `MQTTError` when `filter` is none.
  func subscribe(
    to filter: String, qualityOfService: Int = 1
  ) throws(MQTTError) -> CInt {
    var number: CInt = 0
    try check(
      "SUBSCRIBE \(filter)",
      unsafe mosquitto_subscribe_v5(
        handle, &number, filter, CInt(qualityOfService), 0, nil))
    return number
  }

  /// Queues an UNSUBSCRIBE.
  ///
  /// - Returns: The packet's number, which the answer carries too.
  /// - Throws: `MQTTError` when `filter` is none.
  func unsubscribe(from filter: String) throws(MQTTError) -> CInt {
    var number: CInt = 0
    try check(
      "UNSUBSCRIBE \(filter)", unsafe mosquitto_unsubscribe_v5(handle, &number, filter, nil))
    return number
  }

  /// Queues a PUBLISH with QoS 0 or 1.
  ///
  /// - Throws: `MQTTError` when `topic` is none, the payload is too large for the broker, or there
  ///   is no connection.
  public func publish(
    _ payload: [UInt8], to topic: String, qualityOfService: Int = 1, isRetained: Bool
  ) throws(MQTTError) {
    let code = unsafe payload.withUnsafeBytes {
      unsafe mosquitto_publish_v5(
        handle, nil, topic, CInt(clamping: $0.count), $0.baseAddress,
        CInt(qualityOfService), isRetained, nil)
    }
    try check("PUBLISH \(topic)", code)
  }

  /// Queues a DISCONNECT; the connection closes when `write` has sent it.
  ///
  /// - Throws: `MQTTError` when there is no connection.
  public func disconnect() throws(MQTTError) {
    try check("DISCONNECT", unsafe mosquitto_disconnect_v5(handle, 0, nil))
  }

  private func identify() throws(MQTTError) {
    if let username = settings.username {
      try check(
        "username", unsafe mosquitto_username_pw_set(handle, username, settings.password))
    }
    if let will = settings.will {
      let code = unsafe will.payload.withUnsafeBytes {
        unsafe mosquitto_will_set(
          handle, will.topic, CInt(clamping: $0.count), $0.baseAddress, 1, will.isRetained)
      }
      try check("will", code)
    }
  }

  /// Always with explicit files: with the system's certificates the library fails to reconnect.
  private func secure() throws(MQTTError) {
    guard let caFile = settings.caFile else {
      if settings.certificateFile == nil && settings.keyFile == nil { return }
      throw MQTTError(
        call: "TLS", reason: "certificate_file or key_file without ca_file",
        advice: "give the broker's authority as ca_file")
    }
    try check(
      "TLS with \([caFile, settings.certificateFile, settings.keyFile].compactMap(\.self))",
      unsafe mosquitto_tls_set(
        handle, caFile, nil, settings.certificateFile, settings.keyFile, nil))
  }

  /// The library takes some of these without a word and then does something else.
  private static func require(
    _ value: Int, in range: ClosedRange<Int>, _ name: String
  ) throws(MQTTError) {
    if range.contains(value) { return }
    throw MQTTError(
      call: "\(name) = \(value)", reason: "out of range",
      advice: "choose a number from \(range.lowerBound) to \(range.upperBound)")
  }

  private func set(_ option: mosq_opt_t, _ value: CInt, _ name: String) throws(MQTTError) {
    try check("\(name) = \(value)", unsafe mosquitto_int_option(handle, option, value))
  }
}

extension MQTTSettings.ProtocolVersion {
  var number: CInt {
    switch self {
    case .v311: CInt(MQTT_PROTOCOL_V311)
    case .v5: CInt(MQTT_PROTOCOL_V5)
    }
  }
}

/// Every call into the library goes through here.
///
/// - Throws: `MQTTError` when `code` is not success.
private func check(_ call: @autoclosure () -> String, _ code: CInt) throws(MQTTError) {
  if code == MOSQ_ERR_SUCCESS.rawValue { return }
  let systemCode = errno
  throw MQTTError(call: call(), code: code, systemCode: systemCode)
}
