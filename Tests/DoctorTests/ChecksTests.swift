import LinuxSystem
import PoolModel
import Querying
import Testing

@testable import poolwatch

/// One thing that is wrong, which check has to see it, and what that check has to mention.
struct Ailment: Sendable, CustomTestStringConvertible {
  let check: any DoctorCheck.Type
  let verdict: DoctorFinding.Verdict
  let mention: String
  let facts: DoctorFacts

  init(
    _ check: any DoctorCheck.Type, _ verdict: DoctorFinding.Verdict, _ mention: String,
    _ change: (inout DoctorFacts) -> Void
  ) {
    (self.check, self.verdict, self.mention) = (check, verdict, mention)
    facts = .healthy(but: change)
  }

  init(
    _ check: any DoctorCheck.Type, _ verdict: DoctorFinding.Verdict, _ mention: String,
    _ option: String, _ value: String?
  ) {
    (self.check, self.verdict, self.mention) = (check, verdict, mention)
    facts = .healthy(option, value)
  }

  var testDescription: String { "\(check) \(verdict) \(mention)" }
}

@Suite struct `What the doctor finds` {
  @Test func `nothing where everything is as it should be`() {
    let findings = Examination.findings(.healthy)
    #expect(
      findings.map(\.verdict).allSatisfy { $0 == .ok }, "\(findings.filter { $0.verdict != .ok })")
    #expect(findings.allSatisfy { $0.change == nil })
    #expect(Set(findings.map(\.check)).count == 22)
    #expect(Examination.exitCode(findings) == 0)
  }

  static let ofTheBroker: [Ailment] = [
    Ailment(BrokerCheck.self, .fail, "Connection refused") {
      $0.broker.answer = .failed("Connection refused")
    },
    Ailment(BrokerCheck.self, .unknown, "no password") {
      $0.broker.answer = .notAsked("no password")
    },
    Ailment(BrokerCheck.self, .fail, "in the clear") { $0.broker.usesTLS = false },
    Ailment(BrokerCheck.self, .ok, "takes us") {
      ($0.broker.usesTLS, $0.broker.isLocal) = (false, true)
    },
    Ailment(CertificateCheck.self, .fail, "does not name") {
      $0.certificates[0].problem = "it does not name the host"
    },
    Ailment(CertificateCheck.self, .fail, "past") { $0.certificates[0].end = DoctorFacts.now },
    Ailment(CertificateCheck.self, .warn, "29 d") {
      $0.certificates[0].end = DoctorFacts.now + .seconds(30 * 86_400 - 1)
    },
    Ailment(CertificateCheck.self, .ok, "2026-02-08") {
      $0.certificates[0].end = DoctorFacts.now + .seconds(30 * 86_400)
    },
    Ailment(CertificateCheck.self, .warn, "ours") {
      $0.certificates.append(
        .init(name: "ours", end: DoctorFacts.now + .seconds(86_400), problem: nil))
    },
    Ailment(CertificateCheck.self, .unknown, "no certificate") { $0.certificates[0].end = nil },
    Ailment(CertificateCheck.self, .ok, "speaks no TLS") { $0.certificates = [] },
    Ailment(CertificateCheck.self, .unknown, "were not read") {
      ($0.certificates, $0.brokerSettings) = ([], nil)
    },
    Ailment(CertificateCheck.self, .fail, "/crl (crlfile of listener 8884) ends on 2026-01-09") {
      $0.certificates.append(
        .init(
          name: "/crl (crlfile of listener 8884)", end: DoctorFacts.now, problem: nil,
          loser: .certifiedGateways))
    },
    Ailment(CertificateCheck.self, .warn, "reload mosquitto: after that day no gateway gets in") {
      $0.certificates.append(
        .init(
          name: "c", end: DoctorFacts.now + .seconds(86_400), problem: nil, loser: .everybody))
    },
    Ailment(CertificateCheck.self, .unknown, "1 could not be read") {
      $0.certificates.append(.init(name: "c", end: nil, problem: nil, loser: .everybody))
    },
    Ailment(ClientIDCheck.self, .fail, "gateway of listener 8883") {
      $0.broker.clientID = "poolwatch"
    },
    Ailment(ClientIDCheck.self, .fail, "poolwatch-fedcba9876543210") {
      ($0.broker.clientID, $0.broker.username) = (
        "reader-0a1b2c3d4e5f6071", "reader-0a1b2c3d4e5f6071"
      )
    },
    Ailment(ClientIDCheck.self, .ok, "by their users") {
      $0.broker.clientID = "poolwatch"
      $0.brokerSettings = BrokerSettings(
        text: DoctorFacts.goodSettings + "\nuse_username_as_clientid true")
    },
    Ailment(ClientIDCheck.self, .warn, "could end") {
      ($0.broker.clientID, $0.brokerSettings) = ("poolwatch", nil)
    },
    Ailment(ClientIDCheck.self, .ok, "nobody guesses") { $0.brokerSettings = nil },
    // Only this machine reaches it, and every gateway comes where the daemon does.
    Ailment(ClientIDCheck.self, .fail, "listener 1883") {
      ($0.broker.clientID, $0.broker.port) = ("poolwatch", 1883)
      $0.brokerSettings = BrokerSettings(text: "listener 1883 127.0.0.1")
    },
    Ailment(SessionCheck.self, .fail, "keeps no session") { $0.status = nil },
    Ailment(SessionCheck.self, .fail, "not connected") { $0.status?.brokerConnected = false },
    Ailment(SessionCheck.self, .warn, "3 sessions") {
      $0.status?.brokerConnected = false
      $0.broker.figures?["clients/disconnected"] = 3
    },
    Ailment(SessionCheck.self, .unknown, "does not answer") {
      ($0.status, $0.broker.figures) = (nil, nil)
    },
    Ailment(QueueCheck.self, .unknown, "not readable") { $0.broker.figures = nil },
    Ailment(QueueCheck.self, .unknown, "not to be asked") { $0.broker.answer = .failed("x") },
    Ailment(QueueCheck.self, .unknown, "sys_interval 10", "sys_interval", "0"),
    Ailment(QueueCheck.self, .unknown, "none came or went") {
      ($0.broker.figures, $0.status) = (["clients/total": 2], nil)
    },
    // What the daemon heard.
    Ailment(
      QueueCheck.self, .ok, "holds 60 messages of 1000000 that may wait for one client, and none"
    ) {
      $0.broker.figures = ["clients/total": 2]
    },
    Ailment(QueueCheck.self, .ok, "holds 0 messages") { $0.broker.figureMessageCount = 57 },
    Ailment(QueueCheck.self, .ok, "holds 3 messages") { $0.broker.figureMessageCount = 37 },
    Ailment(QueueCheck.self, .fail, "900000") {
      $0.broker.figures?["store/messages/count"] = 900_000
    },
    Ailment(QueueCheck.self, .fail, "has dropped 2 since") {
      $0.broker.figures?["store/messages/count"] = 900_000
      $0.broker.figures?["publish/messages/dropped"] = 2
    },
    Ailment(QueueCheck.self, .warn, "500000") {
      $0.broker.figures?["store/messages/count"] = 500_000
    },
    Ailment(QueueCheck.self, .ok, "499999") {
      $0.broker.figures?["store/messages/count"] = 499_999
    },
    Ailment(QueueCheck.self, .warn, "dropped 2") {
      $0.broker.figures?["publish/messages/dropped"] = 2
    },
    Ailment(QueueCheck.self, .warn, "believes 999999") { $0.broker.queueMessages = 999_999 },
    Ailment(QueueCheck.self, .ok, "of 9000000") {
      $0.brokerSettings = nil
      $0.broker.queueMessages = 9_000_000
      $0.broker.figures?["store/messages/count"] = 900_000
    },
    Ailment(QueueCheck.self, .fail, "900000") {
      $0.brokerSettings = nil
      $0.broker.figures?["store/messages/count"] = 900_000
    },
  ]

  static let ofItsSettings: [Ailment] = [
    Ailment(PersistenceCheck.self, .unknown, "--broker-config") { $0.brokerSettings = nil },
    Ailment(PersistenceCheck.self, .fail, "persistence is off", "persistence", "false"),
    // The default is off.
    Ailment(PersistenceCheck.self, .fail, "persistence is off", "persistence", nil),
    Ailment(PersistenceCheck.self, .fail, "autosave_interval 0", "autosave_interval", "0"),
    // Counted in changes here; the default of 1800 too.
    Ailment(PersistenceCheck.self, .warn, "every 1800 changes", "autosave_interval", nil),
    Ailment(PersistenceCheck.self, .ok, "last 2 s", "autosave_on_changes", "false"),
    Ailment(PersistenceCheck.self, .ok, "last 2 s", "autosave_on_changes", nil),
    // 1,201 pools a minute are more than 20 messages/s.
    Ailment(PersistenceCheck.self, .ok, "district") { $0.poolCount = 1200 },
    Ailment(PersistenceCheck.self, .warn, "profile rate") { $0.poolCount = 1201 },
    Ailment(PersistenceCheck.self, .warn, "1800 s") {
      $0.brokerSettings = BrokerSettings(text: "persistence true")
    },
    Ailment(ExpiryCheck.self, .warn, "for ever", "persistent_client_expiration", nil),
    Ailment(ExpiryCheck.self, .fail, "after 6 d", "persistent_client_expiration", "6d"),
    Ailment(ExpiryCheck.self, .ok, "after 7 d", "persistent_client_expiration", "1w"),
    // 1,000 pools a minute for 16 hours are 960,000 messages; an hour is 60,000.
    Ailment(CapacityCheck.self, .ok, "960000", "max_queued_messages", "960000"),
    Ailment(
      CapacityCheck.self, .warn, "max_queued_messages 960000", "max_queued_messages", "959999"),
    Ailment(CapacityCheck.self, .warn, "60 min", "max_queued_messages", "60000"),
    Ailment(CapacityCheck.self, .fail, "59 min", "max_queued_messages", "59999"),
    // The default of 1000 is a minute.
    Ailment(CapacityCheck.self, .fail, "60 s", "max_queued_messages", nil),
    Ailment(CapacityCheck.self, .warn, "no limit", "max_queued_messages", "0"),
    Ailment(CapacityCheck.self, .warn, "max_queued_bytes", "max_queued_bytes", "1"),
    Ailment(CapacityCheck.self, .ok, "1000000") { $0.outage = .seconds(3600) },
    Ailment(MemoryCheck.self, .warn, "no limit", "memory_limit", nil),
    // 2 × 1,000,000 × 470 bytes.
    Ailment(MemoryCheck.self, .ok, "twice", "memory_limit", "940000000"),
    Ailment(MemoryCheck.self, .fail, "940000000", "memory_limit", "939999999"),
    Ailment(MemoryCheck.self, .fail, "max_queued_messages", "max_queued_messages", "0"),
    Ailment(InFlightCheck.self, .warn, "999", "max_inflight_messages", "999"),
    // The default is 20; 0 is no limit.
    Ailment(InFlightCheck.self, .warn, "20 readings", "max_inflight_messages", nil),
    Ailment(InFlightCheck.self, .ok, "1000", "max_inflight_messages", "0"),
    Ailment(InFlightCheck.self, .warn, "receive_maximum 20") { $0.broker.receiveMaximum = 20 },
    Ailment(BrokerAccessCheck.self, .fail, "anybody", "allow_anonymous", "true"),
    Ailment(BrokerAccessCheck.self, .fail, "acl_file", "acl_file", nil),
    Ailment(BrokerAccessCheck.self, .fail, "listener 8883", "certfile", nil),
    Ailment(BrokerAccessCheck.self, .warn, "max_packet_size", "max_packet_size", nil),
    // 262144 + 8192
    Ailment(BrokerAccessCheck.self, .warn, "max_packet_size 270336", "max_packet_size", "262144"),
    Ailment(BrokerFilesCheck.self, .unknown, "not read") { $0.brokerSettings = nil },
    Ailment(BrokerFilesCheck.self, .ok, "name none") { $0.brokerFiles = [] },
    Ailment(BrokerFilesCheck.self, .fail, "broker.crt (certfile) is not there") {
      $0.brokerFiles[1].state = .absent
    },
    Ailment(BrokerFilesCheck.self, .fail, "chmod o= /etc/mosquitto/poolwatch.passwd") {
      $0.brokerFiles[0].state = .there(access(0o644))
    },
    Ailment(BrokerFilesCheck.self, .unknown, "Permission denied") {
      $0.brokerFiles[0].state = .unseen("Permission denied")
    },
    Ailment(BrokerAccessCheck.self, .fail, "TLS versions") {
      $0.brokerSettings = BrokerSettings(
        text: DoctorFacts.goodSettings.replacing("tlsv1.2", with: "tlsv1.1"))
    },
    Ailment(BrokerAccessCheck.self, .warn, "revoked") {
      $0.brokerSettings = BrokerSettings(
        text: DoctorFacts.goodSettings + "\nrequire_certificate true")
    },
    Ailment(BrokerAccessCheck.self, .unknown, "No such file") {
      $0.accessRules = .unreadable("No such file or directory")
    },
    // Without a listener anonymous clients of this machine are let in.
    Ailment(BrokerAccessCheck.self, .fail, "anybody") {
      $0.brokerSettings = BrokerSettings(text: "acl_file a")
    },
  ]

  static let ofTheMachine: [Ailment] = [
    Ailment(ClockCheck.self, .unknown, "does not say") { $0.clock = nil },
    Ailment(ClockCheck.self, .warn, "time service") {
      $0.clock = ClockDiscipline(isSynchronized: false, maximumErrorMicroseconds: 0)
    },
    Ailment(ClockCheck.self, .ok, "1000 ms") {
      $0.clock = ClockDiscipline(isSynchronized: true, maximumErrorMicroseconds: 1_000_999)
    },
    Ailment(ClockCheck.self, .warn, "1001 ms") {
      $0.clock = ClockDiscipline(isSynchronized: true, maximumErrorMicroseconds: 1_001_000)
    },
    Ailment(ZoneCheck.self, .ok, "Etc/UTC") { $0.zone.machine = "Etc/UTC" },
    Ailment(ZoneCheck.self, .unknown, "not known") { $0.zone.machine = nil },
    Ailment(FileSystemCheck.self, .warn, "tmpfs") { $0.disk.fileSystem = .memory },
    Ailment(FileSystemCheck.self, .warn, "local disk") { $0.disk.fileSystem = .network },
    Ailment(FileSystemCheck.self, .warn, "container") { $0.disk.fileSystem = .overlay },
    Ailment(FileSystemCheck.self, .unknown, "not there yet") { $0.disk.fileSystem = nil },
    Ailment(DiskCheck.self, .fail, "will not start") {
      ($0.disk.freeByteCount, $0.disk.storeByteCount) = ((2 << 30) - 1, 2 << 30)
    },
    Ailment(DiskCheck.self, .warn, "free some") {
      ($0.disk.freeByteCount, $0.disk.storeByteCount) = (2 << 30, 2 << 30)
    },
    Ailment(DiskCheck.self, .ok, "1280 MiB") { $0.disk.freeByteCount = 1280 << 20 },
    Ailment(DiskCheck.self, .warn, "1279 MiB") { $0.disk.freeByteCount = (1280 << 20) - 1 },
    Ailment(DiskCheck.self, .unknown, "does not say") { $0.disk.freeByteCount = nil },
    Ailment(DirectoryCheck.self, .fail, "0752") { $0.disk.access = access(0o752) },
    Ailment(DirectoryCheck.self, .warn, "0754") { $0.disk.access = access(0o754) },
    Ailment(DirectoryCheck.self, .warn, "runs as 1") { $0.disk.daemonUser = 1 },
    Ailment(DirectoryCheck.self, .unknown, "not there yet") { $0.disk.access = nil },
    Ailment(SecretsCheck.self, .fail, "chmod o=") { $0.secrets[0].access = access(0o644) },
    Ailment(SecretsCheck.self, .unknown, "broker.password") { $0.secrets[0].access = nil },
    Ailment(SecretsCheck.self, .ok, "no password") { $0.secrets = [] },
    Ailment(SocketCheck.self, .fail, "no daemon") { $0.socket.failure = "no daemon answers" },
    Ailment(SocketCheck.self, .warn, "0666") { $0.socket.access = access(0o666) },
    Ailment(SocketCheck.self, .warn, "api.group inspectors") {
      $0.socket.expectedGroup = "inspectors"
    },
    Ailment(SocketCheck.self, .unknown, "cannot be looked at") { $0.socket.access = nil },
    Ailment(IntakeCheck.self, .unknown, "does not answer") { $0.status = nil },
    Ailment(IntakeCheck.self, .ok, "60 s") { $0.status?.judgementLagSeconds = 60 },
    Ailment(IntakeCheck.self, .warn, "61 s") { $0.status?.judgementLagSeconds = 61 },
    Ailment(IntakeCheck.self, .fail, "601 s") { $0.status?.judgementLagSeconds = 601 },
    Ailment(IntakeCheck.self, .warn, "1001 ms") { $0.status?.commitP99Milliseconds = 1001 },
    Ailment(IntakeCheck.self, .warn, "no reading") { $0.status?.received = 0 },
    Ailment(IntakeCheck.self, .ok, "0 s") { $0.status?.judgementLagSeconds = nil },
    Ailment(AlarmsCheck.self, .fail, "the disk is full") {
      $0.status?.systemAlarms = ["the disk is full"]
    },
    Ailment(AlarmsCheck.self, .unknown, "does not answer") { $0.status = nil },
    Ailment(UnitCheck.self, .unknown, "systemd") { $0.unit.systemdRuns = false },
    Ailment(UnitCheck.self, .warn, "not installed") { $0.unit.path = nil },
    Ailment(UnitCheck.self, .warn, "at boot") { $0.unit.isEnabled = false },
  ]

  static func access(_ mode: UInt32) -> FileAccess { FileAccess(user: 990, group: 990, mode: mode) }

  @Test(arguments: ofTheBroker + ofItsSettings + ofTheMachine)
  func `each ailment, and by its own check`(ailment: Ailment) {
    let finding = ailment.check.finding(ailment.facts)
    #expect(finding.verdict == ailment.verdict, "\(finding)")
    #expect("\(finding.finding) \(finding.change ?? "")".contains(ailment.mention), "\(finding)")
    if finding.verdict == .warn || finding.verdict == .fail { #expect(finding.change != nil) }
  }

  @Test(arguments: [
    "poolwatch", "poolwatch-310107", "poolwatch-2026112201340", "poolwatch-administration",
    "poolwatch-0123456789a", "a1a1a1a1a1a1a1a1", "",
  ])
  func `a session's name without chance can be guessed`(name: String) {
    #expect(ClientIDCheck.canBeGuessed(name, username: nil))
  }

  // As openssl rand -hex 8, uuidgen and base64 without its signs make them.
  @Test(arguments: [
    "poolwatch-5f0c1e9a7b3d2846", "poolwatch_0123456789ab", "5K9xWqT2vLmZ",
    "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
  ])
  func `a session's name with chance cannot`(name: String) {
    #expect(!ClientIDCheck.canBeGuessed(name, username: "poolwatch"))
  }

  @Test func `the exit code is that of the worst`() {
    let (ok, unknown) = (DoctorFinding.ok("a", "b"), DoctorFinding.unknown("a", "b"))
    let (warn, fail) = (DoctorFinding.warn("a", "b", "c"), DoctorFinding.fail("a", "b", "c"))
    #expect(Examination.exitCode([ok, unknown]) == 0)
    #expect(Examination.exitCode([ok, warn, unknown]) == 1)
    #expect(Examination.exitCode([fail, warn, ok]) == 2)
  }
}
