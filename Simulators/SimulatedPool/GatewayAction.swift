public import PoolModel

/// What a gateway does at an instant.
public enum GatewayAction: Hashable, Sendable {
  /// It connects, with the will `goodbye`, and publishes `hello` to its status topic, retained.
  case connect(hello: [UInt8], goodbye: [UInt8])
  /// It publishes `payload` to the telemetry topic of its pool `pool`.
  case publish(pool: String, payload: [UInt8])
  /// Its network is gone: the broker sees no farewell and publishes the will.
  case disconnect
  /// It stays connected, but from now on it publishes nothing, for ever or for a while.
  case fallSilent
}

/// An action and when it is due.
public struct TimedAction: Hashable, Sendable {
  /// When, by the true clock, not the gateway's.
  public var time: Timestamp
  /// What.
  public var action: GatewayAction

  /// `action` at `time`.
  public init(time: Timestamp, action: GatewayAction) {
    self.time = time
    self.action = action
  }
}
