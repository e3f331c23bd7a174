import PoolModel

/// A real directory whose next syncs can be made to fail.
final class FailingStorage: Storage {
  /// How many of the coming syncs fail.
  var failingSyncCount = 0
  /// Syncs so far, failed ones included.
  private(set) var syncCount = 0
  private let directory: any Storage

  init(_ directory: any Storage) {
    self.directory = directory
  }

  func fileNames() throws(StorageError) -> [String] { try directory.fileNames() }

  func open(_ name: String) throws(StorageError) -> (any StorageFile)? {
    try directory.open(name).map { FailingFile($0, name: name, storage: self) }
  }

  func create(_ name: String, byteCount: Int) throws(StorageError) -> any StorageFile {
    FailingFile(try directory.create(name, byteCount: byteCount), name: name, storage: self)
  }

  func rename(_ source: String, to target: String) throws(StorageError) {
    try directory.rename(source, to: target)
  }

  func remove(_ name: String) throws(StorageError) { try directory.remove(name) }

  fileprivate func willSynchronize(_ name: String) throws(StorageError) {
    syncCount += 1
    guard failingSyncCount > 0 else { return }
    failingSyncCount -= 1
    throw StorageError(call: "fdatasync", file: name, code: 5, reason: "Input/output error")
  }
}

private final class FailingFile: StorageFile {
  private let file: any StorageFile
  private let name: String
  private let storage: FailingStorage

  init(_ file: any StorageFile, name: String, storage: FailingStorage) {
    self.file = file
    self.name = name
    self.storage = storage
  }

  var byteCount: Int { file.byteCount }

  func read(into bytes: inout MutableSpan<UInt8>, at offset: Int) throws(StorageError) {
    try file.read(into: &bytes, at: offset)
  }

  func write(_ bytes: Span<UInt8>, at offset: Int) throws(StorageError) {
    try file.write(bytes, at: offset)
  }

  func synchronize() throws(StorageError) {
    try storage.willSynchronize(name)
    try file.synchronize()
  }
}
