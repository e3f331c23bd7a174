public import PoolModel

/// What became of the values of an appended row; every value is counted once in `stored`,
/// `duplicate`, `conflict` or `tooOld`.
public struct AppendOutcome: Hashable, Sendable {
  /// New: stored when the batch is committed.
  public var stored = 0
  /// Stored before with the same bits.
  ///
  /// Gateway marks it brings newly are joined.
  public var duplicate = 0
  /// Stored before with other bits: the first value stays.
  public var conflict = 0
  /// Among `stored`, older than the newest value of their series.
  public var late = 0
  /// Older than anything the pool's ring still holds: not stored.
  public var tooOld = 0

  /// The parameters of the values in `duplicate`.
  public var repeated = ParameterSet()
  /// The parameters of the values in `conflict`.
  public var contradicting = ParameterSet()

  /// Nothing yet.
  public init() {}

  /// The counts of two rows together.
  public static func += (left: inout AppendOutcome, right: AppendOutcome) {
    left.stored += right.stored
    left.duplicate += right.duplicate
    left.conflict += right.conflict
    left.late += right.late
    left.tooOld += right.tooOld
    left.repeated.formUnion(right.repeated)
    left.contradicting.formUnion(right.contradicting)
  }
}

/// A stretch of the journal.
public struct JournalStretch: Hashable, Sendable {
  /// Its rows, or parts of rows, in the order they were committed, with their marks as stored.
  ///
  /// A value that brought new gateway marks to a stored one stands here again, with all its marks.
  /// Rows of pools that the plan does not have are left out.
  public var rows: [SampleRow]
  /// Where it ends: a place to go on from, and a cursor to keep.
  public var end: JournalPosition

  /// `rows` up to `end`.
  public init(rows: [SampleRow], end: JournalPosition) {
    self.rows = rows
    self.end = end
  }
}

/// The newest value of a series.
public struct LatestSample: Hashable, Sendable {
  /// Its time, by the gateway's clock.
  public var time: Timestamp
  /// The value.
  public var sample: Sample

  /// `sample` measured at `time`.
  public init(time: Timestamp, sample: Sample) {
    self.time = time
    self.sample = sample
  }
}

/// What opening the store found.
public struct RecoveryReport: Hashable, Sendable, CustomStringConvertible {
  /// Whether the store was created just now.
  public var isCreated = false
  /// Pages that are held.
  public var pageCount = 0
  /// Pages found damaged, other than leftovers of an unfinished checkpoint and pages given up.
  public var damagedPages: [DamagedPage] = []
  /// Journal records replayed, because the pages did not cover them.
  public var recordCount = 0
  /// Rows, or parts of rows, in those records.
  public var rowCount = 0
  /// Bytes of journal records cut off: a batch that a crash tore, never acknowledged, or damage.
  public var cutByteCount = 0
  /// Batches that were acknowledged and are damaged in the journal, with whole ones after them; nil without.
  public var lostBatches: LostBatches?
  /// Copies of files' headers that were damaged, and are written anew from the good ones where the disk lets
  /// us.
  public var damagedHeaders: [DamagedHeader] = []
  /// Before this instant some pool's rollups are those of rules that were changed, because its raw rows
  /// are gone.
  ///
  /// nil where nothing of that kind is held.
  public var rolledAnewSince: Timestamp?

  /// A report of nothing.
  public init() {}

  /// What was found, in a line for a log: of damaged pages the first.
  public var description: String {
    if isCreated { return "created" }
    var parts = [
      "\(pageCount) pages", "\(rowCount) rows of \(recordCount) journal records replayed",
    ]
    if cutByteCount > 0 { parts.append("\(cutByteCount) bytes of the journal cut off") }
    if let lostBatches { parts.append("\(lostBatches)") }
    for header in damagedHeaders {
      parts.append(
        "one of two copies of the header of \(header.file) was damaged and is written anew")
    }
    if let page = damagedPages.first {
      parts.append(
        "\(damagedPages.count) damaged \(damagedPages.count == 1 ? "place" : "places"), the first "
          + "\(page.file) offset \(page.offset), \(page.pool), \(page.problem)")
    }
    if let since = rolledAnewSince {
      parts.append("rollups before \(since.rfc3339(offsetSeconds: 0)) are those of former rules")
    }
    return parts.joined(separator: "; ")
  }
}

/// A copy of a file's header that is damaged, beside a good one.
public struct DamagedHeader: Hashable, Sendable {
  /// The file.
  public let file: String
  /// Where the copy begins, in bytes.
  public let offset: Int
}

/// Acknowledged batches that are lost because the journal is damaged between whole records.
public struct LostBatches: Hashable, Sendable, CustomStringConvertible {
  /// Where the first damage begins in the journal's file, in bytes.
  public let offset: Int
  /// In how many places there is damage: of each at least one batch is lost.
  public let placeCount: Int

  /// Batches lost in `placeCount` places, the first at `offset`.
  public init(offset: Int, placeCount: Int) {
    self.offset = offset
    self.placeCount = placeCount
  }

  /// What is damaged and lost.
  public var description: String {
    placeCount == 1
      ? "the journal is damaged at offset \(offset): what was stored there is lost"
      : "the journal is damaged in \(placeCount) places, the first at offset \(offset): what was "
        + "stored there is lost"
  }
}

/// How full the store is.
public struct StoreOccupancy: Hashable, Sendable {
  /// Bytes that the store's files have, now and always.
  public var byteCount: Int
  /// Page slots of all rings.
  public var pageCapacity: Int
  /// Sealed pages held, and open pages with rows.
  public var pageCount: Int
  /// Bytes that journal records can take.
  public var journalCapacity: Int
  /// Bytes of the journal between its tail and its end.
  public var journalByteCount: Int
  /// Bytes of one page.
  public var pageByteCount: Int

  /// Bytes that hold something.
  public var usedByteCount: Int { pageCount * pageByteCount + journalByteCount }
}
