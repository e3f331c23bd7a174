import PoolModel
import RingStore

/// How large a store a trial makes.
struct StoreShape: Hashable {
  /// Rows of all parameters that a ring has to hold.
  var rowCount: Int
  var pageByteCount = 1024
  var journalByteCount = 65_536
  var poolCount = 2
  var parameterCount = 3
  /// The district's zone.
  var zone: Zone = .utc

  var plan: Plan {
    TrialPlan.plan(poolCount: poolCount, parameterCount: parameterCount, zone: zone)
  }

  /// Every series of every pool.
  var series: [Series] {
    (0..<poolCount).flatMap { pool in
      (0..<parameterCount).map {
        Series(pool: PoolNumber(pool), parameter: ParameterNumber($0))
      }
    }
  }
}
