import PoolModel

/// A disk in memory that behaves like a real one when it fails.
///
/// Every file has what a reader sees (`seen`) and what would be there after a power cut (`settled`),
/// with a list of the writes between the two. A sync that fails settles a random part of those writes
/// and forgets the rest: a later sync succeeds without them, as it does on Linux.
final class SimulatedDisk: Storage {
  /// What may be told to fail.
  enum Operation: Hashable { case write, synchronize, create, rename, remove }

  private(set) var files: [String: Content] = [:]
  private var random: SplitMix64
  /// Operations so far that may fail.
  private(set) var operationCount = 0
  /// The number of the operation that fails, counted from 1.
  var failingOperation: Int?
  /// Whether all operations after it fail too.
  var failsForEver = false
  /// The operations that count; all when nil.
  var failingKinds: Set<Operation>?

  /// A file's bytes.
  final class Content {
    var seen: [UInt8]
    var settled: [UInt8]
    /// Unsettled writes, oldest first.
    var writes: [(offset: Int, bytes: [UInt8])] = []

    init(byteCount: Int) {
      seen = [UInt8](repeating: 0, count: byteCount)
      settled = seen
    }

    init(bytes: [UInt8]) {
      seen = bytes
      settled = bytes
    }
  }

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private init(files: [String: Content], random: SplitMix64) {
    self.files = files
    self.random = random
  }

  /// The disk after a power cut: of the unsettled 4 KiB blocks a random subset got there, and one of
  /// them only in part.
  func afterPowerCut() -> SimulatedDisk {
    var left: [String: Content] = [:]
    for name in files.keys.sorted() {
      guard let content = files[name] else { continue }
      left[name] = Content(bytes: partlySettled(content, torn: true))
    }
    return SimulatedDisk(files: left, random: random)
  }

  /// The settled bytes with a random subset of the unsettled blocks, the last kept one torn at a
  /// sector's or any byte's border.
  private func partlySettled(_ content: Content, torn: Bool) -> [UInt8] {
    var bytes = content.settled
    let keep = random.next() % 4
    for write in content.writes {
      let first = write.offset / 4096
      let last = (write.offset + max(1, write.bytes.count) - 1) / 4096
      for block in first...last {
        // A quarter of the cuts keep nothing, a quarter everything.
        let isKept = keep == 0 ? false : keep == 1 ? true : random.next() % 2 == 0
        guard isKept else { continue }
        let low = max(write.offset, block * 4096)
        var high = min(write.offset + write.bytes.count, (block + 1) * 4096)
        if torn, random.next() % 8 == 0 {
          high = low + Int(random.next() % UInt64(high - low + 1)) / 512 * 512
        }
        guard low < high else { continue }
        bytes.replaceSubrange(
          low..<high, with: write.bytes[(low - write.offset)..<(high - write.offset)])
      }
    }
    return bytes
  }

  /// Changes bytes behind everybody's back.
  func corrupt(_ name: String, _ body: (inout [UInt8]) -> Void) {
    guard let content = files[name] else { return }
    body(&content.seen)
    content.settled = content.seen
    content.writes = []
  }

  /// Puts a file there, whatever it is.
  func plant(_ name: String, _ bytes: [UInt8]) { files[name] = Content(bytes: bytes) }

  /// Takes a file away.
  func lose(_ name: String) { files[name] = nil }

  /// What a reader sees of a file.
  func bytes(of name: String) -> [UInt8]? { files[name]?.seen }

  fileprivate func attempt(_ kind: Operation, _ file: String) throws(StorageError) {
    if let failingKinds, !failingKinds.contains(kind) { return }
    operationCount += 1
    guard let failingOperation else { return }
    if operationCount == failingOperation || (failsForEver && operationCount > failingOperation) {
      throw StorageError(call: "\(kind)", file: file, code: 5, reason: "simulated")
    }
  }

  fileprivate func write(_ bytes: [UInt8], to content: Content, at offset: Int, name: String)
    throws(StorageError)
  {
    precondition(offset >= 0 && offset + bytes.count <= content.seen.count, "outside the file")
    var done = bytes
    var failure: StorageError?
    do { try attempt(.write, name) } catch {
      // A write that fails may have come some way: whole sectors, as disks write them.
      done = Array(bytes.prefix(Int(random.next() % UInt64(bytes.count / 512 + 1)) * 512))
      failure = error
    }
    content.seen.replaceSubrange(offset..<offset + done.count, with: done)
    content.writes.append((offset, done))
    if let failure { throw failure }
  }

  fileprivate func synchronize(_ content: Content, name: String) throws(StorageError) {
    do { try attempt(.synchronize, name) } catch {
      content.settled = partlySettled(content, torn: false)
      content.writes = []
      throw error
    }
    for write in content.writes {
      content.settled.replaceSubrange(
        write.offset..<write.offset + write.bytes.count, with: write.bytes)
    }
    content.writes = []
  }

  func fileNames() throws(StorageError) -> [String] { files.keys.sorted() }

  func open(_ name: String) throws(StorageError) -> (any StorageFile)? {
    files[name].map { SimulatedFile(disk: self, content: $0, name: name) }
  }

  func create(_ name: String, byteCount: Int) throws(StorageError) -> any StorageFile {
    if files[name] != nil {
      throw StorageError(call: "create", file: name, code: 17, reason: "exists")
    }
    try attempt(.create, name)
    let content = Content(byteCount: byteCount)
    files[name] = content
    return SimulatedFile(disk: self, content: content, name: name)
  }

  func rename(_ source: String, to target: String) throws(StorageError) {
    try attempt(.rename, source)
    files[target] = files[source]
    files[source] = nil
  }

  func remove(_ name: String) throws(StorageError) {
    try attempt(.remove, name)
    files[name] = nil
  }
}

private final class SimulatedFile: StorageFile {
  private let disk: SimulatedDisk
  private let content: SimulatedDisk.Content
  private let name: String

  init(disk: SimulatedDisk, content: SimulatedDisk.Content, name: String) {
    self.disk = disk
    self.content = content
    self.name = name
  }

  var byteCount: Int { content.seen.count }

  func read(into bytes: inout MutableSpan<UInt8>, at offset: Int) throws(StorageError) {
    guard offset + bytes.count <= content.seen.count else {
      throw StorageError(call: "read", file: name, code: 5, reason: "past the end")
    }
    let seen = content.seen
    for index in 0..<bytes.count { bytes[index] = seen[offset + index] }
  }

  func write(_ bytes: Span<UInt8>, at offset: Int) throws(StorageError) {
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    for index in 0..<bytes.count { copy.append(bytes[index]) }
    try disk.write(copy, to: content, at: offset, name: name)
  }

  func synchronize() throws(StorageError) {
    try disk.synchronize(content, name: name)
  }
}
