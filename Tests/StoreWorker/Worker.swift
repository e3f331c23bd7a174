import LinuxSystem
import PoolModel
import RingStore

/// One life of a store: it is opened, held against what must be there, and appended to.
struct Worker {
  private let opened: WorkerStore.Opened
  private var store: RingStore { opened.store }
  private var script: BatchScript
  private var expected = ExpectedStore()
  /// What was found at opening.
  private var found: Comparison?
  private static let tryLimit = 4

  /// Opens the store in `directory`, of which `acknowledged` batches were acknowledged, and checks
  /// that it holds those and nothing else but the whole of the next one.
  ///
  /// - Throws: `WorkerFailure`.
  init(directory: String, script: BatchScript, acknowledged: Int) throws(WorkerFailure) {
    self.script = script
    for _ in 0..<acknowledged { expected.take(self.script.next()) }
    opened = try WorkerStore.open(directory)
    if opened.duration > .seconds(2) { throw .wrong("opening took \(opened.duration)") }
    do {
      try look()
    } catch let error as RingStoreError {
      throw .wrong("cannot be read: \(error)")
    } catch let error as WorkerFailure {
      throw error
    } catch {
      throw .wrong("\(error)")
    }
  }

  /// The batches that the store holds.
  var batchCount: Int { expected.batchCount }

  /// What it is like, on one line of `key=value`.
  var report: String {
    let occupancy = store.occupancy
    let turns = Double(store.committed.byteOffset) / Double(max(1, occupancy.journalCapacity))
    return "batches=\(batchCount) rows=\(found?.rowCount ?? 0)"
      + " given_up=\(found?.givenUpCount ?? 0) journal_turns=\((turns * 100).rounded() / 100)"
      + " pages=\(occupancy.pageCount) replayed=\(store.recovery.recordCount)"
      + " cut=\(store.recovery.cutByteCount)"
      + " open_ms=\(Int((opened.duration / .milliseconds(1)).rounded(.up)))"
  }

  /// Compares the store with the batches taken so far, and with those and the next one; then lets it
  /// verify itself, its rollups too.
  private mutating func look() throws {
    try compare()
    var findings: [StoreFinding] = []
    try store.verify(progress: { _ in }, finding: { findings.append($0) })
    // A copy of a header that was cut off, and that opening has made anew.
    let headers = store.recovery.damagedHeaders
    findings.removeAll { finding in
      headers.contains { $0.file == finding.file && $0.offset == finding.offset }
    }
    guard findings.isEmpty else {
      throw WorkerFailure.wrong("verify: \(findings.count) findings: \(findings[0])")
    }
  }

  private mutating func compare() throws {
    guard store.damagedPages.isEmpty else {
      throw WorkerFailure.wrong("damaged pages: \(store.damagedPages)")
    }
    let without = try Comparison(store, expected)
    found = without
    if without.differences.isEmpty { return }
    var next = script
    var more = expected
    more.take(next.next())
    let with = try Comparison(store, more)
    found = with
    guard with.differences.isEmpty else {
      let isLess = with.differences.count < without.differences.count
      let (fewer, count) = isLess ? (with, more.batchCount) : (without, expected.batchCount)
      throw WorkerFailure.wrong(
        "\(fewer.differences.count) differences to batches 1...\(count),"
          + " \(expected.batchCount) acknowledged: "
          + fewer.differences.prefix(3).map(\.description).joined(separator: "; "))
    }
    script = next
    expected = more
  }

  /// Commits the batches up to number `last`, and says on standard output what is acknowledged.
  ///
  /// A batch that is refused is committed again, as a broker delivers again what was not
  /// acknowledged.
  mutating func work(through last: Int) throws(WorkerFailure) {
    while expected.batchCount < last {
      let batch = script.next()
      try commit(batch)
      expected.take(batch)
      Self.say("acknowledged through batch \(batch.number)")
      // Judgement lags by some batches, and a checkpoint comes now and then out of turn.
      if batch.number % 3 == 0 { store.release(judgedUpTo: store.committed) }
      if batch.number % 8 == 0 {
        do {
          try store.checkpoint(at: batch.arrival)
        } catch {
          Self.complain("checkpoint after batch \(batch.number): \(error)")
        }
      }
    }
  }

  private func commit(_ batch: BatchScript.Batch) throws(WorkerFailure) {
    var refusal = ""
    for _ in 0..<Self.tryLimit {
      for row in batch.rows { _ = store.append(row, arrival: batch.arrival) }
      for amendment in batch.amendments {
        _ = store.amend(
          pool: amendment.pool, time: amendment.time, parameter: amendment.parameter,
          flag: amendment.flag)
      }
      do {
        try store.commit(at: batch.arrival)
        if let error = store.checkpointError { Self.complain("checkpoint: \(error)") }
        return
      } catch {
        refusal = "batch \(batch.number): \(error)"
        Self.complain(refusal)
      }
    }
    throw .gaveUp(refusal)
  }

  /// A line on standard output, at once.
  static func say(_ line: String) {
    // Nobody reads any more: the process that started this one is gone.
    try? Terminal.write(Array((line + "\n").utf8))
  }

  /// A line on standard error, at once.
  static func complain(_ line: String) {
    // As above.
    try? Terminal.writeError(Array((line + "\n").utf8))
  }
}
