import PoolModel

/// What has changed between the rules that a store's rollups were made by and those in force.
struct RulesChange {
  /// From when rollups of all pools differ; nil where they do not, `Int64.min` for all.
  private let common: Int64?
  /// The same of single pools.
  private let byPool: [PoolID: Int64]
  /// Whether hours and days begin elsewhere.
  let isOfZone: Bool

  /// What has changed since `RollupRules.stored` was `old`, which is empty where there are no rollups
  /// yet.
  init(from old: [String], to rules: RollupRules, plan: Plan) {
    guard !old.isEmpty else {
      common = .min
      byPool = [:]
      isOfZone = false
      return
    }
    let lines = old.filter { !$0.hasPrefix(RollupRules.poolPrefix) }
    common = rules.earliestDifference(from: lines)
    let zone = lines.first { $0.hasPrefix("zone ") }
    isOfZone = zone != nil && !rules.lines.contains { $0 == zone }
    var byPool: [PoolID: Int64] = [:]
    for line in old where line.hasPrefix(RollupRules.poolPrefix) {
      let words = line.split(separator: " ")
      guard words.count == 3, let pool = PoolID(words[1]), let number = plan.poolNumber(pool),
        let poolClass = rules.poolClass(of: number)
      else { continue }
      byPool[pool] = rules.earliestDifference(
        fromClass: String(words[2]), toClass: poolClass)
    }
    self.byPool = byPool
  }

  /// From when the rollups of `pool` differ; nil where they do not, `Int64.min` for all.
  func earliest(for pool: PoolID) -> Int64? {
    guard let own = byPool[pool] else { return common }
    return min(own, common ?? .max)
  }
}

extension RollupRules {
  static let poolPrefix = "pool "

  /// All that rollups depend on beside the readings, as the catalog keeps it: `lines`, and the class of
  /// each pool.
  func stored(plan: Plan) -> [String] {
    lines
      + plan.poolNumbersInOrder.compactMap { pool in
        poolClass(of: pool).map { "\(Self.poolPrefix)\(plan[pool].id) \($0)" }
      }
  }
}
