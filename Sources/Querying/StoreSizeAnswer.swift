/// What the store of a plan takes, as one object.
public struct StoreSizeAnswer: AnswerRow {
  /// How many pools the plan has.
  public var pools: Int
  /// Bytes of raw rows.
  public var rawBytes: Int
  /// Bytes of rollups per minute.
  public var minuteBytes: Int
  /// Bytes of rollups per hour.
  public var hourBytes: Int
  /// Bytes of rollups per day.
  public var dayBytes: Int
  /// Bytes of the journal.
  public var journalBytes: Int
  /// Bytes of the catalog.
  public var catalogBytes: Int
  /// All bytes.
  public var byteCount: Int
  /// A directory on the disk that the store will be on; nil where that is not known.
  public var disk: String?
  /// Bytes that are free on it; nil where that is not known.
  public var freeBytes: Int?

  enum CodingKeys: String, CodingKey {
    case pools
    case rawBytes = "raw_bytes"
    case minuteBytes = "minute_bytes"
    case hourBytes = "hour_bytes"
    case dayBytes = "day_bytes"
    case journalBytes = "journal_bytes"
    case catalogBytes = "catalog_bytes"
    case byteCount = "bytes"
    case disk
    case freeBytes = "free_bytes"
  }

  /// What the store of a plan of `pools` takes: `bytes` by the names of its tiers, and the rest.
  public init(
    pools: Int, tiers bytes: [String: Int], journalBytes: Int, catalogBytes: Int, byteCount: Int,
    disk: String?, freeBytes: Int?
  ) {
    self.pools = pools
    rawBytes = bytes["raw"] ?? 0
    minuteBytes = bytes["minute"] ?? 0
    hourBytes = bytes["hour"] ?? 0
    dayBytes = bytes["day"] ?? 0
    self.journalBytes = journalBytes
    self.catalogBytes = catalogBytes
    self.byteCount = byteCount
    self.disk = disk
    self.freeBytes = freeBytes
  }

  /// Hands over the keys of the contract.
  public func write(to fields: inout some AnswerFields) {
    fields.add(CodingKeys.pools, pools)
    fields.add(CodingKeys.rawBytes, rawBytes)
    fields.add(CodingKeys.minuteBytes, minuteBytes)
    fields.add(CodingKeys.hourBytes, hourBytes)
    fields.add(CodingKeys.dayBytes, dayBytes)
    fields.add(CodingKeys.journalBytes, journalBytes)
    fields.add(CodingKeys.catalogBytes, catalogBytes)
    fields.add(CodingKeys.byteCount, byteCount)
    fields.add(CodingKeys.disk, disk)
    fields.add(CodingKeys.freeBytes, freeBytes)
  }
}
