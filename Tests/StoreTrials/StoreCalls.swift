import PoolModel
import RingStore

// What the trials ask of the store beside its plainest calls: here alone a change of its surface
// has to be followed.

extension StoreShape {
  /// Opens a store of this shape, or opens it again.
  func open(_ storage: any Storage) throws(RingStoreError) -> RingStore {
    try RingStore(
      plan: plan,
      configuration: RingStore.Configuration(
        retention: .milliseconds(Int64(rowCount) * TrialPlan.intervalMilliseconds),
        pageByteCount: pageByteCount, journalByteCount: journalByteCount),
      storage: storage)
  }

  /// Where the first page of a file of pages begins: after two blocks that name the file.
  static let firstPageOffset = 8192

  /// The rows of all parameters that a ring holds at least once it has given up some.
  var rowCountHeld: Int { rowCount }
}

extension RingStore {
  /// Whether stored flags can be amended.
  static let canAmend = false

  /// Stages another flag for a stored value; false when there is none.
  func stage(_ flag: QualityFlag, for key: ValueModel.Key) -> Bool { false }
}
