public import PoolModel

/// A disk in memory that behaves like a real one when it fails.
///
/// Every file has what a reader sees (`seen`) and what would be there after a power cut (`settled`),
/// with a list of the writes between the two. A sync that fails settles a random part of those writes
/// and forgets the rest: a later sync succeeds without them, as it does on Linux.
public final class SimulatedDisk: Storage {
  /// What may be told to fail.
  public enum Operation: String, CaseIterable, Hashable, Sendable {
    /// Writing to a file.
    case write
    /// Making a file's writes durable.
    case synchronize
    /// Creating and allocating a file.
    case create
    /// Giving a file another name.
    case rename
    /// Removing a file.
    case remove
    /// Reading from a file.
    case read
    /// Opening a file, or listing them.
    case open

    /// Those that change something.
    public static let changes: Set<Operation> = [.write, .synchronize, .create, .rename, .remove]
  }

  /// The files by name.
  public internal(set) var files: [String: Content] = [:]
  var random: SplitMix64
  /// Operations so far that may fail.
  public private(set) var operationCount = 0
  /// The number of the operation that fails, counted from 1.
  public var failingOperation: Int?
  /// Whether all operations after it fail too.
  public var failsForEver = false
  /// The operations that count.
  public var failingKinds = Operation.changes
  /// The end of the names of the files whose operations count; all when nil.
  public var failingSuffix: String?
  /// The error number of a failure: EIO, unless somebody says otherwise.
  public var failureCode: Int32 = 5
  /// Whether the failing operation is the moment at which the power goes: everything fails from
  /// then on, and what that operation was about is in doubt until `afterPowerCut`.
  public var losesPower = false
  /// Where a file cannot be read, whatever else is asked of it: sectors that are worn out.
  public var unreadable: [String: Range<Int>] = [:]

  /// A file's bytes.
  public final class Content {
    /// What a reader sees.
    public internal(set) var seen: [UInt8]
    /// What a power cut leaves in any case.
    public internal(set) var settled: [UInt8]
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

  /// An empty disk whose chances follow from `seed`.
  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  init(files: [String: Content], random: SplitMix64) {
    self.files = files
    self.random = random
  }

  // MARK: Behind everybody's back

  /// Changes the bytes of a file.
  public func corrupt(_ name: String, _ body: (inout [UInt8]) -> Void) {
    guard let content = files[name] else { return }
    body(&content.seen)
    content.settled = content.seen
    content.writes = []
  }

  /// Puts a file there, whatever it is.
  public func plant(_ name: String, _ bytes: [UInt8]) { files[name] = Content(bytes: bytes) }

  /// Takes a file away.
  public func lose(_ name: String) { files[name] = nil }

  /// What a reader sees of a file; nil when there is none.
  public func bytes(of name: String) -> [UInt8]? { files[name]?.seen }

  /// A sound disk with what a reader of this one sees, all of it durable.
  public func copy() -> SimulatedDisk {
    SimulatedDisk(files: files.mapValues { Content(bytes: $0.seen) }, random: random)
  }

  // MARK: Storage

  /// Counts an operation and fails it when its time has come.
  func attempt(_ kind: Operation, _ file: String) throws(StorageError) {
    guard failingKinds.contains(kind), failingSuffix.map(file.hasSuffix) ?? true else { return }
    operationCount += 1
    guard let failingOperation else { return }
    let isForEver = failsForEver || losesPower
    if operationCount == failingOperation || (isForEver && operationCount > failingOperation) {
      throw StorageError(
        call: kind.rawValue, file: file, code: failureCode, reason: "simulated")
    }
  }

  /// Whether the last operation was the one at which the power went.
  var isPowerGoing: Bool { losesPower && operationCount == failingOperation }

  /// The names of the files.
  public func fileNames() throws(StorageError) -> [String] {
    try attempt(.open, ".")
    return files.keys.sorted()
  }

  /// Opens a file.
  public func open(_ name: String) throws(StorageError) -> (any StorageFile)? {
    try attempt(.open, name)
    return files[name].map { SimulatedFile(disk: self, content: $0, name: name) }
  }

  /// Creates a file of zeros, durably.
  public func create(_ name: String, byteCount: Int) throws(StorageError) -> any StorageFile {
    if files[name] != nil {
      throw StorageError(call: "create", file: name, code: 17, reason: "exists")
    }
    do { try attempt(.create, name) } catch {
      // The directory may know the name already, with all of its bytes or with none.
      switch isPowerGoing ? random.next() % 3 : 0 {
      case 1: files[name] = Content(byteCount: 0)
      case 2: files[name] = Content(byteCount: byteCount)
      default: break
      }
      throw error
    }
    let content = Content(byteCount: byteCount)
    files[name] = content
    return SimulatedFile(disk: self, content: content, name: name)
  }

  /// Renames a file, durably.
  public func rename(_ source: String, to target: String) throws(StorageError) {
    var failure: StorageError?
    do { try attempt(.rename, source) } catch {
      guard isPowerGoing, random.next() % 2 == 0 else { throw error }
      failure = error
    }
    files[target] = files[source]
    files[source] = nil
    if let failure { throw failure }
  }

  /// Removes a file, durably.
  public func remove(_ name: String) throws(StorageError) {
    var failure: StorageError?
    do { try attempt(.remove, name) } catch {
      guard isPowerGoing, random.next() % 2 == 0 else { throw error }
      failure = error
    }
    files[name] = nil
    if let failure { throw failure }
  }
}
