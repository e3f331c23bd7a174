import GRDB

extension Records {
  /// The topic filters that the broker may have in our session.
  ///
  /// - Returns: what `hold(subscriptions:)` was last told, in the order of the bytes.
  /// - Throws: `RecordsError` when the file cannot be read.
  public func subscriptions() throws(RecordsError) -> [String] {
    try read("list the subscriptions of") { db in
      try String.fetchAll(db, sql: "SELECT filter FROM subscriptions ORDER BY filter")
    }
  }

  /// Notes the topic filters that the broker may have in our session from now on.
  ///
  /// Not worth the reserve: what is forgotten costs refusals of what nobody asked for.
  ///
  /// - Parameter filters: all of them, in any order.
  /// - Throws: `RecordsError`; those known before are known still then.
  public func hold(subscriptions filters: [String]) throws(RecordsError) {
    try writeWithoutReserve("note subscriptions in") { db in
      try db.execute(sql: "DELETE FROM subscriptions")
      let statement = try db.cachedStatement(
        sql: "INSERT OR IGNORE INTO subscriptions (filter) VALUES (?)")
      for filter in filters { try statement.execute(arguments: [filter]) }
    }
  }
}
