import LinuxSystem
import PoolModel
import Querying

/// Everything that the checks judge, as it was found; nil is what could not be looked at.
struct DoctorFacts: Sendable {
  /// When it was looked at, by the machine's clock.
  var now: Timestamp
  /// How long Poolwatch may be away without loss: what the broker's queue is sized for.
  var outage: Duration
  /// How many pools are planned.
  var poolCount: Int
  /// A gateway's nominal time between two readings of a pool.
  var interval: Duration
  /// The live broker.
  var broker: Broker
  /// What the broker's configuration files say; nil when no path was given.
  var brokerSettings: BrokerSettings?
  /// What the file of the broker's access rules says; nil when its settings name none.
  var accessRules: AccessRulesFile?
  /// The certificates that are in use, of the broker, of its listeners and of our own.
  var certificates: [Certificate] = []
  /// The files that the broker's settings name.
  var brokerFiles: [BrokerFile] = []
  /// `intake.payload_bytes` of the configuration.
  var payloadByteCount: Int
  /// The machine's clock.
  var clock: ClockDiscipline?
  /// The machine's zone and the district's.
  var zone: Zones
  /// The disk with the daemon's data.
  var disk: Disk
  /// Files whose content is nobody else's to read.
  var secrets: [Secret] = []
  /// The socket of the API.
  var socket: Socket
  /// What the daemon says of itself; nil when it does not answer.
  var status: StatusAnswer?
  /// The service manager's file.
  var unit: Unit

  /// What the broker's configuration files say, where all of them could be read: what an unread one
  /// says may be the opposite.
  var knownBrokerSettings: BrokerSettings? {
    brokerSettings.flatMap { $0.unreadable.isEmpty ? $0 : nil }
  }

  /// The file of the broker's access rules.
  enum AccessRulesFile: Hashable {
    case read(AccessRules)
    /// It cannot be read, for the reason given.
    case unreadable(String)
  }

  /// The live broker and what the configuration wants of it.
  struct Broker {
    /// Host and port.
    var address: String
    /// The port.
    var port: Int
    /// `client_id` of the configuration.
    var clientID: String
    /// Another one, of which a part was drawn by chance.
    var proposedClientID: String
    /// `username` of the configuration.
    var username: String?
    /// Whether it is on this machine.
    var isLocal: Bool
    /// Whether TLS is configured.
    var usesTLS: Bool
    /// What it said when it was asked.
    var answer: Answer
    /// Its own figures by their topic below `$SYS/broker/`, those that it has told of lately; nil when it
    /// gives none to us.
    var figures: [String: Int]?
    /// How many messages it keeps to tell us those, among the messages that it holds.
    var figureMessageCount = 0
    /// `receive_maximum` of the configuration.
    var receiveMaximum: Int
    /// `session_expiry_seconds` of the configuration.
    var sessionExpiry: Duration
    /// `queue_messages` of the configuration.
    var queueMessages: Int

    /// What the broker says to the daemon's user.
    enum Answer: Hashable {
      /// It takes us.
      case accepted
      /// It does not, for the reason given.
      case failed(String)
      /// It was not asked, for the reason given.
      case notAsked(String)
    }
  }

  /// A certificate, or a list of revoked ones.
  struct Certificate {
    /// Whose it is, such as "the broker's".
    var name: String
    /// When it ends; nil when that could not be read.
    var end: Timestamp?
    /// What is wrong with it beside its end; nil when nothing is.
    var problem: String?
    /// Who is refused when it has ended.
    var loser = Loser.link
  }

  /// Whom an ended certificate shuts out.
  enum Loser: Hashable {
    /// Poolwatch.
    case link
    /// Everybody at a listener.
    case everybody
    /// The gateways that come with certificates to a listener.
    case certifiedGateways
  }

  /// A file that the broker's settings name.
  struct BrokerFile: Hashable {
    /// The setting.
    var option: String
    /// Its path.
    var path: String
    /// What was found there.
    var state: State
    /// Whether what it holds is nobody else's to read.
    var isSecret: Bool { ["password_file", "psk_file", "keyfile"].contains(option) }

    /// What was found.
    enum State: Hashable {
      /// A file.
      case there(FileAccess)
      /// Nothing.
      case absent
      /// It cannot be told, for the reason given.
      case unseen(String)
    }
  }

  /// Zones by name; nil where the machine does not say.
  struct Zones {
    var machine: String?
    var district: String
  }

  /// The disk with the daemon's data.
  struct Disk {
    /// The daemon's directory.
    var directory: String
    /// Who may do what with it; nil when it cannot be looked at.
    var access: FileAccess?
    /// The user that the daemon runs as; nil when it does not run.
    var daemonUser: UInt32?
    /// What holds it.
    var fileSystem: FileSystemKind?
    /// What can still be written to it.
    var freeByteCount: Int?
    /// What the store will still allocate; 0 when it is made.
    var storeByteCount: Int?
    /// What Records may still grow by.
    var recordsByteCount: Int
  }

  /// A file with a password or a key.
  struct Secret {
    /// The key of the configuration that names it.
    var key: String
    /// Its path.
    var path: String
    /// Who may read it; nil when that cannot be told.
    var access: FileAccess?
  }

  /// The socket of the API.
  struct Socket {
    /// Its path.
    var path: String
    /// Why the daemon does not answer on it; nil when it does.
    var failure: String?
    /// Who may use it; nil when it is not there.
    var access: FileAccess?
    /// The group that owns it, by name or else number.
    var group: String?
    /// `api.mode` of the configuration.
    var expectedMode: UInt16
    /// `api.group` of the configuration; nil for the daemon's own.
    var expectedGroup: String?
  }

  /// The service manager's file.
  struct Unit {
    /// Whether systemd runs this machine.
    var systemdRuns: Bool
    /// Where the unit was found; nil when nowhere.
    var path: String?
    /// Whether it is started at boot.
    var isEnabled: Bool
  }
}
