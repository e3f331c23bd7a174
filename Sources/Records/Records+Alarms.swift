import GRDB
public import PoolModel

extension Records {
  /// The alarms there are, the newest event first.
  ///
  /// - Parameters:
  ///   - openOnly: leaves out those that are over and done with, and historical ones.
  ///   - alarmClass: leaves out other classes; nil for none.
  /// - Returns: the occurrences as they stand now.
  /// - Throws: `RecordsError` when the file cannot be read.
  public func alarms(
    openOnly: Bool, class alarmClass: AlarmClass?
  ) throws(RecordsError) -> [AlarmOccurrence] {
    try read("list the alarms of") { db in
      // Written as the open alarms' index is, so that it is used.
      let open = openOnly ? "state NOT IN ('returned', 'historical')" : "TRUE"
      return try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM occurrences WHERE \(open) AND (?1 IS NULL OR class = ?1)
          ORDER BY event_time DESC, id
          """, arguments: [alarmClass?.rawValue]
      ).map(AlarmOccurrence.init(row:))
    }
  }

  /// The alarm with `id`; nil when there is none.
  ///
  /// - Throws: `RecordsError` when the file cannot be read.
  public func alarm(_ id: String) throws(RecordsError) -> AlarmOccurrence? {
    try read("find an alarm in") { db in
      try Row.fetchOne(db, sql: "SELECT * FROM occurrences WHERE id = ?", arguments: [id])
        .map(AlarmOccurrence.init(row:))
    }
  }

  /// The steps of the alarm with `id`, in the order they were recorded; empty when there is none.
  ///
  /// - Throws: `RecordsError` when the file cannot be read.
  public func transitions(of id: String) throws(RecordsError) -> [RecordedTransition] {
    try read("list the steps of an alarm in") { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM transitions WHERE occurrence = ? ORDER BY number", arguments: [id]
      ).map(RecordedTransition.init(row:))
    }
  }
}
