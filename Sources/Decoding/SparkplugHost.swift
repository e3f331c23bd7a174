public import PoolModel

/// Our presence as a Sparkplug B host: gateways that store what they measure while no host listens go
/// by it (Sparkplug 3.0, chapters 5 and 6).
///
/// ```
/// spBv1.0/STATE/{host}   {"online":true,"timestamp":1767225600000}   QoS 1, retained
/// ```
/// Connect with `will(connectingAt:)` as will, then publish `online(connectedAt:)` with the same time;
/// publish `offline(at:)` before an orderly disconnect.
public struct SparkplugHost: Hashable, Sendable {
  /// The host's name, which gateways are configured with.
  public let name: String

  /// A host called `name`; nil when that cannot be one level of a topic: empty, or with a slash, `+`,
  /// `#` or a null character.
  public init?(name: String) {
    guard SparkplugTopic.isLevel(name) else { return nil }
    self.name = name
  }

  /// The will of a connection begun at `time`: what the broker says when we are gone.
  public func will(connectingAt time: Timestamp) -> OutgoingMessage {
    state(isOnline: false, at: time)
  }

  /// What is said first on a connection begun at `time`, after subscribing.
  public func online(connectedAt time: Timestamp) -> OutgoingMessage {
    state(isOnline: true, at: time)
  }

  /// What is said before an orderly disconnect at `time`.
  public func offline(at time: Timestamp) -> OutgoingMessage {
    state(isOnline: false, at: time)
  }

  private func state(isOnline: Bool, at time: Timestamp) -> OutgoingMessage {
    OutgoingMessage(
      topic: SparkplugTopic.state(of: name),
      payload: Array("{\"online\":\(isOnline),\"timestamp\":\(time.milliseconds)}".utf8),
      qualityOfService: 1, isRetained: true)
  }
}
