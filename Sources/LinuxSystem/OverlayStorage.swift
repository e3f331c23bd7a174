public import PoolModel

/// A storage that is read from another one, and whose changes stay in memory.
///
/// What opens a store through it may recover, create and write as it likes: the store on the disk
/// stays as it is, byte for byte. Memory grows by 4 KiB for each block written to.
public final class OverlayStorage: Storage {
  private let base: any Storage
  /// The files that were opened or made, by their names here; nil for those that were removed.
  private var files: [String: OverlayFile?] = [:]

  /// An overlay over `base`, which is never written to.
  public init(over base: any Storage) {
    self.base = base
  }

  /// The names of the files there would be.
  public func fileNames() throws(StorageError) -> [String] {
    var names = Set(try base.fileNames())
    for (name, file) in files {
      if file == nil { names.remove(name) } else { names.insert(name) }
    }
    return names.sorted()
  }

  /// Opens the file `name`; nil when there is none.
  public func open(_ name: String) throws(StorageError) -> (any StorageFile)? {
    if let file = files[name] { return file }
    guard let file = try base.open(name) else { return nil }
    let overlay = OverlayFile(name: name, base: file, byteCount: file.byteCount)
    files[name] = overlay
    return overlay
  }

  /// Creates a file of zeros, which takes no memory until it is written to.
  public func create(_ name: String, byteCount: Int) throws(StorageError) -> any StorageFile {
    guard try open(name) == nil else { throw Self.error("create", name, 17, "File exists") }
    let file = OverlayFile(name: name, base: nil, byteCount: byteCount)
    files[name] = file
    return file
  }

  /// Gives `source` the name `target`, replacing what had it.
  public func rename(_ source: String, to target: String) throws(StorageError) {
    guard try open(source) != nil, let file = files[source] else {
      throw Self.error("rename", source, 2, "No such file or directory")
    }
    files[target] = file
    files[source] = .some(nil)
  }

  /// Removes the file `name`; nothing happens when there is none.
  public func remove(_ name: String) throws(StorageError) {
    files[name] = .some(nil)
  }

  /// What the system says of the same mistake: ENOENT is 2, EEXIST is 17.
  private static func error(
    _ call: String, _ file: String, _ code: Int32, _ reason: String
  ) -> StorageError {
    StorageError(call: call, file: file, code: code, reason: reason)
  }
}

/// A file whose written blocks lie in memory.
private final class OverlayFile: StorageFile {
  private static let blockByteCount = 4096

  let byteCount: Int
  private let name: String
  /// Where unwritten blocks are read from; nil for zeros.
  private let base: (any StorageFile)?
  private var blocks: [Int: [UInt8]] = [:]

  init(name: String, base: (any StorageFile)?, byteCount: Int) {
    self.name = name
    self.base = base
    self.byteCount = byteCount
  }

  func read(into bytes: inout MutableSpan<UInt8>, at offset: Int) throws(StorageError) {
    if let base {
      try base.read(into: &bytes, at: offset)
    } else {
      guard offset >= 0, offset + bytes.count <= byteCount else {
        // EIO, as a file on the disk that was cut.
        throw StorageError(
          call: "pread", file: name, code: 5, reason: "only \(byteCount) bytes in the file")
      }
      bytes.update(repeating: 0)
    }
    guard !blocks.isEmpty else { return }
    var done = 0
    while done < bytes.count {
      let (block, start) = Self.place(of: offset + done)
      let count = min(Self.blockByteCount - start, bytes.count - done)
      if let written = blocks[block] {
        for index in 0..<count { bytes[done + index] = written[start + index] }
      }
      done += count
    }
  }

  func write(_ bytes: Span<UInt8>, at offset: Int) throws(StorageError) {
    precondition(offset >= 0 && offset + bytes.count <= byteCount, "a write outside \(name)")
    var done = 0
    while done < bytes.count {
      let (block, start) = Self.place(of: offset + done)
      let count = min(Self.blockByteCount - start, bytes.count - done)
      var content: [UInt8]
      if let written = blocks.removeValue(forKey: block) {
        content = written
      } else {
        content = try original(block)
      }
      for index in 0..<count { content[start + index] = bytes[done + index] }
      blocks[block] = content
      done += count
    }
  }

  func synchronize() throws(StorageError) {}

  private static func place(of offset: Int) -> (block: Int, start: Int) {
    (offset / blockByteCount, offset % blockByteCount)
  }

  private func original(_ block: Int) throws(StorageError) -> [UInt8] {
    let zeros = [UInt8](repeating: 0, count: Self.blockByteCount)
    guard let base else { return zeros }
    let start = block * Self.blockByteCount
    // The file's last block may be shorter.
    var content = Array(zeros.prefix(byteCount - start))
    var span = content.mutableSpan
    try base.read(into: &span, at: start)
    return content + zeros.dropFirst(content.count)
  }
}
