/// What is wanted of rollups; each costs reading a section of its own.
struct RollupParts: OptionSet, Hashable, Sendable {
  let rawValue: UInt8

  /// Count, minimum, maximum, sum, first and last value.
  static let values = RollupParts(rawValue: 1)
  /// The received and the valid readings, and how many were back-filled.
  static let chains = RollupParts(rawValue: 2)
  /// How long values were out of limits.
  static let limits = RollupParts(rawValue: 4)
  /// Everything.
  static let all: RollupParts = [.values, .chains, .limits]
}
