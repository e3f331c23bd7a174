import LinuxSystem
import PoolModel
import RingStore

/// Bits of a store's files turned over, one at a time.
///
/// After each the store has to open with everything that it held, or without values of one pool whose
/// damaged page it names, or without journal records that it says it cut, or it has to refuse to
/// open. It never gives back another value than was stored.
struct BitFlips {
  private let order: Order
  private let storage: DiskStorage
  private let expected: ExpectedStore
  /// Every file as it was before.
  private let files: [(name: String, bytes: [UInt8])]
  private var random: SplitMix64
  private var counts: [Outcome: Int] = [:]

  private enum Outcome: String, CaseIterable {
    case harmless
    case damagedPage
    case cutJournal
    case refused
  }

  private static let pageByteCount = WorkerStore.configuration.pageByteCount
  private static let pageHeaderByteCount = 128
  private static let rawPages = "raw.pages"

  /// Reads the store that `order` is about, which must hold exactly the batches acknowledged.
  init(_ order: Order) throws {
    self.order = order
    let worker = try order.worker(acknowledged: order.acknowledged)
    var script = order.script
    var expected = ExpectedStore()
    for _ in 0..<worker.batchCount { expected.take(script.next()) }
    self.expected = expected
    storage = try DiskStorage(path: WorkerStore.path(in: order.directory))
    files = try Self.contents(of: storage)
    random = SplitMix64(seed: order.seed)
  }

  private static func contents(
    of storage: DiskStorage
  ) throws(StorageError) -> [(name: String, bytes: [UInt8])] {
    var files: [(name: String, bytes: [UInt8])] = []
    for name in try storage.fileNames().sorted() {
      guard let file = try storage.open(name) else { continue }
      var bytes = [UInt8](repeating: 0, count: file.byteCount)
      var span = bytes.mutableSpan
      try file.read(into: &span, at: 0)
      files.append((name, bytes))
    }
    return files
  }

  /// Turns over every bit of a page header, then bits anywhere; gives back a line of counts.
  mutating func run() throws -> String {
    guard let raw = files.firstIndex(where: { $0.name == Self.rawPages }) else {
      throw WorkerFailure.wrong("there is no \(Self.rawPages)")
    }
    let slots = stride(from: 0, to: files[raw].bytes.count, by: Self.pageByteCount).filter {
      files[raw].bytes[$0..<$0 + 4].elementsEqual(Array("PWPG".utf8))
    }
    guard slots.count > 8 else { throw WorkerFailure.wrong("only \(slots.count) pages") }
    var headerBits = 0
    for slot in slots where headerBits < Self.pageHeaderByteCount * 8 {
      // A copy that a newer one has replaced is no loss.
      guard try flip(0, of: slot + 16, in: raw) == .damagedPage else { continue }
      for bit in 0..<Self.pageHeaderByteCount * 8 {
        guard try flip(bit % 8, of: slot + bit / 8, in: raw) == .damagedPage else {
          throw WorkerFailure.wrong("bit \(bit) of the page header at \(slot) does not count")
        }
        headerBits += 1
      }
    }
    for _ in 0..<order.bits {
      let index = random.next() % 3 == 0 ? Int(random.next() % UInt64(files.count)) : raw
      let offset = Int(random.next() % UInt64(files[index].bytes.count))
      counts[try flip(Int(random.next() % 8), of: offset, in: index), default: 0] += 1
    }
    let found = Outcome.allCases.map { "\($0.rawValue)=\(counts[$0] ?? 0)" }
    return "flipped header_bits=\(headerBits) other_bits=\(order.bits) "
      + found.joined(separator: " ")
  }

  private func flip(_ bit: Int, of offset: Int, in index: Int) throws -> Outcome {
    var bytes = files[index].bytes
    bytes[offset] ^= 1 << UInt8(bit)
    try put(bytes, in: files[index].name)
    let place = "bit \(bit) of byte \(offset) of \(files[index].name)"
    let outcome: Outcome
    do {
      outcome = try self.outcome(ofPageAt: (files[index].name, offset))
    } catch let failure as WorkerFailure {
      throw WorkerFailure.wrong("\(place): \(failure)")
    }
    // Opening may have written too.
    for (name, bytes) in files { try put(bytes, in: name) }
    return outcome
  }

  private func put(_ bytes: [UInt8], in name: String) throws {
    guard let file = try storage.open(name), file.byteCount == bytes.count else {
      throw WorkerFailure.wrong("\(name) has another size now")
    }
    try file.write(bytes.span, at: 0)
  }

  /// What opening makes of the damage at `place`.
  private func outcome(ofPageAt place: (file: String, offset: Int)) throws -> Outcome {
    let opened: WorkerStore.Opened
    do throws(WorkerFailure) {
      opened = try WorkerStore.open(order.directory)
    } catch {
      guard case .refused(let words) = error, words.contains(place.file) else { throw error }
      return .refused
    }
    if opened.duration > .seconds(2) { throw WorkerFailure.wrong("took \(opened.duration)") }
    let comparison = try Comparison(opened.store, expected)
    let damaged = opened.store.damagedPages
    let recovery = opened.store.recovery
    withExtendedLifetime(opened) {}
    let isNamed = damaged.contains {
      $0.file == place.file
        && ($0.offset..<$0.offset + Self.pageByteCount).contains(place.offset)
    }
    if damaged.count > 1 || damaged.count == 1 && !isNamed {
      throw WorkerFailure.wrong("names \(damaged)")
    }
    guard !comparison.differences.isEmpty else { return isNamed ? .damagedPage : .harmless }
    if let worse = comparison.differences.first(where: { ![.lost, .relabeled].contains($0.kind) }) {
      throw WorkerFailure.wrong("\(worse)")
    }
    if recovery.cutByteCount > 0 || recovery.lostBatches != nil { return .cutJournal }
    guard let page = damaged.first else {
      throw WorkerFailure.wrong("not noticed: \(comparison.differences[0])")
    }
    for difference in comparison.differences {
      guard WorkerStore.plan[difference.pool].id == page.pool else {
        throw WorkerFailure.wrong("not of \(page.pool): \(difference)")
      }
    }
    return .damagedPage
  }
}
