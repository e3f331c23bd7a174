/// That the drift of a parameter towards its limits is watched.
public struct TrendRule: Hashable, Sendable {
  /// The smallest step that its sensors show, in the parameter's unit, above 0; what the plan says of a
  /// pool's own sensor comes first.
  public let resolution: Double

  /// Watches sensors that show steps of `resolution`.
  public init(resolution: Double) {
    precondition(resolution > 0, "no sensor shows every number")
    self.resolution = resolution
  }
}
