import PoolModel

/// What an occurrence is an occurrence of: at most one per condition is active.
enum Condition: Hashable, Sendable {
  /// A limit rule of a pool.
  case limit(pool: PoolNumber, rule: Int)
  /// A pool that sends nothing.
  case silence(pool: PoolNumber)
  /// A required parameter that is absent while its pool reports.
  case missingParameter(Series)
  /// A sensor that is stuck.
  case stuck(Series)
  /// Too many values of a series fail.
  case badShare(Series)
  /// Chlorine and ORP of a pool that contradict each other.
  case disagreement(PoolNumber)
  /// A pool of which too little comes.
  case transmission(PoolNumber)
  /// A gateway that nothing comes of.
  case gatewayOffline(String)
  /// A gateway whose clock is wrong.
  case clockOffset(String)
  /// A series that drifts to one side.
  case trend(Series, Bound.Side)
  /// A series that changes fast, upwards (`high`) or downwards.
  case rate(Series, Bound.Side)
  /// A venue that sends more than it may.
  case throttled(venue: String)
  /// The link to the broker.
  case brokerLink

  /// The pool it is about; nil for those of a gateway, a venue and the system's own, which are told at once.
  var pool: PoolNumber? {
    switch self {
    case .limit(let pool, _), .silence(let pool), .disagreement(let pool),
      .transmission(let pool):
      pool
    case .trend(let series, _), .rate(let series, _): series.pool
    case .missingParameter(let series), .stuck(let series), .badShare(let series): series.pool
    case .gatewayOffline, .clockOffset, .throttled, .brokerLink: nil
    }
  }
}

/// What an alarm is, whatever plan and rules know of it: all its occurrences have the same.
struct AlarmKey: Hashable, Sendable {
  let rule: String
  let pool: PoolID?
  let parameter: String?

  /// The key of `occurrence`.
  init(_ occurrence: AlarmOccurrence) {
    (rule, pool, parameter) = (occurrence.rule, occurrence.pool, occurrence.parameter)
  }
}
