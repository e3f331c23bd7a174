import PoolModel
import RingStore

// What the trials ask of the store beside its plainest calls: here alone a change of its surface
// has to be followed.

extension StoreShape {
  /// Opens a store of this shape, or opens it again.
  func open(_ storage: any Storage) throws(RingStoreError) -> RingStore {
    let plan = plan
    return try RingStore(
      plan: plan, configuration: configuration,
      rules: RollupRules(plan: plan, profiles: limits.map { [$0.profile] } ?? []),
      storage: storage)
  }

  private var configuration: RingStore.Configuration {
    RingStore.Configuration(
      retention: span(rowCount),
      minuteRetention: .seconds(60 * rollupCount), hourRetention: .seconds(3600 * rollupCount),
      dayRetention: .seconds(86_400 * rollupCount), pageByteCount: pageByteCount,
      journalByteCount: journalByteCount, assumedRowByteCount: Self.rowByteCount(parameterCount),
      assumedHourByteCount: Self.rowByteCount(parameterCount),
      assumedDayByteCount: Self.rowByteCount(parameterCount))
  }

  private func span(_ rowCount: Int) -> Duration {
    .milliseconds(Int64(rowCount) * TrialPlan.intervalMilliseconds)
  }

  /// What a row takes when nothing of it can be packed: its time, and number, flag and marks of each
  /// value.
  private static func rowByteCount(_ parameterCount: Int) -> Int { 8 + 10 * parameterCount }

  /// Where the first page of a file of pages begins: after two blocks that name the file.
  static let firstPageOffset = 8192

  /// The rows of all parameters that a ring holds at least once it has given up some.
  var rowCountHeld: Int { rowCount }
}

extension RingStore {
  /// Whether stored flags can be amended.
  static let canAmend = true

  /// Stages another flag for a stored value; false when there is none.
  func stage(_ flag: QualityFlag, for key: ValueModel.Key) -> Bool {
    amend(
      pool: PoolNumber(key.pool), time: Timestamp(milliseconds: key.time),
      parameter: ParameterNumber(key.parameter), flag: flag)
  }
}
