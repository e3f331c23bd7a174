import PoolModel
import RingStore
import SimulatedDisk

/// One bit of the store's files is flipped, the store opened and all of it read: every bit at the front
/// of every page, where its header is, and random bits of all files.
///
/// Nothing may come back wrong; what is lost is named, and nothing else is lost with it.
///
/// The first seeds are the bits of the headers, those after them are chances.
struct BitRotTrial: Trial {
  let name = "bit-rot"
  private var sample: RottingStore?
  private var tally = Counts()

  var counts: String { tally.description }

  func seed(after seed: UInt64?, isLong: Bool) -> UInt64? {
    let next = seed.map { $0 + 1 } ?? 0
    let headerBits = UInt64(sample?.headerBits.count ?? 1)
    return next < headerBits + (isLong ? 1_000_000 : 100_000) ? next : nil
  }

  mutating func run(seed: UInt64) -> [String] {
    do {
      let sample = try self.sample ?? RottingStore()
      self.sample = sample
      let bit = sample.bit(seed)
      let disk = sample.disk.copy()
      disk.corrupt(bit.file) { $0[bit.byte] ^= 1 << bit.bit }
      let verdict = try sample.verdict(on: disk, flipped: bit)
      tally[seed < UInt64(sample.headerBits.count) ? "bits of headers" : "bits of all files"] += 1
      tally[verdict.kind.rawValue] += 1
      return verdict.complaints.isEmpty ? [] : ["\(bit)"] + verdict.complaints
    } catch {
      tally["refused"] += 1
      return ["\(error)"]
    }
  }
}

/// A store with a bit of everything, and what it holds.
private final class RottingStore {
  let disk: SimulatedDisk
  let shape: StoreShape
  /// What has to be there when the journal is cut after each of its batches, the whole last.
  private let states: [ValueModel]
  private let sum: UInt64
  let headerBits: [Bit]
  private let files: [(name: String, byteCount: Int)]
  /// What each page costs, by its file and offset; as many as there are pages.
  private var scopes: [DamagedPage: DamageScope] = [:]
  /// The bytes that are not zero, where a flipped bit tells more.
  private let usedBytes: [(file: String, byte: Int)]

  struct Bit: CustomStringConvertible {
    var file: String
    var byte: Int
    var bit: Int

    var description: String { "bit \(bit) of byte \(byte) of \(file)" }
  }

  enum Kind: String {
    case detected, harmless, wrong
  }

  struct Verdict {
    var kind: Kind
    var complaints: [String] = []
  }

  init() throws(RingStoreError) {
    var shape = StoreShape(rowCount: 100)
    shape.poolCount = 3
    let life = Life(shape: shape, seed: 4711)
    try life.open()
    for step in 0..<30 {
      life.batch(rowLimit: 10)
      if step == 8 { life.judgeAll() }
      if step % 8 == 7 { life.checkpoint() }
    }
    life.checkpoint()
    var states = [life.model]
    for _ in 0..<5 {
      life.batch(rowLimit: 6)
      states.append(life.model)
    }
    self.shape = shape
    self.states = states
    disk = life.disk.copy()
    sum = try shape.open(disk.copy()).sum(poolCount: shape.poolCount)
    let contents = disk.files.sorted { $0.key < $1.key }
    files = contents.map { ($0.key, $0.value.seen.count) }
    usedBytes = contents.flatMap { name, content in
      content.seen.indices.filter { content.seen[$0] != 0 }.map { (name, $0) }
    }
    headerBits = files.filter { $0.name.hasSuffix(".pages") }.flatMap { name, byteCount in
      stride(from: StoreShape.firstPageOffset, to: byteCount, by: shape.pageByteCount)
        .flatMap { page in
          (0..<1024).map { Bit(file: name, byte: page + $0 / 8, bit: $0 % 8) }
        }
    }
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

  /// Opens and reads everything on `disk`, where one bit is wrong.
  func verdict(on disk: SimulatedDisk, flipped bit: Bit) throws(RingStoreError) -> Verdict {
    let store = try shape.open(disk)
    let found = try store.sum(poolCount: shape.poolCount)
    let isReported = !store.damagedPages.isEmpty || store.recovery.cutByteCount > 0
    if store.recovery.isCreated { return Verdict(kind: .wrong, complaints: ["created anew"]) }
    if found == sum { return Verdict(kind: isReported ? .detected : .harmless) }
    var complaints = isReported ? [] : ["values are gone, and nobody says so"]
    complaints += try lossComplaints(store, bit)
    return Verdict(kind: complaints.isEmpty ? .detected : .wrong, complaints: complaints)
  }

  /// Why what is missing or different is not what the flipped bit may cost: the page it is in, or the
  /// journal from its record on.
  private func lossComplaints(
    _ store: RingStore, _ bit: Bit
  ) throws(RingStoreError) -> [String] {
    let isPage = bit.file.hasSuffix(".pages") && bit.byte >= StoreShape.firstPageOffset
    let page =
      (bit.byte - StoreShape.firstPageOffset) / shape.pageByteCount * shape.pageByteCount
      + StoreShape.firstPageOffset
    if isPage, store.damagedPages.map(\.offset) != [page] {
      return ["page \(page) is hit, damaged are \(store.damagedPages)"]
    }
    let scope = try scope(of: isPage ? store.damagedPages.first : nil)
    var first: [String]?
    for state in isPage ? states.suffix(1) : states.reversed() {
      let compared = try state.compared(
        with: store, poolCount: shape.poolCount, changed: scope.changed)
      let lost = compared.missing.filter { !scope.lost.contains($0) }
      if compared.complaints.isEmpty, lost.isEmpty { return [] }
      first = first ?? compared.complaints + lost.map { "lost \($0)" }
    }
    return first ?? []
  }

  private func scope(of page: DamagedPage?) throws(RingStoreError) -> DamageScope {
    guard let page else { return try DamageScope(of: [], on: disk, shape: shape) }
    if let scope = scopes[page] { return scope }
    let scope = try DamageScope(of: [page], on: disk, shape: shape)
    scopes[page] = scope
    return scope
  }
}

extension RingStore {
  /// A sum over the bits of everything held, that depends on the order.
  fileprivate func sum(poolCount: Int) throws(RingStoreError) -> UInt64 {
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
