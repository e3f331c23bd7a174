/// How the daemon is, as one object.
public struct StatusAnswer: AnswerRow {
  /// When the daemon started to count, RFC 3339.
  public var since: String
  /// Messages received from gateways, those of their status too.
  public var received: Int
  /// Samples newly stored.
  public var stored: Int
  /// Samples that were stored already with the same value.
  public var duplicate: Int
  /// Samples that were stored already with another value; the first one stays.
  public var conflict: Int
  /// Samples older than the newest of their series.
  public var late: Int
  /// Messages, readings and values refused.
  public var refused: Int
  /// The refused ones by the raw value of their `RefusalReason`.
  public var refusedByReason: [String: Int]
  /// Whether the broker is connected.
  public var brokerConnected: Bool
  /// How many messages the broker holds, for whatever client; nil while it does not tell.
  public var brokerBacklog: Int?
  /// How many it lets wait for one client, as configured; nil from a daemon that does not know.
  public var brokerQueueLimit: Int?
  /// Whether the broker ends connections that ask how many it holds; nil from a daemon that does not know.
  public var brokerFiguresRefused: Bool?
  /// How far judgement is behind what is stored, in seconds; nil when nothing was stored yet.
  public var judgementLagSeconds: Double?
  /// The median time of a commit, in milliseconds; nil before the first.
  public var commitP50Milliseconds: Double?
  /// The time that 99 of 100 commits stay under, in milliseconds; nil before the first.
  public var commitP99Milliseconds: Double?
  /// The daemon's version.
  public var version: String
  /// How many bytes of the store hold data.
  public var storeUsedBytes: Int
  /// How many bytes the store has allocated.
  public var storeCapacityBytes: Int
  /// The system alarms in force, one line each.
  public var systemAlarms: [String]

  enum CodingKeys: String, CodingKey {
    case since, received, stored, duplicate, conflict, late, refused
    case refusedByReason = "refused_by_reason"
    case brokerConnected = "broker_connected"
    case brokerBacklog = "broker_backlog"
    case brokerQueueLimit = "broker_queue_limit"
    case brokerFiguresRefused = "broker_figures_refused"
    case judgementLagSeconds = "judgement_lag_seconds"
    case commitP50Milliseconds = "commit_p50_ms"
    case commitP99Milliseconds = "commit_p99_ms"
    case version
    case storeUsedBytes = "store_used_bytes"
    case storeCapacityBytes = "store_capacity_bytes"
    case systemAlarms = "system_alarms"
  }

  /// The status with all its figures.
  public init(
    since: String, received: Int, stored: Int, duplicate: Int, conflict: Int, late: Int,
    refused: Int, refusedByReason: [String: Int], brokerConnected: Bool,
    brokerBacklog: Int?, brokerQueueLimit: Int?, brokerFiguresRefused: Bool?,
    judgementLagSeconds: Double?, commitP50Milliseconds: Double?, commitP99Milliseconds: Double?,
    version: String, storeUsedBytes: Int, storeCapacityBytes: Int, systemAlarms: [String]
  ) {
    self.since = since
    self.received = received
    self.stored = stored
    self.duplicate = duplicate
    self.conflict = conflict
    self.late = late
    self.refused = refused
    self.refusedByReason = refusedByReason
    self.brokerConnected = brokerConnected
    self.brokerBacklog = brokerBacklog
    self.brokerQueueLimit = brokerQueueLimit
    self.brokerFiguresRefused = brokerFiguresRefused
    self.judgementLagSeconds = judgementLagSeconds
    self.commitP50Milliseconds = commitP50Milliseconds
    self.commitP99Milliseconds = commitP99Milliseconds
    self.version = version
    self.storeUsedBytes = storeUsedBytes
    self.storeCapacityBytes = storeCapacityBytes
    self.systemAlarms = systemAlarms
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.since, since)
    fields.add(CodingKeys.received, received)
    fields.add(CodingKeys.stored, stored)
    fields.add(CodingKeys.duplicate, duplicate)
    fields.add(CodingKeys.conflict, conflict)
    fields.add(CodingKeys.late, late)
    fields.add(CodingKeys.refused, refused)
    fields.add(CodingKeys.refusedByReason, refusedByReason)
    fields.add(CodingKeys.brokerConnected, brokerConnected)
    fields.add(CodingKeys.brokerBacklog, brokerBacklog)
    fields.add(CodingKeys.brokerQueueLimit, brokerQueueLimit)
    fields.add(CodingKeys.brokerFiguresRefused, brokerFiguresRefused ?? false)
    fields.add(CodingKeys.judgementLagSeconds, judgementLagSeconds)
    fields.add(CodingKeys.commitP50Milliseconds, commitP50Milliseconds)
    fields.add(CodingKeys.commitP99Milliseconds, commitP99Milliseconds)
    fields.add(CodingKeys.version, version)
    fields.add(CodingKeys.storeUsedBytes, storeUsedBytes)
    fields.add(CodingKeys.storeCapacityBytes, storeCapacityBytes)
    fields.add(CodingKeys.systemAlarms, systemAlarms)
  }
}
