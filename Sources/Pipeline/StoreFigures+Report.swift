public import Querying
public import RingStore

extension StoreFigures {
  /// What the store reports of a tier of one pool.
  ///
  /// - Parameters:
  ///   - report: What the tier holds.
  ///   - interval: The plan's time between two readings.
  ///   - configuration: How much it should hold.
  public init(_ report: TierReport, interval: Duration, configuration: RingStore.Configuration) {
    self.init(
      tier: report.tier.name, pageCapacity: report.pageCapacity, pageCount: report.pageCount,
      byteCapacity: report.byteCapacity, usedByteCount: report.usedByteCount,
      sealedPageCount: report.sealedPageCount, sealedRowCount: report.sealedRowCount,
      sealedValueCount: report.sealedValueCount, rowCount: report.rowCount,
      valueCount: report.valueCount, oldest: report.oldest, newest: report.newest,
      interval: interval, required: configuration.retention(of: report.tier),
      room: Room(
        configuredByteCapacity: configuration.byteCapacity(of: report.tier, interval: interval),
        wholeByteCapacity: report.wholeByteCapacity,
        medianPageRowCount: report.medianPageRowCount, hasLosses: report.hasLosses))
  }
}
