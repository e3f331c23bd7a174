/// Where the broker is, who we are to it, and how the session is kept.
public struct MQTTSettings: Hashable, Sendable {
  /// The broker's name or address.
  public var host: String
  /// Its TCP port; by custom 1883, with TLS 8883.
  public var port: UInt16
  /// Our name to the broker, which keeps the session under it.
  ///
  /// Two clients of one name throw each other out for ever.
  public var clientID: String
  /// The version of MQTT to speak.
  public var protocolVersion: ProtocolVersion
  /// The user's name; nil to come without one.
  public var username: String?
  /// The user's password; nil to come without one.
  public var password: String?
  /// PEM file of the authorities to trust; TLS is spoken exactly when this is there.
  ///
  /// The broker's certificate must name `host`.
  public var caFile: String?
  /// PEM file of our certificate; nil to come without one.
  public var certificateFile: String?
  /// PEM file of our certificate's key, unencrypted; nil to come without one.
  public var keyFile: String?
  /// The longest silence on the link, 5 s … 65,535 s, counted in whole seconds; 0 for no limit.
  public var keepAlive: Duration
  /// How long the broker keeps the session after we are gone, in whole seconds.
  ///
  /// MQTT 5 only, 0 … 4,294,967,295 s; 0 ends it with the connection. With 3.1.1 the broker
  /// decides.
  public var sessionExpiry: Duration
  /// How many messages the broker may send before it has our acknowledgement, 1 … 65,535.
  ///
  /// MQTT 5 only; with 3.1.1 the broker's `max_inflight_messages` decides. Bounds the batch.
  public var receiveMaximum: Int
  /// What the broker is to say when we vanish; nil for nothing.
  public var will: Will?
  /// Whether an older session is thrown away, with all that waits in it.
  public var cleanStart: Bool

  /// A version of MQTT.
  public enum ProtocolVersion: String, CaseIterable, Hashable, Sendable {
    /// MQTT 3.1.1, ISO/IEC 20922.
    case v311 = "3.1.1"
    /// MQTT 5.
    case v5 = "5"
  }

  /// The message that the broker publishes for a client that vanished, with QoS 1.
  public struct Will: Hashable, Sendable {
    /// Where it is published.
    public var topic: String
    /// Its bytes.
    public var payload: [UInt8]
    /// Whether the broker keeps it for those who subscribe later.
    public var isRetained: Bool

    /// `payload` to be published to `topic`.
    public init(topic: String, payload: [UInt8], isRetained: Bool = true) {
      self.topic = topic
      self.payload = payload
      self.isRetained = isRetained
    }
  }

  /// Settings of a client that keeps its session for a week, as the intake does.
  public init(
    host: String = "127.0.0.1", port: UInt16 = 1883, clientID: String,
    protocolVersion: ProtocolVersion = .v5, username: String? = nil, password: String? = nil,
    caFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil,
    keepAlive: Duration = .seconds(60), sessionExpiry: Duration = .seconds(604_800),
    receiveMaximum: Int = 1000, will: Will? = nil, cleanStart: Bool = false
  ) {
    self.host = host
    self.port = port
    self.clientID = clientID
    self.protocolVersion = protocolVersion
    self.username = username
    self.password = password
    self.caFile = caFile
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.keepAlive = keepAlive
    self.sessionExpiry = sessionExpiry
    self.receiveMaximum = receiveMaximum
    self.will = will
    self.cleanStart = cleanStart
  }
}
