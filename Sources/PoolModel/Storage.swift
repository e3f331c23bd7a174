/// The seam to the disk: a directory of fixed-size files.
///
/// Not Sendable by design: whoever owns the store owns its storage.
public protocol Storage: AnyObject {
  /// The names of the files there are.
  func fileNames() throws(StorageError) -> [String]

  /// Opens the file `name`; nil when there is none.
  func open(_ name: String) throws(StorageError) -> (any StorageFile)?

  /// Creates `name` with `byteCount` zero bytes, all allocated on the disk and durable in the
  /// directory when it returns. A file of that name must not exist.
  ///
  /// - Throws: `StorageError` with ENOSPC when the disk has no room; nothing is left behind then.
  func create(_ name: String, byteCount: Int) throws(StorageError) -> any StorageFile

  /// Gives `source` the name `target`, replacing what had it, durably.
  func rename(_ source: String, to target: String) throws(StorageError)

  /// Removes the file `name`, durably; nothing happens when there is none.
  func remove(_ name: String) throws(StorageError)
}

/// One fixed-size file of a `Storage`.
public protocol StorageFile: AnyObject {
  /// The file's size, which never changes.
  var byteCount: Int { get }

  /// Fills `bytes` from `offset`. Reading past the end is an error.
  func read(into bytes: inout MutableSpan<UInt8>, at offset: Int) throws(StorageError)

  /// Writes all of `bytes` at `offset`. They are durable only after `synchronize` returned.
  func write(_ bytes: Span<UInt8>, at offset: Int) throws(StorageError)

  /// Makes every finished write durable (`fdatasync`).
  ///
  /// After an error what was written since the last success may be lost whatever a second call
  /// says: it must be written anew, in another place.
  func synchronize() throws(StorageError)
}

/// A call to the disk that failed.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The call, such as `fdatasync`.
  public let call: String
  /// The file it was about.
  public let file: String
  /// The system's error number.
  public let code: Int32
  /// The system's words for `code`.
  public let reason: String

  /// A failure of `call` on `file` with the system's error number and words.
  public init(call: String, file: String, code: Int32, reason: String) {
    self.call = call
    self.file = file
    self.code = code
    self.reason = reason
  }

  /// What failed, on which file, and why.
  public var description: String { "\(call) failed on \(file): \(reason) (errno \(code))" }
}
