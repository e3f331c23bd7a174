/// What a person can do to an alarm.
public enum AlarmAction: Hashable, Sendable {
  /// Take it on.
  case acknowledge
  /// Say something to it.
  case comment
  /// Make it the matter of `to`.
  case assign(to: String)
  /// Put it aside until then, by our clock: it is recorded, and nobody is told.
  case shelve(until: Timestamp)
  /// End that.
  case unshelve
  /// Take it out of service: it is recorded, and nobody is told until it is put back.
  case takeOutOfService
  /// Put it back in service.
  case putBackInService
}
