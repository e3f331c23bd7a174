import PoolModel

/// A storage that counts the bytes handed to `write`, by file, and leaves syncs out.
///
/// Only what is written counts here; a sync writes nothing more.
final class CountingStorage: Storage {
  private let base: any Storage
  /// Bytes written so far, by the file's name when it was opened.
  fileprivate(set) var byteCounts: [String: Int] = [:]

  init(_ base: any Storage) {
    self.base = base
  }

  /// Begins anew at 0.
  func reset() { byteCounts.removeAll() }

  func fileNames() throws(StorageError) -> [String] { try base.fileNames() }

  func open(_ name: String) throws(StorageError) -> (any StorageFile)? {
    guard let file = try base.open(name) else { return nil }
    return CountingFile(file, name: name, storage: self)
  }

  func create(_ name: String, byteCount: Int) throws(StorageError) -> any StorageFile {
    CountingFile(try base.create(name, byteCount: byteCount), name: name, storage: self)
  }

  func rename(_ source: String, to target: String) throws(StorageError) {
    try base.rename(source, to: target)
  }

  func remove(_ name: String) throws(StorageError) { try base.remove(name) }
}

/// A file of a `CountingStorage`, which outlives it.
private final class CountingFile: StorageFile {
  private let base: any StorageFile
  private let name: String
  private let storage: CountingStorage

  init(_ base: any StorageFile, name: String, storage: CountingStorage) {
    self.base = base
    self.name = name
    self.storage = storage
  }

  var byteCount: Int { base.byteCount }

  func read(into bytes: inout MutableSpan<UInt8>, at offset: Int) throws(StorageError) {
    try base.read(into: &bytes, at: offset)
  }

  func write(_ bytes: Span<UInt8>, at offset: Int) throws(StorageError) {
    storage.byteCounts[name, default: 0] += bytes.count
    try base.write(bytes, at: offset)
  }

  func synchronize() throws(StorageError) {}
}
