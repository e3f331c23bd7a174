/// When the readings of one series came in one stretch of time: what coverage needs of them.
public struct CoverageStretch: Hashable, Sendable {
  /// The first counted reading; nil when there is none.
  public var first: Timestamp?
  /// The last counted reading; nil when there is none.
  public var last: Timestamp?
  /// Counted readings that are missing between neighbours in the stretch.
  public var missingCount: Int
  /// The first counted reading that is good or suspect; nil when there is none.
  public var firstUsable: Timestamp?
  /// The last counted reading that is good or suspect; nil when there is none.
  public var lastUsable: Timestamp?
  /// Missing between neighbours in the stretch when only good and suspect readings are counted.
  public var missingUsableCount: Int
  /// Counted readings that came later than two intervals after their time.
  public var backfilledCount: Int

  /// A stretch with all it says.
  public init(
    first: Timestamp?, last: Timestamp?, missingCount: Int, firstUsable: Timestamp?,
    lastUsable: Timestamp?, missingUsableCount: Int, backfilledCount: Int
  ) {
    self.first = first
    self.last = last
    self.missingCount = missingCount
    self.firstUsable = firstUsable
    self.lastUsable = lastUsable
    self.missingUsableCount = missingUsableCount
    self.backfilledCount = backfilledCount
  }
}
