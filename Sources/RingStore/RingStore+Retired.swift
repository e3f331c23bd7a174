public import PoolModel

/// Pools that left the plan: their rings are kept.
extension RingStore {
  /// The pools held that the plan does not name, in the order of their numbers: those follow the plan's.
  ///
  /// Whatever asks for a pool of the plan takes their numbers too, which are those of
  /// `Plan.adding(retiredPools:)`.
  public var retiredPools: [PoolID] { numbers.retiredRings.map { catalog.rings[$0].pool } }

  /// The numbers of those of `retiredPools` that have rows, raw or rolled.
  public var retiredPoolsWithRows: [PoolNumber] {
    numbers.retiredRings.indices.compactMap { index in
      let hasRows = rings[numbers.retiredRings[index]].heldEnd != nil
      return hasRows ? PoolNumber(plan.pools.count + index) : nil
    }
  }

  /// The plan with all pools and parameters that the store has ever had; those that left it have their
  /// ids for names.
  public var wholePlan: Plan {
    plan.adding(
      retiredPools: retiredPools,
      retiredParameters: catalog.columns.filter { plan.parameterNumber($0) == nil })
  }

  /// Sees to it that rollups of rows taken now, which are made without limits where the pool left the
  /// plan, are made anew when it returns.
  func noteAdopted(ring: Int) {
    guard numbers.pools[ring] == nil, retiredRingsAdopted.insert(ring).inserted else { return }
    rules.noteMixed(catalog.rings[ring].pool)
  }
}
