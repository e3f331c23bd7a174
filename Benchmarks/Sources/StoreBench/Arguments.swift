import Measuring

/// What the command line asks for.
struct Arguments {
  /// Which process this is.
  enum Role: String {
    /// The one that measures.
    case everything
    /// Appends the fleet's readings and tells how long it took and how much memory.
    case append
    /// Appends until it is killed.
    case appendUntilKilled = "append-until-killed"
    /// Opens a store and tells how long it took.
    case open
  }

  static let usage = """
    usage: storebench --data DIR --work DIR --json FILE [--store-bytes N] [--only ROW[,ROW…]]
    """

  /// Which process this is.
  var role = Role.everything
  /// Where `series.py` wrote its files.
  var data = ""
  /// Where the stores go, on the disk to be measured.
  var work = ""
  /// Where the report goes.
  var json = ""
  /// Bytes of the store that is opened after a kill.
  var storeByteCount = 1 << 30
  /// The rows wanted; empty for all.
  var only: Set<String> = []

  /// Where the store of the group in hand is.
  var storePath: String { work + "/store" }

  init(_ words: some Sequence<String>) throws {
    var words = Array(words)[...]
    if let word = words.first, let role = Role(rawValue: word) {
      self.role = role
      words.removeFirst()
    }
    while let name = words.popFirst() {
      guard let value = words.popFirst() else { throw Failure(Self.usage) }
      switch name {
      case "--data": data = value
      case "--work": work = value
      case "--json": json = value
      case "--only": only = Set(value.split(separator: ",").map(String.init))
      case "--store-bytes":
        guard let count = Int(value), count > 0 else { throw Failure(Self.usage) }
        storeByteCount = count
      default: throw Failure(Self.usage)
      }
    }
    guard !work.isEmpty, role != .everything || !(data.isEmpty || json.isEmpty)
    else { throw Failure(Self.usage) }
  }

  /// Whether one of `names` was asked for.
  func wants(_ names: [RowName]) -> Bool {
    only.isEmpty || names.contains { only.contains($0.rawValue) }
  }

  /// The same, as words for another process with `role`.
  func words(as role: Role) -> [String] {
    [
      role.rawValue, "--data", data, "--work", work, "--store-bytes", String(storeByteCount),
    ]
  }
}
