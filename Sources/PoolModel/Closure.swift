/// A time in which a venue, or one of its pools, is out of use, as a person registered it.
///
/// Coverage goes by it whenever it was registered. Judgement goes by it from its registration on, so that it
/// changes no alarm of the past.
public struct Closure: Hashable, Sendable {
  /// Derived from what it is; unique.
  public var id: String
  /// Why nothing is to be expected.
  public var kind: Kind
  /// The venue's id.
  public var venue: String
  /// The pool's own id within the venue; nil for all of its pools.
  public var pool: String?
  /// When it begins.
  public var from: Timestamp
  /// When it is to end; nil where nobody knows yet.
  public var to: Timestamp?
  /// Who registered it, and why.
  public var registration: AlarmTransition.Actor
  /// When that was, by our clock.
  public var registeredTime: Timestamp
  /// From when on readings are not judged: not before any that was judged when it was registered.
  public var judgedFrom: Timestamp
  /// Who ended it before its time, and why; nil when nobody did.
  public var ending: AlarmTransition.Actor?
  /// When that was, by our clock; nil when nobody did.
  public var endedTime: Timestamp?
  /// From when on readings are judged again after it was ended; nil when nobody did.
  public var judgedAgainFrom: Timestamp?

  /// Why nothing is to be expected.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The public is not let in.
    case closure
    /// Somebody works on water, plant or sensors.
    case maintenance
  }

  /// A closure as it is registered.
  public init(
    kind: Kind, venue: String, pool: String?, from: Timestamp, to: Timestamp?,
    registration: AlarmTransition.Actor, registeredTime: Timestamp, judgedFrom: Timestamp
  ) {
    id = StableIdentifier.derived(from: [
      "closure", kind.rawValue, venue, pool ?? "", String(from.milliseconds),
      to.map { String($0.milliseconds) } ?? "", String(registeredTime.milliseconds),
    ])
    self.kind = kind
    self.venue = venue
    self.pool = pool
    self.from = from
    self.to = to
    self.registration = registration
    self.registeredTime = registeredTime
    self.judgedFrom = judgedFrom
  }

  /// The instants in which no reading is due.
  public var outage: Range<Timestamp> {
    let end = min(to ?? .distantFuture, endedTime ?? .distantFuture)
    return from..<max(from, end)
  }

  /// The sample times that are not judged.
  public var unjudged: Range<Timestamp> {
    let end = min(to ?? .distantFuture, judgedAgainFrom ?? .distantFuture)
    return judgedFrom..<max(judgedFrom, end)
  }

  /// Whether nobody can end it any more: it is over, or was ended.
  public func isOver(at now: Timestamp) -> Bool {
    endedTime != nil || to.map { $0 <= now } ?? false
  }

  /// Whether it is about the pool with `id`.
  public func covers(_ id: PoolID) -> Bool {
    venue == id.venue && (pool == nil || pool == id.pool)
  }
}
