import GRDB
public import PoolModel

extension Records {
  /// A part of the alarms that people were told of in a time.
  public struct ToldAlarms: Sendable {
    /// The alarms, by the time when people were first told.
    public var alarms: [ToldAlarm]
    /// Where to go on; nil when there are no more.
    public var next: Mark?
  }

  /// Where a list of told alarms goes on.
  public struct Mark: Hashable, Sendable {
    let time: Int64
    let number: Int64
  }

  /// The alarms that people were first told of in `period`, as they stood at its end, in parts, so that no
  /// reader is in the way for long.
  ///
  /// The first telling counts, whatever came again later: the alarm's beginning, the end of catching up, an
  /// advisory that became a warning, or the end of a hold.
  ///
  /// - Parameters:
  ///   - period: the time, by our clock.
  ///   - mark: where the part before ended; nil for the first.
  ///   - limit: steps read at most; a part may have fewer alarms.
  /// - Returns: the part.
  /// - Throws: `RecordsError` when the file cannot be read.
  public func toldAlarms(
    in period: Range<Timestamp>, from mark: Mark? = nil, limit: Int
  ) throws(RecordsError) -> ToldAlarms {
    try read("list the alarms told in") { db in
      // Written as the index of such steps is, so that it is used.
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT \(Self.toldColumns) FROM (
            SELECT number, recorded_time, occurrence FROM transitions
            WHERE is_announcement = 1 AND kind NOT IN ('returned', 'eased')
              AND recorded_time >= ?1 AND (recorded_time > ?1 OR number > ?2) AND recorded_time < ?3
            ORDER BY recorded_time, number LIMIT ?4) t
          \(Self.toldJoins)
          GROUP BY t.recorded_time, t.number ORDER BY t.recorded_time, t.number
          """,
        arguments: [
          mark?.time ?? period.lowerBound.milliseconds, mark?.number ?? -1,
          period.upperBound.milliseconds, limit,
        ])
      let mark = rows.last.map { Mark(time: $0["told_time"], number: $0["number"]) }
      return ToldAlarms(
        alarms: try rows.filter { $0["first_number"] as Int64? == $0["number"] }
          .map { try ToldAlarm(row: $0, at: period.upperBound) },
        next: rows.count == limit ? mark : nil)
    }
  }

  /// The alarms that people had been told of and that stood for more than `length` in `period` or since
  /// before it, those that began first in front.
  ///
  /// - Parameters:
  ///   - period: the time; an alarm that is over before it is none, and what comes after it does not count.
  ///   - length: at least a day.
  /// - Returns: the alarms as they stood at the end of `period`.
  /// - Throws: `RecordsError` when the file cannot be read.
  /// - Precondition: `length` is at least a day, for which there is an index.
  public func standingAlarms(
    in period: Range<Timestamp>, longerThan length: Duration
  ) throws(RecordsError) -> [ToldAlarm] {
    precondition(length >= .seconds(86_400), "standing for less than a day is not indexed")
    return try read("list the standing alarms of") { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT \(Self.toldColumns) FROM (
            SELECT id FROM occurrences
            WHERE returned_time - event_time > 86400000 AND returned_time > ?1
              AND returned_time - event_time > ?3 AND event_time + ?3 < ?2
            UNION ALL
            SELECT id FROM occurrences
            WHERE state NOT IN ('returned', 'historical') AND returned_time IS NULL
              AND event_time + ?3 < ?2) d
          JOIN transitions t ON t.number = (
            SELECT min(number) FROM transitions
            WHERE occurrence = d.id AND is_announcement = 1 AND kind NOT IN ('returned', 'eased'))
          \(Self.toldJoins)
          WHERE t.recorded_time < ?2
          GROUP BY t.number ORDER BY o.event_time, o.id
          """,
        arguments: [
          period.lowerBound.milliseconds, period.upperBound.milliseconds, length.wholeMilliseconds,
        ]
      ).map { try ToldAlarm(row: $0, at: period.upperBound) }
    }
  }

  /// A step `t` that told of the occurrence `o`, whose steps are `s`.
  private static let toldColumns = """
    t.number, t.recorded_time AS told_time, o.id, o.class, o.rule, o.venue, o.pool, o.parameter,
    o.event_time, o.returned_time, o.severity,
    min(CASE WHEN s.is_announcement = 1 AND s.kind NOT IN ('returned', 'eased') THEN s.number END)
      AS first_number,
    min(CASE s.kind WHEN 'acknowledged' THEN s.recorded_time END) AS acknowledged_time,
    min(CASE s.kind WHEN 'returned' THEN s.recorded_time END) AS cleared_time,
    min(CASE s.kind WHEN 'worsened' THEN s.recorded_time END) AS worsened_time,
    min(CASE s.kind WHEN 'worsened' THEN s.number END) AS worsened_number,
    min(CASE s.kind WHEN 'eased' THEN s.number END) AS eased_number
    """

  private static let toldJoins = """
    JOIN occurrences o ON o.id = t.occurrence
    JOIN transitions s ON s.occurrence = t.occurrence
    """
}

extension ToldAlarm {
  /// The alarm in `row`, without what happened at `end` or later.
  fileprivate init(row: Row, at end: Timestamp) throws {
    func before(_ column: String) -> Timestamp? {
      row.optionalTime(column).flatMap { $0 < end ? $0 : nil }
    }
    var pool: PoolID?
    if let venue = row["venue"] as String?, let name = row["pool"] as String? {
      pool = PoolID(venue: venue, pool: name)
    }
    let clearedTime = before("cleared_time")
    self.init(
      id: row["id"], name: AlarmName(rule: row["rule"], pool: pool, parameter: row["parameter"]),
      alarmClass: try row.word("class"), wasCritical: try Self.wasCritical(row, before: end),
      eventTime: row.time("event_time"), toldTime: row.time("told_time"),
      acknowledgedTime: before("acknowledged_time"),
      returnedTime: clearedTime == nil ? nil : row.optionalTime("returned_time"),
      clearedTime: clearedTime)
  }

  /// Whether it was critical from the beginning or became so before `end`.
  ///
  /// Severities are not kept step by step, but what changed first says what it was at the beginning.
  private static func wasCritical(_ row: Row, before end: Timestamp) throws -> Bool {
    // A drift's steps lead from advisory to warning and back.
    guard try row.word("class") != AlarmClass.trend else { return false }
    let worsened = row["worsened_number"] as Int64?
    let eased = row["eased_number"] as Int64?
    guard worsened != nil || eased != nil else {
      return try row.word("severity") == AlarmSeverity.critical
    }
    if let eased, worsened.map({ eased < $0 }) ?? true { return true }
    return row.optionalTime("worsened_time").map { $0 < end } ?? false
  }
}
