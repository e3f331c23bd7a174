/// A play with a part for every venue of a plan.
public enum Scenario: String, CaseIterable, Sendable {
  /// All is well.
  case steady
  /// One venue drifts out of limits, one falls silent in limits, all jitter.
  case demo
  /// One venue loses its network for a while and sends its readings afterwards.
  case outage
  /// One venue's clock is ten minutes ahead, another's ten minutes behind.
  case skew

  /// What goes wrong at the venue with index `venue` of `venueCount`.
  ///
  /// The fourth and the eighth of ten have the parts; of fewer, those at 3/10 and 7/10.
  ///
  /// - Precondition: the index is below the count.
  public func faults(venue: Int, of venueCount: Int) -> [Fault] {
    precondition((0..<venueCount).contains(venue), "a venue that the plan does not have")
    let isFirst = venue == venueCount * 3 / 10
    let isSecond = venue == venueCount * 7 / 10 && !isFirst
    switch self {
    case .steady: return []
    case .demo:
      // At 150 an hour 0.6 mg/L fall below 0.3 in 17 s, so that a demonstration need not wait.
      return [.jitter(.milliseconds(200))]
        + (isFirst ? [.drift(from: .seconds(5), perHour: 150)] : [])
        + (isSecond ? [.silence(from: .seconds(10))] : [])
    case .outage: return isFirst ? [.outage(from: .seconds(10), to: .seconds(40))] : []
    case .skew:
      return isFirst ? [.skew(.seconds(600))] : isSecond ? [.skew(.seconds(-600))] : []
    }
  }
}
