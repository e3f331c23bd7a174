import ArgumentParser
import PoolModel
import Querying
import RingStore

/// Takes a file's lines into a store, and counts what became of them.
struct TransferTaking {
  /// A line that is no row.
  struct Mistake {
    let line: Int
    let words: String
  }

  private let store: RingStore
  private let plan: Plan
  private let format: TransferFormat
  private let now: Timestamp
  private var reader: TransferReader
  private var lineNumber = 0
  private var rowCount = 0
  private var outcome = AppendOutcome()
  private var firstConflict: Int?
  private var firstTooOld: Int?
  /// The first of the lines that are no rows.
  private(set) var mistakes: [Mistake] = []
  /// How many lines are no rows.
  private(set) var mistakeCount = 0

  /// Mistakes told one by one: a screenful.
  private static let mistakeLimit = 20
  /// What one commit holds at most, so that it takes milliseconds.
  private static let batchByteLimit = 1 << 20
  /// Older rows and those from farther ahead are refused as those of gateways are.
  private static let oldest = Timestamp(milliseconds: 946_684_800_000)
  private static let tolerance = Duration.seconds(300)

  init(store: RingStore, plan: Plan, format: TransferFormat, now: Timestamp) {
    self.store = store
    self.plan = plan
    self.format = format
    // A clock that stands before the newest commit is wrong.
    self.now = max(now, store.newestCommitTime ?? now)
    reader = TransferReader(format: format, district: plan.district.code)
  }

  /// Takes the next line.
  ///
  /// - Throws: `CommandFailure` when no line of the file can be read; `RingStoreError` when the
  ///   store cannot be written.
  mutating func take(_ bytes: [UInt8]) throws {
    lineNumber += 1
    do throws(TransferMistake) {
      guard let transfer = try reader.row(on: bytes) else { return try checkHeading() }
      let row = try transfer.row(in: plan)
      try checkTime(row.time)
      append(row)
    } catch {
      if format == .csv, lineNumber == 1 {
        throw CommandFailure("line 1: \(error)", exitCode: .data)
      }
      mistakeCount += 1
      if mistakes.count < Self.mistakeLimit {
        mistakes.append(Mistake(line: lineNumber, words: "\(error)"))
      }
    }
    if store.stagedByteCount >= min(Self.batchByteLimit, store.batchByteLimit / 2) {
      try store.commit(at: now)
    }
  }

  /// Makes what was taken durable.
  mutating func finish() throws {
    try store.commit(at: now)
    try store.checkpoint(at: now)
  }

  private mutating func append(_ row: SampleRow) {
    let taken = store.adopt(row)
    outcome += taken
    rowCount += 1
    if taken.conflict > 0, firstConflict == nil { firstConflict = lineNumber }
    if taken.tooOld > 0, firstTooOld == nil { firstTooOld = lineNumber }
  }

  private func checkHeading() throws(TransferMistake) {
    for name in reader.heading ?? [] where plan.parameterNumber(name) == nil {
      throw TransferMistake("the plan has no parameter '\(name)'")
    }
  }

  private func checkTime(_ time: Timestamp) throws(TransferMistake) {
    guard time >= Self.oldest else { throw TransferMistake("the time is before 2000") }
    guard time <= now + Self.tolerance else {
      throw TransferMistake("the time is more than 5 minutes ahead")
    }
  }

  /// What became of all, for people.
  var summary: String {
    """
    rows       \(rowCount)
    stored     \(outcome.stored) values
    duplicate  \(outcome.duplicate) values
    conflict   \(outcome.conflict) values\(first(firstConflict))
    too old    \(outcome.tooOld) values\(first(firstTooOld))
    unreadable \(mistakeCount) lines\(first(mistakes.first?.line))

    """
  }

  private func first(_ line: Int?) -> String { line.map { ", the first on line \($0)" } ?? "" }
}
