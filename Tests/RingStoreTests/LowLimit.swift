import PoolModel

@testable import RingStore

extension RollupRules {
  /// Rules with one limit: the first parameter of `plan` may not be below `low`.
  init(plan: Plan, low: Double) {
    let limit = Limit(
      parameter: ParameterNumber(0), low: Bound(value: low, isInclusive: true), high: nil,
      isMandatory: true, kinds: [.indoor], disinfectants: [.chlorine], clause: "", source: "",
      status: .primary)
    let profile = LimitsProfile(
      id: "p", title: Title(english: "p", chinese: "p"), from: CivilDate(daysSinceEpoch: 0),
      to: nil, limits: [limit])
    self.init(plan: plan, profiles: [profile])
  }
}
