import GRDB
public import PoolModel

/// A step in the life of an alarm as the audit holds it.
public struct RecordedTransition: Hashable, Sendable {
  /// The transition's id.
  public let id: String
  /// The alarm's id.
  public let occurrence: String
  /// What happened.
  public let kind: AlarmTransition.Kind
  /// Where the alarm stood after it.
  public let state: AlarmState
  /// When it happened: by the gateway's clock for `raised` and `returned`, else by ours.
  public let time: Timestamp
  /// When it was written down, by our clock.
  public let recordedTime: Timestamp
  /// Who did it and what they said; nil unless a person did.
  public let actor: AlarmTransition.Actor?
  /// Whether people were to be told of it.
  public let isAnnouncement: Bool

  init(row: Row) throws {
    id = row["id"]
    occurrence = row["occurrence"]
    kind = try row.word("kind")
    state = try row.word("state")
    time = row.time("time")
    recordedTime = row.time("recorded_time")
    if let name = row["actor"] as String?, let comment = row["comment"] as String? {
      actor = AlarmTransition.Actor(name: name, comment: comment)
    } else {
      actor = nil
    }
    isAnnouncement = row["is_announcement"]
  }
}
