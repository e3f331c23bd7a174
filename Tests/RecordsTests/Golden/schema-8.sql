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
CREATE TABLE counters (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE cursor (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  byte_offset INTEGER NOT NULL,
  saved_time INTEGER NOT NULL
) STRICT;
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
  is_announced INTEGER NOT NULL CHECK (is_announced IN (0, 1)), basis TEXT, severity TEXT NOT NULL DEFAULT 'warning', assigned_to TEXT, hold TEXT, shelved_until INTEGER,
  CHECK ((venue IS NULL) = (pool IS NULL))
) STRICT;
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  topic TEXT NOT NULL,
  payload BLOB NOT NULL,
  payload_byte_count INTEGER NOT NULL
, replayed_time INTEGER, is_retained INTEGER NOT NULL DEFAULT 0) STRICT;
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
CREATE TABLE sequences_position (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  byte_offset INTEGER NOT NULL
) STRICT;
CREATE TABLE sources (
  venue TEXT NOT NULL,
  pool TEXT NOT NULL,
  parameter TEXT NOT NULL,
  expected_since INTEGER NOT NULL,
  newest_reading INTEGER,
  PRIMARY KEY (venue, pool, parameter)
) STRICT, WITHOUT ROWID;
CREATE TABLE subscriptions (filter TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
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
CREATE INDEX closures_by_venue ON closures (venue, from_time);
CREATE INDEX notices_by_state ON notices (state, number);
CREATE INDEX notices_due ON notices (channel, next_attempt_time) WHERE state = 'pending';
CREATE INDEX occurrences_by_time ON occurrences (event_time);
CREATE INDEX occurrences_held ON occurrences (hold) WHERE hold IS NOT NULL;
CREATE INDEX occurrences_historical ON occurrences (rule, venue, pool, parameter, event_time)
  WHERE state = 'historical';
CREATE INDEX occurrences_open ON occurrences (event_time)
  WHERE state NOT IN ('returned', 'historical');
CREATE INDEX occurrences_standing ON occurrences (returned_time)
  WHERE returned_time - event_time > 86400000;
CREATE INDEX transitions_by_occurrence ON transitions (occurrence, number);
CREATE INDEX transitions_telling ON transitions (recorded_time)
  WHERE is_announcement = 1 AND kind NOT IN ('returned', 'eased');
