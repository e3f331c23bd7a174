/// That the drift of a parameter towards its limits is watched.
public struct TrendRule: Hashable, Sendable {
  /// The smallest step that its sensors show, in the parameter's unit, above 0; what the plan says of a
  /// pool's own sensor comes first.
  public let resolution: Double

  /// Whether a warning asks that the value leave what it did in the day before, so that the slow limbs of
  /// dosing give none.
  public let asksLastDay: Bool

  /// Watches sensors that show steps of `resolution`.
  ///
  /// - Parameters:
  ///   - resolution: above 0, in the parameter's unit.
  ///   - asksLastDay: whether a warning has to leave the range of the day before.
  public init(resolution: Double, asksLastDay: Bool = true) {
    precondition(resolution > 0, "no sensor shows every number")
    self.resolution = resolution
    self.asksLastDay = asksLastDay
  }
}
