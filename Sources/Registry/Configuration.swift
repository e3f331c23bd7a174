public import PoolModel

/// Everything that `poolwatch.yaml` and the files it names say, checked.
///
/// Made by `load(path:overrides:rules:read:)` alone; every value is inside the range that the sample files
/// in `Config/` state for its key.
public struct Configuration: Sendable {
  /// How to reach the broker.
  public let broker: Broker
  /// Where and how long readings are kept.
  public let store: Store
  /// The socket that answers questions.
  public let api: API
  /// The mail server; nil when nobody is told by mail.
  public let mail: Mail?
  /// How many refused messages are kept, 1…1,000,000; beyond, the oldest goes.
  public let quarantineEntries: Int
  /// How much gateways may send at once.
  public let intake: Intake
  /// What ought to be watched.
  public let plan: Plan
  /// The limits, one or more; no two in force at the same time limit the same thing.
  public let profiles: [LimitsProfile]
  /// How alarms are delayed and damped.
  public let rules: AlarmRules
  /// How values are flagged.
  public let quality: QualityRules
  /// Who is told.
  public let people: [Person]
  /// The gateways that speak another dialect than Poolwatch's own, in the order of the file; empty
  /// where there is no such file.
  ///
  /// Ids are unique and none is a venue's; no two filters match one topic, and none matches a topic of
  /// Poolwatch's own dialect. In each, names are unique and stand for different values.
  public let gateways: [GatewayBinding]
}

extension Configuration {
  /// How to reach the broker.
  public struct Broker: Hashable, Sendable {
    /// Its name or address.
    public let host: String
    /// Its TCP port.
    public let port: UInt16
    /// The name of our session, which has to stay the same across restarts.
    public let clientID: String
    /// The protocol we speak.
    public let protocolVersion: ProtocolVersion
    /// Who we are; nil means that we do not say.
    public let username: String?
    /// The file whose first line is our password; nil when there is none.
    public let passwordFile: String?
    /// The PEM file of the authorities that may have signed the broker's certificate; nil means no
    /// TLS.
    public let caFile: String?
    /// The PEM file of our own certificate; nil when we show none.
    public let certificateFile: String?
    /// The PEM file of the certificate's key; nil exactly when there is no certificate.
    public let keyFile: String?
    /// After so long without a packet the broker is asked whether it is there; whole seconds,
    /// 5…65,535.
    public let keepAlive: Duration
    /// How long the broker keeps our session while we are away; whole seconds, 1…4,294,967,295,
    /// where the last means for ever (MQTT 5, 3.1.2.11.2).
    public let sessionExpiry: Duration
    /// How many messages the broker may send before the first is acknowledged, 1…65,535.
    public let receiveMaximum: Int
    /// How many messages the broker lets wait for us while we are away, its own setting,
    /// 1…1,000,000,000.
    public let queueMessages: Int
  }

  /// A version of MQTT.
  public enum ProtocolVersion: String, CaseIterable, Hashable, Sendable {
    /// MQTT 3.1.1.
    case v311 = "3.1.1"
    /// MQTT 5.
    case v5 = "5"
  }

  /// Where and how long readings are kept.
  public struct Store: Hashable, Sendable {
    /// The directory that holds all data of the daemon, as written.
    public let directory: String
    /// How long raw readings are kept at least, at the plan's interval; more than 0.
    public let retention: Duration
    /// How long the figures of each minute are kept at least; more than 0.
    public let minuteRetention: Duration
    /// How long the figures of each hour are kept at least; more than 0.
    public let hourRetention: Duration
    /// How long the figures of each day are kept at least; more than 0.
    public let dayRetention: Duration
    /// The size of a page, a power of two in 4096…1,048,576.
    public let pageByteCount: Int
    /// The size of the journal, a multiple of 4096 from 4 MiB on; nil means sized by the plan's rate.
    public let journalByteCount: Int?
    /// The bytes that a row is assumed to take when the store is sized, 1…256.
    public let assumedRowByteCount: Int
  }

  /// How much gateways may send at once.
  public struct Intake: Hashable, Sendable {
    /// The longest payload that is read, 1024…1,048,576 bytes.
    public let payloadByteCount: Int
    /// The most readings in one message, 1…100,000.
    public let arrayReadingCount: Int
    /// The longest topic that is read, 64…1024 bytes.
    public let topicByteCount: Int
    /// A venue may send so much time's worth of its plan's rows at once, 1…720 whole hours.
    public let burst: Duration
    /// Our name as a host application of Sparkplug, 1…64 of `A–Z a–z 0–9 _ -`; nil means that
    /// nothing is published about our state.
    public let sparkplugHost: String?
  }

  /// The socket that answers questions.
  public struct API: Hashable, Sendable {
    /// Its path, 1…107 bytes, as written.
    public let socket: String
    /// Its permission bits, 0…0o777.
    public let mode: UInt16
    /// The group that owns it; nil means the daemon's own.
    public let group: String?
  }

  /// A mail server that takes our notices.
  public struct Mail: Hashable, Sendable {
    /// Its name or address.
    public let host: String
    /// Its TCP port.
    public let port: UInt16
    /// The sender of every mail.
    public let from: String
    /// How the connection is protected.
    public let security: MailSecurity
    /// The PEM file of the authorities that may have signed its certificate; nil means the
    /// system's.
    public let caFile: String?
    /// Who we are; nil means that we do not say.
    public let username: String?
    /// The file whose first line is our password; nil exactly when there is no user name.
    public let passwordFile: String?
    /// After so long an attempt has failed, 1 s … 600 s.
    public let timeout: Duration
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
}
