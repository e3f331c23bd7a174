import GRDB

extension Records {
  /// Copies everything as it is at one moment to the new file at `path`, beside any writer.
  ///
  /// The copy is one file, without a WAL beside it, and whole when this returns; making it durable is
  /// the caller's.
  ///
  /// - Throws: `RecordsError`; a part of the copy may be left behind then.
  public func copy(to path: String) throws(RecordsError) {
    try RecordsError.wrap("copy", path: self.path, disk: disk) {
      let copy = try DatabaseQueue(path: path)
      // SQLite's backup: all pages in one step of one read transaction, so of one moment.
      try pool.backup(to: copy)
      // It takes over the WAL mode, whose files would have to be copied too.
      try copy.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA journal_mode = DELETE")
      }
      try copy.close()
    }
  }
}
