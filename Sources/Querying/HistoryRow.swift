public import PoolModel

/// One stored sample.
public struct HistoryRow: AnswerRow {
  /// The venue's id.
  public let venue: String
  /// The pool's own id within the venue.
  public let pool: String
  /// The parameter's name.
  public let parameter: String
  /// When it was measured, RFC 3339 with milliseconds and offset.
  public let time: String
  /// The number in `unit`; nil when the gateway had none.
  public let value: Double?
  /// The unit of `value`; empty for pH.
  public let unit: String
  /// The name of its quality flag.
  public let flag: String

  enum CodingKeys: String, CodingKey, CaseIterable {
    case venue, pool, parameter, time, value, unit, flag
  }

  /// The row of the `sample` of `series` measured at `time`, in the zone of the plan's district.
  public init(plan: Plan, series: Series, time: Timestamp, sample: Sample) {
    let id = plan[series.pool].id
    venue = id.venue
    pool = id.pool
    parameter = plan[series.parameter].name
    self.time = plan.district.zone.rfc3339(time)
    value = sample.shownValue
    unit = plan[series.parameter].unit
    flag = sample.flag.name
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
  }
}
