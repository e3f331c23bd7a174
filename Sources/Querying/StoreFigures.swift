public import PoolModel

/// How full one tier of the store is, of one pool or of several together, and how long it will hold.
public struct StoreFigures: Hashable, Sendable {
  /// The tier's name: raw, minute, hour or day.
  public let tier: String
  /// How many pools they are about.
  public private(set) var poolCount = 1
  /// Pages there is room for.
  public private(set) var pageCapacity: Int
  /// Pages that hold rows.
  public private(set) var pageCount: Int
  /// Bytes that rows can take.
  public private(set) var byteCapacity: Int
  /// Bytes that rows take.
  public private(set) var usedByteCount: Int
  /// Pages that are full.
  public private(set) var sealedPageCount: Int
  /// Rows in full pages.
  public private(set) var sealedRowCount: Int
  /// Values in full pages.
  public private(set) var sealedValueCount: Int
  /// Rows held.
  public private(set) var rowCount: Int
  /// Values held.
  public private(set) var valueCount: Int
  /// The oldest row's time; nil when nothing is held.
  public private(set) var oldest: Timestamp?
  /// The newest row's time; nil when nothing is held.
  public private(set) var newest: Timestamp?
  /// How long rows have to be held.
  public let required: Duration
  /// How many days of rows will be held when the ring is full, of several pools the fewest; nil while
  /// too little is held to tell.
  public private(set) var expectedDays: Double?
  /// How many of the pools will hold less than is required.
  public private(set) var shortPoolCount: Int
  /// Why less will be held than is required, of several pools that of the one with the fewest days; nil
  /// where enough will.
  public private(set) var shortCause: ShortCause?

  /// The figures of one pool.
  ///
  /// What is expected follows from the rows that full pages hold and from the rows of a day: those
  /// that the plan demands or, where more come, those that came. Before a page is full it cannot be
  /// told. Of rollups no more count than there are buckets: those that were made twice go with their
  /// pages.
  /// `interval` is the plan's time between two readings. `room` is what is known of the ring's room beyond
  /// its capacity, to tell why that is too little.
  public init(
    tier: String, pageCapacity: Int, pageCount: Int, byteCapacity: Int, usedByteCount: Int,
    sealedPageCount: Int, sealedRowCount: Int, sealedValueCount: Int, rowCount: Int,
    valueCount: Int, oldest: Timestamp?, newest: Timestamp?, interval: Duration,
    required: Duration, room: Room? = nil
  ) {
    self.tier = tier
    self.pageCapacity = pageCapacity
    self.pageCount = pageCount
    self.byteCapacity = byteCapacity
    self.usedByteCount = usedByteCount
    self.sealedPageCount = sealedPageCount
    self.sealedRowCount = sealedRowCount
    self.sealedValueCount = sealedValueCount
    self.rowCount = rowCount
    self.valueCount = valueCount
    self.oldest = oldest
    self.newest = newest
    self.required = required
    if sealedPageCount > 0, sealedRowCount > 0, let oldest, let newest {
      let planned = 86_400 / max(interval.inSeconds, Self.bucketSeconds[tier] ?? 0, 0.001)
      let span = (newest - oldest).inSeconds
      // Of an hour and more: a burst says nothing of a day.
      let isMeasured = Self.bucketSeconds[tier] == nil && span >= 3600
      let measured = isMeasured ? Double(rowCount - 1) * 86_400 / span : 0
      let pageRowCount = Double(sealedRowCount) / Double(sealedPageCount)
      expectedDays = Double(pageCapacity) * pageRowCount / max(planned, measured)
      let pageByteCount = Double(byteCapacity) / Double(max(1, pageCapacity))
      let wholeRowCount = room.map { room in
        Double(room.wholeByteCapacity) / pageByteCount * Double(room.medianPageRowCount)
      }
      let requiredDays = required.inSeconds / 86_400
      if let expectedDays, expectedDays < requiredDays {
        if let room, room.configuredByteCapacity > room.wholeByteCapacity {
          shortCause = .notResized
        } else if let room, let wholeRowCount, room.hasLosses,
          wholeRowCount / max(planned, measured) >= requiredDays
        {
          shortCause = .lostPages
        } else {
          shortCause = .largeRows
        }
      }
    }
    shortPoolCount = shortCause == nil ? 0 : 1
  }

  /// Bytes that a value takes: in full pages where there are some; nil when no value is held.
  public var bytesPerPoint: Double? {
    if sealedValueCount > 0, pageCapacity > 0 {
      let pageByteCount = Double(byteCapacity) / Double(pageCapacity)
      return Double(sealedPageCount) * pageByteCount / Double(sealedValueCount)
    }
    return valueCount > 0 ? Double(usedByteCount) / Double(valueCount) : nil
  }

  /// Takes in the figures of other pools' same tier.
  public mutating func add(_ other: StoreFigures) {
    poolCount += other.poolCount
    pageCapacity += other.pageCapacity
    pageCount += other.pageCount
    byteCapacity += other.byteCapacity
    usedByteCount += other.usedByteCount
    sealedPageCount += other.sealedPageCount
    sealedRowCount += other.sealedRowCount
    sealedValueCount += other.sealedValueCount
    rowCount += other.rowCount
    valueCount += other.valueCount
    oldest = [oldest, other.oldest].compactMap { $0 }.min()
    newest = [newest, other.newest].compactMap { $0 }.max()
    if other.shortCause != nil,
      shortCause == nil || other.expectedDays ?? .infinity < expectedDays ?? .infinity
    {
      shortCause = other.shortCause
    }
    expectedDays = [expectedDays, other.expectedDays].compactMap { $0 }.min()
    shortPoolCount += other.shortPoolCount
  }

  /// The figures of each tier over all pools, given those of every tier of every pool; the tiers in
  /// the order in which they come first.
  public static func byTier(_ figures: [StoreFigures]) -> [StoreFigures] {
    var sums: [StoreFigures] = []
    for figure in figures {
      if let index = sums.firstIndex(where: { $0.tier == figure.tier }) {
        sums[index].add(figure)
      } else {
        sums.append(figure)
      }
    }
    return sums
  }

  private static let bucketSeconds = ["minute": 60.0, "hour": 3600, "day": 86_400]
}
