import LinuxSystem
import PoolModel
import Querying

@testable import poolwatch

extension BrokerSettings {
  /// The settings that `text` says as one file.
  init(text: String) {
    self.init(path: "main", names: { _ in [] }, read: { _ in Array(text.utf8) })
  }
}

extension DoctorFacts {
  /// A broker's settings with nothing to say against them.
  static let goodSettings = """
    allow_anonymous false
    acl_file /etc/mosquitto/poolwatch.acl
    persistence true
    autosave_on_changes true
    autosave_interval 1
    persistent_client_expiration 14d
    max_queued_messages 1000000
    max_inflight_messages 1000
    max_packet_size 270336
    memory_limit 2147483648
    listener 1883 127.0.0.1
    listener 8883
    certfile /etc/mosquitto/certs/broker.crt
    keyfile /etc/mosquitto/certs/broker.key
    tls_version tlsv1.2
    """

  /// The newest of the figures that the checks look at.
  static let now = Timestamp(milliseconds: 1_768_000_000_000)

  /// A district of 1,000 pools where everything is as it should be.
  static var healthy: DoctorFacts {
    DoctorFacts(
      now: now, outage: .seconds(16 * 3600), poolCount: 1000, interval: .seconds(60),
      broker: Broker(
        address: "broker.example:8883", port: 8883, clientID: "poolwatch-0a1b2c3d4e5f6071",
        proposedClientID: "poolwatch-fedcba9876543210", username: "poolwatch", isLocal: false,
        usesTLS: true, answer: .accepted,
        figures: [
          "store/messages/count": 40, "publish/messages/dropped": 0, "clients/disconnected": 0,
        ], receiveMaximum: 1000, sessionExpiry: .seconds(604_800),
        queueMessages: 1_000_000),
      brokerSettings: BrokerSettings(text: goodSettings),
      accessRules: .read(AccessRules(text: "pattern write pools/v1/+/%u/#")),
      certificates: [
        Certificate(
          name: "the broker's certificate", end: now + .seconds(90 * 86_400), problem: nil)
      ],
      brokerFiles: [
        BrokerFile(
          option: "password_file", path: "/etc/mosquitto/poolwatch.passwd",
          state: .there(FileAccess(user: 0, group: 0, mode: 0o600))),
        BrokerFile(
          option: "certfile", path: "/etc/mosquitto/certs/broker.crt",
          state: .there(FileAccess(user: 0, group: 0, mode: 0o644))),
      ], payloadByteCount: 262_144,
      clock: ClockDiscipline(isSynchronized: true, maximumErrorMicroseconds: 20_000),
      zone: Zones(machine: "Asia/Shanghai", district: "Asia/Shanghai"),
      disk: Disk(
        directory: "/var/lib/poolwatch", access: FileAccess(user: 990, group: 990, mode: 0o750),
        daemonUser: 990, fileSystem: .disk, freeByteCount: 100 << 30, storeByteCount: 0,
        recordsByteCount: 1 << 30),
      secrets: [
        Secret(
          key: "broker.password_file", path: "/etc/poolwatch/broker.password",
          access: FileAccess(user: 0, group: 990, mode: 0o640))
      ],
      socket: Socket(
        path: "/run/poolwatch/api.sock", failure: nil,
        access: FileAccess(user: 990, group: 990, mode: 0o660), group: "poolwatch",
        expectedMode: 0o660, expectedGroup: nil),
      status: StatusAnswer(
        since: "2026-01-09T00:00:00.000+08:00", received: 10, stored: 10, duplicate: 0, conflict: 0,
        late: 0, refused: 0, refusedByReason: [:], brokerConnected: true, brokerBacklog: 60,
        brokerQueueLimit: 1_000_000, brokerFiguresRefused: false, judgementLagSeconds: 0.1,
        commitP50Milliseconds: 1, commitP99Milliseconds: 2, version: "1.0.0", storeUsedBytes: 1,
        storeCapacityBytes: 2, systemAlarms: []),
      unit: Unit(
        systemdRuns: true, path: "/etc/systemd/system/poolwatchd.service", isEnabled: true))
  }

  /// The healthy facts after `change`.
  static func healthy(but change: (inout DoctorFacts) -> Void) -> DoctorFacts {
    var facts = healthy
    change(&facts)
    return facts
  }

  /// The healthy facts with the line of `option` in the broker's settings replaced; nil leaves it out.
  static func healthy(_ option: String, _ value: String?) -> DoctorFacts {
    var lines = goodSettings.split(separator: "\n").filter { !$0.hasPrefix(option + " ") }
    if let value { lines.insert("\(option) \(value)", at: 0) }
    return healthy { $0.brokerSettings = BrokerSettings(text: lines.joined(separator: "\n")) }
  }
}
