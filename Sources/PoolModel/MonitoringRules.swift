/// Which alarms there are about sensors and gateways.
public struct MonitoringRules: Hashable, Sendable {
  /// When too many values fail.
  public struct BadShare: Hashable, Sendable {
    /// More than this part of what is due, in percent.
    public let percent: Double
    /// Over how long.
    public let window: Duration

    /// More than `percent` within `window`.
    public init(percent: Double, window: Duration) {
      self.percent = percent
      self.window = window
    }
  }

  /// When a gateway counts as offline.
  public struct GatewayOffline: Hashable, Sendable {
    /// Nothing came of it for so long.
    public let silence: Duration
    /// It was said to be gone for so long, and nothing came of it since.
    public let afterWord: Duration

    /// Silent for `silence`, or said to be gone for `afterWord`.
    public init(silence: Duration, afterWord: Duration) {
      self.silence = silence
      self.afterWord = afterWord
    }
  }

  /// When too little of what is due comes.
  public struct Transmission: Hashable, Sendable {
    /// Less than this part of what is due, in percent.
    public let percent: Double
    /// Over how long, up to a full hour.
    public let window: Duration

    /// Less than `percent` within `window`.
    public init(percent: Double, window: Duration) {
      self.percent = percent
      self.window = window
    }

    /// From here on it is over, in percent: a tenth of what is missing to 100 above the bound.
    public var endPercent: Double { percent + (100 - percent) / 10 }
  }

  /// What values are flagged by; nil when no sensor is called stuck.
  public let stuck: QualityRules?
  /// When too many values fail; nil when nobody is told.
  public let badShare: BadShare?
  /// A gateway's clock that is further off than this is wrong; nil when nobody is told.
  public var clockOffset: Duration?
  /// When a gateway counts as offline; nil when nobody is told.
  public var gatewayOffline: GatewayOffline?

  /// When chlorine and ORP contradict each other; nil when nobody is told.
  public var disagreement: DisagreementRule?

  /// When too little of what is due comes; nil when nobody is told.
  public var transmission: Transmission?

  /// Whether there is no rule about the flags of values.
  public var isEmpty: Bool { stuck == nil && badShare == nil }
  /// Whether there is a rule about gateways.
  public var isAboutGateways: Bool { clockOffset != nil || gatewayOffline != nil }

  /// The rules about flags, and no others.
  public init(stuck: QualityRules? = nil, badShare: BadShare? = nil) {
    self.stuck = stuck
    self.badShare = badShare
  }
}
