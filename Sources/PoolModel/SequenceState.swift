/// How far one gateway had counted its messages, kept across restarts.
public struct SequenceState: Hashable, Sendable {
  /// The gateway's id.
  public var gateway: String
  /// The id of its venue.
  public var venue: String
  /// The highest number that has come; nil for a gateway whose dialect alone knows what is missing.
  public var highest: UInt64?
  /// The newest time of a live reading, by the gateway's clock; nil when none came.
  public var newestTime: Timestamp?
  /// How often numbers were left out.
  public var gapCount: Int
  /// The numbers left out that have not come since.
  public var missingCount: Int
  /// Those of them that can still be told apart, ascending; bounded by whoever counts.
  public var gaps: [Range<UInt64>]
  /// Readings that came after `highest`, and whose numbers nobody knows any more.
  public var unnumberedCount: Int
  /// Numbers below `highest` that were taken for those of such readings, before all of them came again.
  public var assumedCount: Int

  /// What was counted of `gateway`, which belongs to `venue`.
  public init(
    gateway: String, venue: String, highest: UInt64?, newestTime: Timestamp?, gapCount: Int = 0,
    missingCount: Int = 0, gaps: [Range<UInt64>] = [], unnumberedCount: Int = 0,
    assumedCount: Int = 0
  ) {
    self.gateway = gateway
    self.venue = venue
    self.highest = highest
    self.newestTime = newestTime
    self.gapCount = gapCount
    self.missingCount = missingCount
    self.gaps = gaps
    self.unnumberedCount = unnumberedCount
    self.assumedCount = assumedCount
  }
}

/// How far gateways had counted when everything before a position in the journal had come.
public struct SequenceStates: Hashable, Sendable {
  /// What was committed before it is counted, and nothing after it.
  public var position: JournalPosition
  /// One for each gateway that counts.
  public var states: [SequenceState]
  /// Whether those are all, and not only the changed ones.
  public var isComplete: Bool

  /// The `states` at `position`.
  public init(
    position: JournalPosition = .start, states: [SequenceState] = [], isComplete: Bool = true
  ) {
    self.position = position
    self.states = states
    self.isComplete = isComplete
  }
}
