import GRDB
import PoolModel

extension Records {
  /// How far the gateways have counted.
  static func sequences(in db: Database) throws -> SequenceStates {
    let offset = try Int64.fetchOne(db, sql: "SELECT byte_offset FROM sequences_position") ?? 0
    return SequenceStates(
      position: try position(at: offset),
      states: try Row.fetchAll(db, sql: "SELECT * FROM sequences ORDER BY gateway").map(
        SequenceState.init(row:)))
  }

  /// Replaces what is known of the gateways in `sequences`, and of all others too where those are all.
  static func save(_ sequences: SequenceStates, in db: Database) throws {
    if sequences.isComplete { try db.execute(sql: "DELETE FROM sequences") }
    let statement = try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO sequences (gateway, venue, highest, newest_time, gap_count,
          missing_count, gaps, unnumbered_count, assumed_count)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    for state in sequences.states {
      try statement.execute(arguments: [
        state.gateway, state.venue, state.highest.map(Int64.init(bitPattern:)),
        state.newestTime?.milliseconds, state.gapCount, state.missingCount,
        SequenceState.words(for: state.gaps), state.unnumberedCount, state.assumedCount,
      ])
    }
    try db.execute(
      sql: """
        INSERT INTO sequences_position (id, byte_offset) VALUES (1, ?)
        ON CONFLICT (id) DO UPDATE SET byte_offset = excluded.byte_offset
        """, arguments: [try offset(of: sequences.position)])
  }
}

extension SequenceState {
  fileprivate init(row: Row) throws {
    let text: String = row["gaps"]
    let gaps = try text.split(separator: " ").map { words in
      guard let gap = Self.gap(words) else {
        throw UnreadableValue(column: "range of numbers", text: String(words))
      }
      return gap
    }
    self.init(
      gateway: row["gateway"], venue: row["venue"],
      highest: (row["highest"] as Int64?).map(UInt64.init(bitPattern:)),
      newestTime: row.optionalTime("newest_time"),
      gapCount: row["gap_count"], missingCount: row["missing_count"], gaps: gaps,
      unnumberedCount: row["unnumbered_count"], assumedCount: row["assumed_count"])
  }

  /// `gaps` as in the file: first and last number of each.
  fileprivate static func words(for gaps: [Range<UInt64>]) -> String {
    gaps.map { "\($0.lowerBound)-\($0.upperBound - 1)" }.joined(separator: " ")
  }

  private static func gap(_ words: Substring) -> Range<UInt64>? {
    let ends = words.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last, last < .max
    else { return nil }
    return first..<last + 1
  }
}
