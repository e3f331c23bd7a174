/// Why the store in a directory could not be opened: what is wrong with which file, and the way out.
public struct StoreOpeningError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The directory of the store's files.
  public let path: String
  /// What is wrong.
  public let cause: RingStoreError

  /// The store in `path` could not be opened because of `cause`.
  public init(path: String, cause: RingStoreError) {
    self.path = path
    self.cause = cause
  }

  /// Runs `open`, which opens the store in `path`.
  ///
  /// - Parameters:
  ///   - path: The directory of the store's files.
  ///   - open: Opens it.
  /// - Returns: What `open` gives.
  /// - Throws: What `open` throws, with the directory.
  public static func wrap<Answer>(
    _ path: String, _ open: () throws(RingStoreError) -> Answer
  ) throws(StoreOpeningError) -> Answer {
    do { return try open() } catch { throw StoreOpeningError(path: path, cause: error) }
  }

  /// What is wrong, in which file, and what to do.
  public var description: String {
    switch cause {
    case .missingFile(let file):
      "\(path)/\(file) is not there although other files of the store are: \(Self.wayOut)"
    case .foreignFile(let file):
      "\(path)/\(file) does not begin like a file of Poolwatch: it was overwritten, or is another "
        + "program's; \(Self.wayOut)"
    case .damagedFile(let file):
      "every copy of the header of \(path)/\(file) is damaged: \(Self.wayOut)"
    case .wrongByteCount(let file, let found, let expected):
      "\(path)/\(file) has \(found) bytes instead of \(expected): \(Self.wayOut)"
    case .newerFormat, .zoneChanged: "the store in \(path) cannot be opened: \(cause)"
    default: cause.description
    }
  }

  private static let wayOut =
    "no repair makes that anew; move the data directory away and bring a snapshot back with "
    + "'poolwatch store restore SNAPSHOT'"
}
