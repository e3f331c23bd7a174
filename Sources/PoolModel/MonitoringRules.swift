/// Which alarms follow from the flags of values.
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

  /// What values are flagged by; nil when no sensor is called stuck.
  public let stuck: QualityRules?
  /// When too many values fail; nil when nobody is told.
  public let badShare: BadShare?

  /// Whether there is any such rule.
  public var isEmpty: Bool { stuck == nil && badShare == nil }

  /// The rules about flags.
  public init(stuck: QualityRules? = nil, badShare: BadShare? = nil) {
    self.stuck = stuck
    self.badShare = badShare
  }
}
