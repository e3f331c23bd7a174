import PoolModel
import RingStore
import SimulatedDisk

/// A seeded life of a store, and the model that says what has to be in it.
///
/// Everything it does follows from the seed: batches of rows in order, late, doubled, conflicting and
/// joining, amended flags, checkpoints, releases, and whatever a trial does to the disk.
final class Life {
  let shape: StoreShape
  var disk: SimulatedDisk
  private(set) var store: RingStore?
  /// What was acknowledged.
  private(set) var model = ValueModel()
  /// What would be there if a batch whose commit failed had come through after all; only those
  /// since the last acknowledged one, as that one takes the place of all of them.
  private(set) var attempts: [ValueModel] = []
  var random: SplitMix64
  /// Where the gateways' clocks stand.
  var clock: Int64 = 1_700_000_000_000
  /// How far our own clock is ahead of theirs.
  var wallStep: Int64 = 0
  /// The rows sent last.
  var sent: [SampleRow] = []
  /// The value that each series walks on from.
  var walks: [Series: Int] = [:]
  /// What did not agree.
  private(set) var complaints: [String] = []
  /// Whether rings are so small that they give up pages.
  let isTiny: Bool
  /// Whether every row is new and in order, and nothing is amended.
  var isInOrderOnly = false
  /// Whether the store may not see all that it holds, because reads fail or failed when it was
  /// opened; its answers to `append` need not be those of the model then.
  private(set) var isBlurred = false
  /// Whether a header was torn within a sector: of a page like that nobody can say whose it was,
  /// so that a leftover may be named damaged although nothing is lost.
  var mayNameDamage = false
  /// How often that was done.
  var namedLeftoverCount = 0
  /// The batches acknowledged: where each ends in the journal, and what it stored.
  private(set) var log: [(end: UInt64, keys: [ValueModel.Key])] = []
  /// What judgement has kept as its cursor.
  private(set) var cursor: UInt64 = 0
  private var batchCount = 0
  /// Batches acknowledged that wrote something.
  private(set) var commitCount = 0
  /// Batches that were not.
  private(set) var failedCommitCount = 0

  /// The flags that a number can have.
  static let flags: [QualityFlag] = [.good, .unknown, .suspect, .fail]

  init(shape: StoreShape, seed: UInt64, isTiny: Bool = false) {
    self.shape = shape
    self.isTiny = isTiny
    random = SplitMix64(seed: seed)
    disk = SimulatedDisk(seed: seed &+ 1)
  }

  /// A number from 0 to `bound` − 1.
  func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

  /// True once in `count` times.
  func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  /// Our own wall clock.
  var now: Timestamp { Timestamp(milliseconds: clock + wallStep + 500) }

  func complain(_ complaint: String) { complaints.append(complaint) }

  /// Whether the disk has begun to fail what it was told to fail.
  var hasFailed: Bool { disk.failingOperation.map { disk.operationCount >= $0 } ?? false }

  // MARK: Steps

  /// Opens the store on `disk` and looks whether it holds what it has to.
  func open() throws(RingStoreError) {
    store = nil
    let store = try shape.open(disk)
    self.store = store
    isBlurred = !store.damagedPages.isEmpty && hasReadTrouble
    if disk.losesPower { disk.failingOperation = nil }
    try settle(store)
  }

  /// Whether reads have begun to fail.
  private var hasReadTrouble: Bool { hasFailed && disk.failingKinds.contains(.read) }

  /// Ends the process that owned the store.
  func close() { store = nil }

  /// One batch of up to `rowLimit` rows.
  func batch(rowLimit: Int) {
    guard let store else { return complain("no store") }
    batchCount += 1
    var next = model
    next.beginBatch(batchCount)
    for _ in 0...below(rowLimit) where store.stagedByteCount < store.batchByteLimit * 3 / 4 {
      if RingStore.canAmend, !isInOrderOnly, oneIn(16) { amend(in: store, &next) }
      append(nextRow(), to: store, &next)
    }
    next.commitTime = now
    do {
      try store.commit(at: now)
      acknowledge(next)
    } catch {
      attempts.append(next)
      failedCommitCount += 1
      // The checkpoint that it failed for may have sealed pages, and given up others for these.
      if isTiny { noteGone() }
    }
  }

