public import PoolModel

/// How full one tier of the store is, of one pool or of all.
public struct StoreRow: AnswerRow {
  /// The venue's id; nil when the row is about all pools, and its key is absent then.
  public let venue: String?
  /// The pool's own id; nil when the row is about all pools, and its key is absent then.
  public let pool: String?
  /// The tier's name.
  public let tier: String
  /// How many pools it is about.
  public let pools: Int
  /// How many of them will hold fewer days than required.
  public let shortPools: Int
  /// Pages there is room for.
  public let pageCapacity: Int
  /// Pages that hold rows.
  public let pageCount: Int
  /// Bytes that rows can take.
  public let byteCapacity: Int
  /// Bytes that rows take.
  public let usedByteCount: Int
  /// Rows held.
  public let rowCount: Int
  /// Values held.
  public let valueCount: Int
  /// Bytes a value takes, in full pages where there are some; nil when none is held.
  public let bytesPerPoint: Double?
  /// The oldest row's time, RFC 3339; nil when nothing is held.
  public let oldest: String?
  /// The newest row's time, RFC 3339; nil when nothing is held.
  public let newest: String?
  /// Days between the two; nil when nothing is held.
  public let daysHeld: Double?
  /// Days that will be held when the ring is full, of all pools the fewest; nil while too little is
  /// held to tell.
  public let daysExpected: Double?
  /// Days that have to be held.
  public let daysRequired: Double
  /// Whether the plan does not name the pool any more; nil when the row is about all pools, and its key
  /// is absent then.
  public let isRetired: Bool?

  enum CodingKeys: String, CodingKey {
    case venue, pool, tier, pools
    case shortPools = "short_pools"
    case pageCapacity = "capacity_pages"
    case pageCount = "used_pages"
    case byteCapacity = "capacity_bytes"
    case usedByteCount = "used_bytes"
    case rowCount = "rows"
    case valueCount = "values"
    case bytesPerPoint = "bytes_per_point"
    case oldest, newest
    case daysHeld = "days_held"
    case daysExpected = "days_expected"
    case daysRequired = "days_required"
    case isRetired = "retired"
  }

  /// The row of `figures`, which are those of `pool` or, when it is nil, of all; times in `zone`.
  ///
  /// Of a pool that is retired nothing is expected.
  public init(_ figures: StoreFigures, pool id: PoolID?, isRetired: Bool = false, zone: Zone) {
    self.isRetired = id == nil ? nil : isRetired
    venue = id?.venue
    pool = id?.pool
    tier = figures.tier
    pools = figures.poolCount
    shortPools = isRetired ? 0 : figures.shortPoolCount
    pageCapacity = figures.pageCapacity
    pageCount = figures.pageCount
    byteCapacity = figures.byteCapacity
    usedByteCount = figures.usedByteCount
    rowCount = figures.rowCount
    valueCount = figures.valueCount
    bytesPerPoint = figures.bytesPerPoint.map(Self.rounded)
    oldest = figures.oldest.map(zone.rfc3339)
    newest = figures.newest.map(zone.rfc3339)
    if let oldest = figures.oldest, let newest = figures.newest {
      daysHeld = Self.rounded((newest - oldest).inSeconds / 86_400)
    } else {
      daysHeld = nil
    }
    daysExpected = isRetired ? nil : figures.expectedDays.map(Self.rounded)
    daysRequired = Self.rounded(figures.required.inSeconds / 86_400)
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    if let venue { fields.add(CodingKeys.venue, venue) }
    if let pool { fields.add(CodingKeys.pool, pool) }
    fields.add(CodingKeys.tier, tier)
    fields.add(CodingKeys.pools, pools)
    fields.add(CodingKeys.shortPools, shortPools)
    fields.add(CodingKeys.pageCapacity, pageCapacity)
    fields.add(CodingKeys.pageCount, pageCount)
    fields.add(CodingKeys.byteCapacity, byteCapacity)
    fields.add(CodingKeys.usedByteCount, usedByteCount)
    fields.add(CodingKeys.rowCount, rowCount)
    fields.add(CodingKeys.valueCount, valueCount)
    fields.add(CodingKeys.bytesPerPoint, bytesPerPoint)
    fields.add(CodingKeys.oldest, oldest)
    fields.add(CodingKeys.newest, newest)
    fields.add(CodingKeys.daysHeld, daysHeld)
    fields.add(CodingKeys.daysExpected, daysExpected)
    fields.add(CodingKeys.daysRequired, daysRequired)
    if let isRetired { fields.add(CodingKeys.isRetired, isRetired) }
  }

  /// To four decimals: a ten-thousandth of a day is 9 s.
  private static func rounded(_ number: Double) -> Double { (number * 1e4).rounded() / 1e4 }
}
