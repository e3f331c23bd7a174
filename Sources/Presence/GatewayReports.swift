public import PoolModel

extension GatewayLedger {
  /// What is known of the gateway at `index`, for the alarms about gateways; nil for nobody, and for one
  /// that may not exist and has said nothing.
  ///
  /// - Parameters:
  ///   - index: an entry.
  ///   - withClock: whether to look at its clock, too: that costs sorting a hundred numbers.
  /// - Returns: what is known of it.
  public func report(of index: Int, withClock: Bool) -> GatewayReport? {
    let (name, entry) = (names[index], entries[index])
    guard name.venue != nil, !name.isOptional || entry.lastSeen != nil else { return nil }
    let isKnown = withClock && entry.clock.sampleCount >= ClockOffsets.leastCount
    return GatewayReport(
      gateway: name.id, lastSeen: entry.lastSeen?.monotonic, goneSince: entry.goneSince,
      newestReading: entry.newestTime,
      clockOffset: isKnown ? clockOffset(of: index).map { .milliseconds($0) } : nil)
  }

  /// The gateways of the plan and of `bindings`, whose names these are, in the order of the entries; those
  /// without a pool are left out.
  public func watchedGateways(plan: Plan, bindings: [GatewayBinding]) -> [WatchedGateway] {
    var pools: [String: Set<PoolNumber>] = [:]
    for pool in plan.poolNumbersInOrder { pools[plan[pool].id.venue, default: []].insert(pool) }
    for binding in bindings { pools[binding.id, default: []].formUnion(binding.values.map(\.pool)) }
    return names.compactMap { name in
      guard name.venue != nil, let own = pools[name.id], !own.isEmpty else { return nil }
      return WatchedGateway(id: name.id, pools: own.sorted(), isOptional: name.isOptional)
    }
  }
}
