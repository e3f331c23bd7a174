/// What a row about the store stands for.
public enum StoreGrouping: String, CaseIterable, Hashable, Sendable {
  /// A tier, over all pools.
  case tier
  /// A tier of one pool.
  case pool
}

/// Where a snapshot is wanted: the body of that request.
public struct SnapshotOrder: AnswerRow {
  /// The path of a directory that is empty or not there yet, from the root.
  public let directory: String

  enum CodingKeys: String, CodingKey {
    case directory
  }

  /// A snapshot into `directory`.
  public init(directory: String) {
    self.directory = directory
  }

  /// Hands over the one key.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.directory, directory)
  }
}

/// A snapshot that was made, as it is answered, and as it describes itself in the file
/// `snapshot.json`.
public struct SnapshotAnswer: AnswerRow {
  /// Where it lies.
  public var directory: String
  /// When it was begun, RFC 3339.
  public var time: String
  /// The version of Poolwatch that made it.
  public var version: String
  /// How long it took, in seconds.
  public var seconds: Double
  /// The files with their sizes in bytes, by their paths in the directory.
  public var files: [String: Int]
  /// The CRC-32C of each file's bytes; nil in a snapshot of a version that kept none.
  public var checksums: [String: Int]?
  /// In how many places the store was known to be damaged; nil in a snapshot of a version that did not say.
  public var damagedCount: Int?

  /// The file beside a snapshot's data that describes it.
  public static let fileName = "snapshot.json"

  enum CodingKeys: String, CodingKey {
    case directory, time, version, seconds, files, checksums
    case damagedCount = "damaged_places"
  }

  /// A snapshot of `files` in `directory`.
  public init(
    directory: String, time: String, version: String, seconds: Double, files: [String: Int],
    checksums: [String: Int]?, damagedCount: Int = 0
  ) {
    self.directory = directory
    self.time = time
    self.version = version
    self.seconds = seconds
    self.files = files
    self.checksums = checksums
    self.damagedCount = damagedCount
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.directory, directory)
    fields.add(CodingKeys.time, time)
    fields.add(CodingKeys.version, version)
    fields.add(CodingKeys.seconds, seconds)
    fields.add(CodingKeys.files, files)
    fields.add(CodingKeys.checksums, checksums ?? [:])
    fields.add(CodingKeys.damagedCount, damagedCount)
  }
}
