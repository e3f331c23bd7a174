import PoolModel

/// What has changed between the rules that a store's rollups were made by and those in force.
struct RulesChange {
  /// From when rollups of all pools differ; nil where they do not, `Int64.min` for all.
  private let common: Int64?
  /// The same of single pools.
  private let byPool: [PoolID: Int64]
  /// The pools whose limits are known: those of the plan.
  private let known: Set<PoolID>
  /// Whether hours and days begin elsewhere.
  let isOfZone: Bool

  /// What has changed since `RollupRules.stored` was `old`, which is empty where there are no rollups
  /// yet.
  init(from old: [String], to rules: RollupRules, plan: Plan) {
    known = Set(
      plan.poolNumbersInOrder.lazy.filter { rules.poolClass(of: $0) != nil }.map { plan[$0].id })
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
    // A pool without a line is new, or was away while nobody kept its line.
    var byPool = Dictionary(uniqueKeysWithValues: known.map { ($0, Int64.min) })
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
  ///
  /// Those of a pool that left the plan stay as they are, as nobody knows its limits; but where there are
  /// none yet, or hours and days begin elsewhere, they are made.
  func earliest(for pool: PoolID) -> Int64? {
    if !known.contains(pool), common != .min { return nil }
    guard let own = byPool[pool] else { return common }
    return min(own, common ?? .max)
  }
}

extension RollupRules {
  static let poolPrefix = "pool "
  /// The class of a pool whose rollups were not all made by the limits of one class.
  private static let mixedClass = "-"

  /// All that rollups depend on beside the readings, as the catalog keeps it: `lines`, and the class of
  /// each pool; of those that left the plan the one by which their rollups were made.
  func stored(plan: Plan) -> [String] {
    lines
      + plan.poolNumbersInOrder.compactMap { pool in
        poolClass(of: pool).map { "\(Self.poolPrefix)\(plan[pool].id) \($0)" }
      } + departed
  }

  /// These rules, with the lines in `old` of pools that left the plan.
  ///
  /// What changes while a pool is away makes all its rollups anew when it returns.
  func keeping(_ old: [String], plan: Plan) -> RollupRules {
    var rules = self
    let hasChanged =
      earliestDifference(
        from: old.filter { !$0.hasPrefix(Self.poolPrefix) }) != nil
    rules.departed = old.compactMap { line in
      let words = line.split(separator: " ")
      guard line.hasPrefix(Self.poolPrefix), words.count == 3, let pool = PoolID(words[1]),
        plan.poolNumber(pool).flatMap({ poolClass(of: $0) }) == nil
      else { return nil }
      return hasChanged ? Self.mixedLine(pool) : line
    }
    return rules
  }

  /// Notes that some rollups of `pool`, which left the plan, are made without its limits.
  mutating func noteMixed(_ pool: PoolID) {
    departed = departed.map { line in
      line.hasPrefix("\(Self.poolPrefix)\(pool) ") ? Self.mixedLine(pool) : line
    }
  }

  private static func mixedLine(_ pool: PoolID) -> String { "\(poolPrefix)\(pool) \(mixedClass)" }
}
