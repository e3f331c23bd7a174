/// A gateway that alarms can be about, and the pools whose readings it sends.
public struct WatchedGateway: Hashable, Sendable {
  /// Its id.
  public let id: String
  /// Whose readings it sends, ascending; at least one.
  public let pools: [PoolNumber]
  /// Whether it may not exist: then nothing is expected of it before it is heard of.
  public let isOptional: Bool

  /// A gateway that sends readings of `pools`.
  public init(id: String, pools: [PoolNumber], isOptional: Bool = false) {
    self.id = id
    self.pools = pools
    self.isOptional = isOptional
  }
}

/// What is known of a gateway when it is looked at.
public struct GatewayReport: Hashable, Sendable {
  /// Its id.
  public let gateway: String
  /// The last sign of life, on the monotonic clock; nil when there was none since the start.
  public let lastSeen: Duration?
  /// Since when it is said to be gone, on the monotonic clock; nil when it is not.
  public let goneSince: Duration?
  /// Its newest reading; nil when there was none.
  public let newestReading: Timestamp?
  /// How far its clock is behind ours, negative when it is ahead; nil where that was not looked at, or
  /// too few messages tell.
  public let clockOffset: Duration?

  /// What is known of `gateway`.
  public init(
    gateway: String, lastSeen: Duration?, goneSince: Duration?, newestReading: Timestamp? = nil,
    clockOffset: Duration? = nil
  ) {
    self.gateway = gateway
    self.lastSeen = lastSeen
    self.goneSince = goneSince
    self.newestReading = newestReading
    self.clockOffset = clockOffset
  }
}
