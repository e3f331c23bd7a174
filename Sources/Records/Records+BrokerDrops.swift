import GRDB

extension Records {
  /// How many messages the broker had dropped since its start when that was last noted.
  ///
  /// - Returns: the number; nil when none was ever noted.
  /// - Throws: `RecordsError` when the file cannot be read.
  public func brokerDropCount() throws(RecordsError) -> Int? {
    try read("read the broker's drops of") { db in
      try Int.fetchOne(
        db, sql: "SELECT value FROM counters WHERE name = ?",
        arguments: [Counter.brokerDropped.rawValue])
    }
  }

  /// Notes how many messages the broker has dropped since its start, so that none is told of twice.
  ///
  /// Not worth the reserve: what is forgotten is told again.
  ///
  /// - Parameter count: its own figure, 0 or more.
  /// - Throws: `RecordsError`; the number known before is known still then.
  public func note(brokerDropCount count: Int) throws(RecordsError) {
    try writeWithoutReserve("note the broker's drops in") { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO counters (name, value) VALUES (?, ?)",
        arguments: [Counter.brokerDropped.rawValue, count])
    }
  }
}
