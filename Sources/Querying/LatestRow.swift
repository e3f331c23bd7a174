public import PoolModel

/// The newest value of one planned series.
public struct LatestRow: AnswerRow {
  /// The venue's id.
  public let venue: String
  /// The pool's own id within the venue.
  public let pool: String
  /// The parameter's name.
  public let parameter: String
  /// When it was measured, RFC 3339 with milliseconds and offset; nil when it was never seen.
  public let time: String?
  /// The number in `unit`; nil when it was never seen or the gateway had none.
  public let value: Double?
  /// The unit of `value`; empty for pH.
  public let unit: String
  /// The name of its quality flag; nil when it was never seen.
  public let flag: String?
  /// How long ago it was measured, in seconds; negative when the gateway's clock is ahead, nil when
  /// it was never seen.
  public let ageSeconds: Double?
  /// When newer readings than that are lost by damage to the store: the time of the newest one that
  /// rollups tell of, or the last one at which one may be lost; nil when none are, and in an answer of an older
  /// daemon.
  public let lostTime: String?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case venue, pool, parameter, time, value, unit, flag
    case ageSeconds = "age_seconds"
    case lostTime = "lost_time"
  }

  /// The row of `series`.
  ///
  /// - Parameters:
  ///   - plan: the plan that `series` numbers into; times are written in its district's zone.
  ///   - series: the pool and the parameter.
  ///   - time: when the newest sample was measured; nil when there is none.
  ///   - sample: the newest sample; nil when there is none.
  ///   - now: what the age counts from.
  ///   - lost: until when newer readings are lost by damage to the store; nil when none are.
  public init(
    plan: Plan, series: Series, time: Timestamp?, sample: Sample?, now: Timestamp,
    lost: Timestamp? = nil
  ) {
    let id = plan[series.pool].id
    venue = id.venue
    pool = id.pool
    parameter = plan[series.parameter].name
    unit = plan[series.parameter].unit
    lostTime = lost.map(plan.district.zone.rfc3339)
    if let time, let sample {
      self.time = plan.district.zone.rfc3339(time)
      value = sample.shownValue
      flag = sample.flag.name
      ageSeconds = (now - time).inSeconds
    } else {
      self.time = nil
      value = nil
      flag = nil
      ageSeconds = nil
    }
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.venue, venue)
    fields.add(CodingKeys.pool, pool)
    fields.add(CodingKeys.parameter, parameter)
    fields.add(CodingKeys.time, time)
    fields.add(CodingKeys.value, value)
    fields.add(CodingKeys.unit, unit)
    fields.add(CodingKeys.flag, flag)
    fields.add(CodingKeys.ageSeconds, ageSeconds)
    fields.add(CodingKeys.lostTime, lostTime)
  }
}

extension Sample {
  /// The number as answers show it: nil where the gateway had none.
  var shownValue: Double? { value.isFinite ? value : nil }
}
