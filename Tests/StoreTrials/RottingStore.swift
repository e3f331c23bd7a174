import PoolModel
import RingStore
import SimulatedDisk

/// A store with a bit of everything, and what it holds: a copy of it rots in each trial.
final class RottingStore {
  let disk: SimulatedDisk
  let shape: StoreShape
  /// The bits at the fronts of the pages that are used, and of one free slot in each file.
  let headerBits: [Bit]
  /// What was there before the batches of the journal, and after each of them.
  private let states: [ValueModel]
  private let values: UInt64
  private let aggregates: [Question: Aggregate]
  private let clock: Int64
  private let files: [(name: String, byteCount: Int)]
  /// What each page costs, by its file and offset; as many as there are pages.
  private var scopes: [DamagedPage: DamageScope] = [:]
  /// The bytes that are not zero, where a flipped bit tells more.
  private let usedBytes: [(file: String, byte: Int)]

  /// A bit of a file.
  struct Bit: CustomStringConvertible {
    var file: String
    var byte: Int
    var bit: Int

    var description: String { "bit \(bit) of byte \(byte) of \(file)" }
    var isInPage: Bool { file.hasSuffix(".pages") && byte >= StoreShape.firstPageOffset }
    var isInRollups: Bool { isInPage && !file.hasPrefix("raw") }
  }

  /// Which aggregate.
  struct Question: Hashable {
    var series: Series
    var step: Int64
    var start: Timestamp
  }

  /// What a flipped bit did.
  enum Kind: String {
    case detected, harmless, wrong
  }

  /// What a flipped bit did, and what of it is wrong.
  struct Verdict {
    var kind: Kind
    var complaints: [String] = []

    /// `complaints`, if there are any.
    init(_ complaints: [String], isReported: Bool) {
      self.complaints = complaints
      kind = !complaints.isEmpty ? .wrong : isReported ? .detected : .harmless
    }
  }

  init() throws(RingStoreError) {
    var shape = StoreShape(rowCount: 120)
    shape.rollupCount = 40
    shape.parameterCount = 2
    let life = Life(shape: shape, seed: 4715)
    try life.open()
    for step in 0..<24 {
      life.batch(rowLimit: 10)
      if step == 8 { life.judgeAll() }
      if step % 8 == 7 { life.checkpoint() }
    }
    var states = [life.model]
    for _ in 0..<4 {
      life.batch(rowLimit: 3)
      states.append(life.model)
    }
    self.shape = shape
    self.states = states
    clock = life.clock
    disk = life.disk.copy()
    let store = try shape.open(disk.copy())
    values = try store.sum(poolCount: shape.poolCount)
    aggregates = try Self.aggregates(of: store, shape, until: clock)
    let contents = disk.files.sorted { $0.key < $1.key }
    files = contents.map { ($0.key, $0.value.seen.count) }
    usedBytes = contents.flatMap { name, content in
      content.seen.indices.filter { content.seen[$0] != 0 }.map { (name, $0) }
    }
    headerBits = contents.flatMap { name, content in
      Self.headerBits(of: name, content.seen, shape.pageByteCount)
    }
  }

  private static func headerBits(of name: String, _ bytes: [UInt8], _ pageByteCount: Int) -> [Bit] {
    guard name.hasSuffix(".pages") else { return [] }
    var bits: [Bit] = []
    var hasFreeSlot = false
    for page in stride(from: StoreShape.firstPageOffset, to: bytes.count, by: pageByteCount) {
      let isFree = bytes[page] == 0
      if isFree, hasFreeSlot { continue }
      hasFreeSlot = hasFreeSlot || isFree
      bits += (0..<1024).map { Bit(file: name, byte: page + $0 / 8, bit: $0 % 8) }
    }
    return bits
  }

  /// The bit that a seed stands for.
  func bit(_ seed: UInt64) -> Bit {
    if seed < UInt64(headerBits.count) { return headerBits[Int(seed)] }
    var random = SplitMix64(seed: seed)
    let bit = Int.random(in: 0..<8, using: &random)
    if seed % 2 == 0, let used = usedBytes.randomElement(using: &random) {
      return Bit(file: used.file, byte: used.byte, bit: bit)
    }
    var byte = Int.random(in: 0..<files.reduce(0) { $0 + $1.byteCount }, using: &random)
    for (name, byteCount) in files {
      if byte < byteCount { return Bit(file: name, byte: byte, bit: bit) }
      byte -= byteCount
    }
    preconditionFailure("a byte beyond all files")
  }

  // MARK: Judging

  /// Opens and reads everything on `disk`, where one bit is wrong; with `goesOn` the store has to take
  /// another row, too.
  func verdict(
    on disk: SimulatedDisk, flipped bit: Bit, goesOn: Bool
  ) throws(RingStoreError) -> Verdict {
    let store = try shape.open(disk)
    let isWhole = try store.sum(poolCount: shape.poolCount) == values
    var complaints = isWhole ? [] : try lossComplaints(store, bit)
    if bit.isInRollups || goesOn {
      let found = try Self.aggregates(of: store, shape, until: clock)
      if isWhole { complaints += aggregateComplaints(found, store) }
    }
    let isReported = Self.isReported(store)
    if store.recovery.isCreated { complaints.append("created anew") }
    if !isWhole, !isReported { complaints.append("values are gone, and nobody says so") }
    if goesOn { complaints += try complaintsAboutGoingOn(store, disk) }
    return Verdict(complaints, isReported: isReported)
  }

