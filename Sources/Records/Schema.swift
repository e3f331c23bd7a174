import Foundation
import GRDB

/// The tables, version by version.
///
/// What has been released is never edited: a change is a further migration. Times are milliseconds
/// since 1970 UTC; NULL is nil.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 alarms, notices, quarantine, cursor") { db in
      try db.execute(sql: version1)
    }
    migrator.registerMigration("2 replayed refusals, subscriptions") { db in
      try db.execute(sql: version2)
    }
    migrator.registerMigration("3 sequences of gateways") { db in
      try db.execute(sql: version3)
    }
    migrator.registerMigration("4 basis of alarms") { db in
      try db.execute(sql: "ALTER TABLE occurrences ADD COLUMN basis TEXT")
    }
    migrator.registerMigration("5 retained refusals") { db in
      try db.execute(
        sql: "ALTER TABLE quarantine ADD COLUMN is_retained INTEGER NOT NULL DEFAULT 0")
    }
    migrator.registerMigration("6 closures") { db in
      try db.execute(sql: version6)
    }
    migrator.registerMigration("7 life of alarms") { db in
      try db.execute(sql: version7)
    }
    migrator.registerMigration("8 figures of alarms") { db in
      try db.execute(sql: version8)
    }
    return migrator
  }

  /// Looks into the file through a connection that cannot write, so that a newer version's file is
  /// left as it is.
  static func refuseNewerVersion(path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    let unknown = try queue.read { db in
      try migrator.appliedIdentifiers(db).subtracting(migrator.migrations).sorted()
    }
    try queue.close()
    if !unknown.isEmpty { throw NewerVersion(unknown: unknown) }
  }

  private static let version1 = """
    CREATE TABLE occurrences (
      id TEXT NOT NULL PRIMARY KEY,
      class TEXT NOT NULL,
      state TEXT NOT NULL,
      rule TEXT NOT NULL,
      profile TEXT,
      clause TEXT,
      venue TEXT,
      pool TEXT,
      parameter TEXT,
      value REAL,
      limit_value REAL,
      event_time INTEGER NOT NULL,
      detected_time INTEGER NOT NULL,
      returned_time INTEGER,
      acknowledged_by TEXT,
      is_announced INTEGER NOT NULL CHECK (is_announced IN (0, 1)),
      CHECK ((venue IS NULL) = (pool IS NULL))
    ) STRICT;
    CREATE INDEX occurrences_by_time ON occurrences (event_time);
    CREATE INDEX occurrences_open ON occurrences (event_time)
      WHERE state NOT IN ('returned', 'historical');
    CREATE INDEX occurrences_historical ON occurrences (rule, venue, pool, parameter, event_time)
      WHERE state = 'historical';

    -- The audit: one row a step, in the order they were decided, never changed.
    CREATE TABLE transitions (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      occurrence TEXT NOT NULL REFERENCES occurrences (id),
      kind TEXT NOT NULL,
      state TEXT NOT NULL,
      time INTEGER NOT NULL,
      recorded_time INTEGER NOT NULL,
      actor TEXT,
      comment TEXT,
      is_announcement INTEGER NOT NULL CHECK (is_announcement IN (0, 1)),
      CHECK ((actor IS NULL) = (comment IS NULL))
    ) STRICT;
    CREATE INDEX transitions_by_occurrence ON transitions (occurrence, number);

    -- parameter '' is the pool as a whole.
    CREATE TABLE sources (
      venue TEXT NOT NULL,
      pool TEXT NOT NULL,
      parameter TEXT NOT NULL,
      expected_since INTEGER NOT NULL,
      newest_reading INTEGER,
      PRIMARY KEY (venue, pool, parameter)
    ) STRICT, WITHOUT ROWID;

    -- One row: how far judgement has come in the store's journal.
    CREATE TABLE cursor (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      byte_offset INTEGER NOT NULL,
      saved_time INTEGER NOT NULL
    ) STRICT;

    -- The outbox. next_attempt_time is set exactly while state is 'pending'.
    CREATE TABLE notices (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      occurrence TEXT NOT NULL,
      person TEXT NOT NULL,
      channel TEXT NOT NULL,
      address TEXT NOT NULL,
      subject TEXT NOT NULL,
      body TEXT NOT NULL,
      state TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      created_time INTEGER NOT NULL,
      last_attempt_time INTEGER,
      next_attempt_time INTEGER,
      last_error TEXT,
      reply TEXT,
      CHECK ((state = 'pending') = (next_attempt_time IS NOT NULL))
    ) STRICT;
    CREATE INDEX notices_by_state ON notices (state, number);
    CREATE INDEX notices_due ON notices (channel, next_attempt_time) WHERE state = 'pending';

    CREATE TABLE quarantine (
      id INTEGER PRIMARY KEY,
      time INTEGER NOT NULL,
      reason TEXT NOT NULL,
      detail TEXT NOT NULL,
      topic TEXT NOT NULL,
      payload BLOB NOT NULL,
      payload_byte_count INTEGER NOT NULL
    ) STRICT;

    -- What the limits cost.
    CREATE TABLE counters (
      name TEXT NOT NULL PRIMARY KEY,
      value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}

extension Schema {
  private static let version2 = """
    -- When the message was taken in after all; NULL for one that is still refused. It stays for as
    -- long as the others, so that no number is used twice.
    ALTER TABLE quarantine ADD COLUMN replayed_time INTEGER;

    -- The topic filters that the broker may have in our session.
    CREATE TABLE subscriptions (filter TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
    """

  private static let version3 = """
    -- How far each gateway had counted when what is before the position below had come. highest has the
    -- bits of a number without sign; gaps is like '5-7 9-9', both ends missing.
    CREATE TABLE sequences (
      gateway TEXT NOT NULL PRIMARY KEY,
      venue TEXT NOT NULL,
      highest INTEGER,
      newest_time INTEGER,
      gap_count INTEGER NOT NULL,
      missing_count INTEGER NOT NULL,
      gaps TEXT NOT NULL,
      unnumbered_count INTEGER NOT NULL,
      assumed_count INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- One row: the position in the store's journal.
    CREATE TABLE sequences_position (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      byte_offset INTEGER NOT NULL
    ) STRICT;
    """

  private static let version6 = """
    -- Times in which venues or pools are out of use. A row is never deleted; its last four columns are filled
    -- once, when a person ends it. pool NULL is all pools of the venue, to_time NULL an end not known.
    CREATE TABLE closures (
      id TEXT NOT NULL PRIMARY KEY,
      kind TEXT NOT NULL,
      venue TEXT NOT NULL,
      pool TEXT,
      from_time INTEGER NOT NULL,
      to_time INTEGER,
      registered_by TEXT NOT NULL,
      reason TEXT NOT NULL,
      registered_time INTEGER NOT NULL,
      judged_from INTEGER NOT NULL,
      ended_by TEXT,
      ended_comment TEXT,
      ended_time INTEGER,
      judged_again_from INTEGER,
      CHECK ((ended_by IS NULL) = (ended_comment IS NULL)),
      CHECK ((ended_by IS NULL) = (ended_time IS NULL)),
      CHECK ((ended_by IS NULL) = (judged_again_from IS NULL))
    ) STRICT;
    CREATE INDEX closures_by_venue ON closures (venue, from_time);
    """

  /// hold is 'shelved', with the time that it ends, or 'out_of_service'.
  private static let version7 = """
    ALTER TABLE occurrences ADD COLUMN severity TEXT NOT NULL DEFAULT 'warning';
    ALTER TABLE occurrences ADD COLUMN assigned_to TEXT;
    ALTER TABLE occurrences ADD COLUMN hold TEXT;
    ALTER TABLE occurrences ADD COLUMN shelved_until INTEGER;
    CREATE INDEX occurrences_held ON occurrences (hold) WHERE hold IS NOT NULL;
    """

  /// The steps that told of an alarm, and the alarms that stood for more than a day.
  private static let version8 = """
    CREATE INDEX transitions_telling ON transitions (recorded_time)
      WHERE is_announcement = 1 AND kind NOT IN ('returned', 'eased');
    CREATE INDEX occurrences_standing ON occurrences (returned_time)
      WHERE returned_time - event_time > 86400000;
    """
}

/// What is counted for ever.
enum Counter: String {
  case quarantineDropped = "quarantine_dropped"
  case sentNoticesDropped = "sent_notices_dropped"
  /// Not ours, but what the broker says of itself: it begins again when the broker does.
  case brokerDropped = "broker_dropped"

  func add(_ count: Int, in db: Database) throws {
    guard count > 0 else { return }
    try db.execute(
      sql: """
        INSERT INTO counters (name, value) VALUES (?, ?)
        ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
        """, arguments: [rawValue, count])
  }
}
