import PoolModel

/// Which alarms about gateways there are, and what pools they leave without readings.
struct GatewayWatches: Sendable {
  /// What is known of one gateway.
  struct Watch: Sendable {
    let pools: [PoolNumber]
    /// Whether anything is expected of it.
    var isExpected: Bool
    /// When its alarm that it is offline began, or the engine with it, on the monotonic clock; nil while
    /// there is none.
    var offlineSince: Duration?
    /// Whether its alarm about the clock is active.
    var isClockOff = false
  }

  private(set) var byID: [String: Watch] = [:]
  /// By pool, those that send readings of it.
  private var gatewaysOfPool: [PoolNumber: [String]] = [:]
  /// How many of them are offline.
  private var offlineCount = 0

  init(_ gateways: [WatchedGateway]) {
    for gateway in gateways where !gateway.pools.isEmpty {
      byID[gateway.id] = Watch(pools: gateway.pools, isExpected: !gateway.isOptional)
      for pool in gateway.pools { gatewaysOfPool[pool, default: []].append(gateway.id) }
    }
  }

  /// Whether `pool` says nothing because of gateways that are known to be offline, all that send its readings.
  func isOffline(_ pool: PoolNumber) -> Bool {
    guard offlineCount > 0 else { return false }
    let own = (gatewaysOfPool[pool] ?? []).compactMap { byID[$0] }.filter(\.isExpected)
    return !own.isEmpty && own.allSatisfy { $0.offlineSince != nil }
  }

  /// Changes what is known of the gateway `id`, if there is one.
  mutating func change(_ id: String, _ change: (inout Watch) -> Void) {
    guard var watch = byID[id] else { return }
    if watch.offlineSince != nil { offlineCount -= 1 }
    change(&watch)
    if watch.offlineSince != nil { offlineCount += 1 }
    byID[id] = watch
  }
}