  private func append(_ row: SampleRow, to store: RingStore, _ next: inout ValueModel) {
    let arrival = now
    let outcome = store.append(row, arrival: arrival)
    if hasReadTrouble { isBlurred = true }
    if isBlurred {
      next.blur(row)
      if outcome.tooOld == 0 { _ = next.append(row, arrival: arrival) }
      return
    }
    if outcome.tooOld > 0 {
      var refusal = AppendOutcome()
      refusal.tooOld = row.samples.count
      let mayRefuse = next.mayRefuse(pool: row.pool.index, time: row.time.milliseconds)
      if outcome != refusal || !mayRefuse {
        complain("append \(Self.text(row)): \(outcome), and the ring may not have given it up")
      }
      return
    }
    let expected = next.append(row, arrival: arrival)
    if outcome != expected {
      complain("append \(Self.text(row)): \(outcome) instead of \(expected)")
    }
  }

  private func amend(in store: RingStore, _ next: inout ValueModel) {
    guard let row = sent.randomElement(using: &random),
      let sample = row.samples.randomElement(using: &random)
    else { return }
    let key = ValueModel.Key(
      pool: row.pool.index, parameter: sample.parameter.index, time: row.time.milliseconds)
    // A value that says that there is none stays that, and a number stays one.
    guard let flag = Self.flags.randomElement(using: &random),
      model.entries[key]?.value.flag != QualityFlag.missing.rawValue
    else { return }
    // Of values that this very batch brings nothing is promised.
    guard next.entries[key] == nil || model.entries[key] != nil else { return }
    let isHeld = model.entries[key] != nil
    let isStaged = store.stage(flag, for: key)
    let isOther = next.entries[key]?.value.flag != flag.rawValue
    if isStaged != isHeld, isOther, !isBlurred, !hasReadTrouble {
      complain("amend \(key): \(isStaged)")
    }
    if isStaged { next.amend(key, to: flag) }
  }

  private func acknowledge(_ next: ValueModel) {
    let end = store?.committed.byteOffset ?? 0
    let commitTime = model.commitTime
    model = next
    if end > log.last?.end ?? 0 {
      commitCount += 1
      attempts = []
      log.append((end, next.storedKeys))
    } else {
      // A batch that brought nothing new wrote nothing, and took nothing's place.
      model.commitTime = commitTime
    }
    if isTiny { noteGone() }
  }

  /// Allows the journal's tail to move to its end.
  func judgeAll() {
    guard let store else { return }
    cursor = store.committed.byteOffset
    store.release(judgedUpTo: store.committed)
  }

  /// A checkpoint; whether it succeeds does not matter to what must be there.
  func checkpoint() {
    // Its failure is what some trials are about: nothing may be lost by it.
    try? store?.checkpoint(at: now)
    if isTiny { noteGone() }
  }

  // MARK: Looking

  /// Looks what tiny rings have given up.
  private func noteGone() {
    guard !isBlurred, !hasReadTrouble, let store else { return }
    do throws(RingStoreError) {
      let found = try comparison(of: model, with: store)
      complaints += found.complaints
      if !found.returned.isEmpty { complain("\(found.returned.count) values came back") }
      if !found.missing.isEmpty { model.giveUp(found.missing) }
    } catch {
      if !hasFailed { complain("reading: \(error)") }
    }
  }

  /// Finds the state that the store was opened in, among those it may be in, and takes it for the
  /// truth.
  private func settle(_ store: RingStore) throws(RingStoreError) {
    var first: [String]?
    for (index, state) in ([model] + attempts).enumerated() {
      let found = try comparison(of: state, with: store)
      guard found.complaints.isEmpty else {
        first = first ?? found.complaints
        continue
      }
      if index > 0 { log.append((store.committed.byteOffset, state.storedKeys)) }
      model = state
      if !isBlurred { model.sharpen(found.blurred) }
      if !found.missing.isEmpty { model.giveUp(found.missing) }
      if !found.returned.isEmpty { model.takeBack(found.returned) }
      attempts = []
      return
    }
    complaints += first ?? []
    complaints.append("no state fits; \(attempts.count) batches were in doubt")
  }

  /// What speaks against the store's being in `state`, and which values its rings have given up.
  private func comparison(
    of state: ValueModel, with store: RingStore
  ) throws(RingStoreError) -> ValueModel.Comparison {
    let scope = try DamageScope(
      of: isBlurred ? store.damagedPages : [], on: disk, shape: shape)
    var found = try state.compared(
      with: store, poolCount: shape.poolCount, changed: scope.changed)
    found.missing.removeAll { scope.lost.contains($0) }
    guard let key = found.missing.first else { return found }
    found.complaints +=
      isTiny
      ? state.complaints(givingUp: found.missing, rowCountHeld: shape.rowCountHeld)
      : ["lost \(found.missing.count) values, such as \(key)"]
    return found
  }
}