  /// What is wrong with aggregates of a store whose raw rows are all there.
  ///
  /// Next to a damaged page of rollups some may be missing, a step made of several may lack one, and
  /// what is missing between neighbours may be unknown; nothing else may be different.
  private func aggregateComplaints(
    _ found: [Question: Aggregate], _ store: RingStore
  ) -> [String] {
    if found == aggregates { return [] }
    guard Self.isReported(store) else { return ["aggregates differ, and nobody says so"] }
    let wrong = found.first { question, one in
      guard let right = aggregates[question] else { return true }
      if question.step == 60_000 {
        return one.count != right.count
          || [one.minimum, one.mean, one.maximum, one.first, one.last].map(\.bitPattern)
            != [right.minimum, right.mean, right.maximum, right.first, right.last]
            .map(\.bitPattern)
      }
      return one.count > right.count || one.minimum < right.minimum || one.maximum > right.maximum
    }
    return wrong.map { ["\($0.value) instead of \(aggregates[$0.key] as Any)"] } ?? []
  }

  private static func isReported(_ store: RingStore) -> Bool {
    !store.damagedPages.isEmpty || store.recovery.cutByteCount > 0
      || store.recovery.lostBatches != nil || !store.recovery.damagedHeaders.isEmpty
  }

  /// Why what is missing or different is not what the flipped bit may cost: the page it is in, or a record
  /// of the journal.
  private func lossComplaints(
    _ store: RingStore, _ bit: Bit
  ) throws(RingStoreError) -> [String] {
    let page = bit.byte / shape.pageByteCount * shape.pageByteCount
    if bit.isInPage, store.damagedPages.map(\.offset) != [page] {
      return ["page \(page) is hit, damaged are \(store.damagedPages)"]
    }
    var scopes = zip(states, states.dropFirst()).map { DamageScope(from: $0, to: $1) }
    if bit.isInPage { scopes = try store.damagedPages.prefix(1).map(scope) }
    guard let state = states.last else { return ["nothing has to be there"] }
    var first: [String]?
    for scope in scopes.reversed() {
      let compared = try state.compared(
        with: store, poolCount: shape.poolCount, changed: scope.changed)
      let lost = compared.missing.filter { !scope.lost.contains($0) }
      if compared.complaints.isEmpty, lost.isEmpty { return [] }
      first = first ?? compared.complaints + lost.map { "lost \($0)" }
    }
    return first ?? []
  }

  private func scope(of page: DamagedPage) throws(RingStoreError) -> DamageScope {
    if let scope = scopes[page] { return scope }
    let scope = try DamageScope(of: [page], on: disk, shape: shape)
    scopes[page] = scope
    return scope
  }

  /// Whether a row is taken, and held after a checkpoint and another opening.
  private func complaintsAboutGoingOn(
    _ store: RingStore, _ disk: SimulatedDisk
  ) throws(RingStoreError) -> [String] {
    let time = Timestamp(milliseconds: clock + 3_600_000)
    for pool in 0..<shape.poolCount {
      let sample = Sample(parameter: ParameterNumber(0), value: 7.25, flag: .good)
      let row = SampleRow(pool: PoolNumber(pool), time: time, samples: [sample])
      if store.append(row, arrival: time).stored != 1 { return ["a row is not taken"] }
    }
    try store.commit(at: time)
    try store.checkpoint(at: time)
    let again = try shape.open(disk)
    for pool in 0..<shape.poolCount {
      let series = Series(pool: PoolNumber(pool), parameter: ParameterNumber(0))
      if again.latest(series)?.time != time { return ["a row is not held"] }
    }
    return []
  }

  private static func aggregates(
    of store: RingStore, _ shape: StoreShape, until clock: Int64
  ) throws(RingStoreError) -> [Question: Aggregate] {
    var found: [Question: Aggregate] = [:]
    for series in shape.series {
      for step in [60_000, 3_600_000, 86_400_000] as [Int64] {
        let list = try store.aggregates(
          of: series, from: Timestamp(milliseconds: clock - 40 * 86_400_000),
          to: Timestamp(milliseconds: clock + 86_400_000), step: .milliseconds(step), limit: .max)
        for one in list { found[Question(series: series, step: step, start: one.start)] = one }
      }
    }
    return found
  }
}

extension RingStore {
  /// A sum over the bits of everything held, that depends on the order.
  func sum(poolCount: Int) throws(RingStoreError) -> UInt64 {
    var sum: UInt64 = 0
    func add(_ number: UInt64) { sum = SplitMix64.finalized(sum &* 31 &+ number) }
    for pool in 0..<poolCount {
      for row in try allRows(of: pool) {
        add(UInt64(bitPattern: row.time.milliseconds))
        for sample in row.samples {
          add(sample.value.bitPattern)
          add(
            UInt64(sample.parameter.index) << 24 | UInt64(sample.flag.rawValue) << 16
              | UInt64(sample.gatewayMarks.rawValue) << 8 | UInt64(sample.arrivalMarks.rawValue))
        }
      }
    }
    return sum
  }
}
