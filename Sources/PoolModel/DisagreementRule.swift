/// When free chlorine and ORP contradict each other, so that one of their sensors is wrong or something binds
/// the chlorine.
public struct DisagreementRule: Hashable, Sendable {
  /// Two bounds, one of each: beyond both they contradict each other.
  public struct Bounds: Hashable, Sendable {
    /// Of free chlorine, in mg/L.
    public let chlorine: Double
    /// Of ORP, in mV.
    public let orp: Double

    /// The bounds of both.
    public init(chlorine: Double, orp: Double) {
      self.chlorine = chlorine
      self.orp = orp
    }
  }

  /// The plan's number of free chlorine.
  public let chlorine: ParameterNumber
  /// The plan's number of ORP.
  public let orp: ParameterNumber
  /// More chlorine than this with less ORP than this.
  public let weakORP: Bounds
  /// Less chlorine than this with more ORP than this; nil where that is not looked at.
  public let strongORP: Bounds?
  /// How long they have to, in sample time; half as long without ends it.
  public let delay: Duration

  /// A contradiction by `weakORP` or `strongORP` that lasts for `delay`.
  public init(
    chlorine: ParameterNumber, orp: ParameterNumber, weakORP: Bounds, strongORP: Bounds? = nil,
    delay: Duration
  ) {
    self.chlorine = chlorine
    self.orp = orp
    self.weakORP = weakORP
    self.strongORP = strongORP
    self.delay = delay
  }

  /// Whether the two values contradict each other; none on a bound does.
  public func isMet(chlorine: Double, orp: Double) -> Bool {
    if chlorine > weakORP.chlorine, orp < weakORP.orp { return true }
    return strongORP.map { chlorine < $0.chlorine && orp > $0.orp } ?? false
  }
}
