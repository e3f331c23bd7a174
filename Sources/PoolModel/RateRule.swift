/// How fast a parameter may change.
public struct RateRule: Hashable, Sendable {
  /// The fastest change that nobody is told of, in the parameter's unit a minute; above 0.
  public let perMinute: Double
  /// Over how long it is looked at: the newest value is compared with the one so long before.
  public let window: Duration

  /// More than `perMinute` on average over `window`.
  public init(perMinute: Double, window: Duration) {
    precondition(perMinute > 0 && window > .zero, "every value changes at no rate over no time")
    self.perMinute = perMinute
    self.window = window
  }
}
