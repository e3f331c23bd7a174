import PoolModel
import RingStore

/// How large a store a trial makes.
struct StoreShape {
  /// Rows of all parameters that a ring has to hold.
  var rowCount: Int
  /// Minutes, hours and days that the rings of rollups have to hold.
  var rollupCount = 60
  var pageByteCount = 1024
  var journalByteCount = 65_536
  var poolCount = 2
  var parameterCount = 3
  /// The district's zone.
  var zone: Zone = .utc
  /// What the first parameter has to keep to; nil without limits.
  var limits: ValueLimits?

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

/// Mandatory limits of the first parameter, both ends in limits.
struct ValueLimits {
  var low: Double
  var high: Double

  var profile: LimitsProfile {
    let title = Title(english: "limits", chinese: "限值")
    let limit = Limit(
      parameter: ParameterNumber(0), low: Bound(value: low, isInclusive: true),
      high: Bound(value: high, isInclusive: true), isMandatory: true,
      kinds: Set(PoolKind.allCases), disinfectants: Set(Disinfectant.allCases), clause: "",
      source: "", status: .primary)
    return LimitsProfile(
      id: "trial", title: title, from: CivilDate(daysSinceEpoch: 0), to: nil, limits: [limit])
  }
}
