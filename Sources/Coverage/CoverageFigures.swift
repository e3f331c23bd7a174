/// How many readings were due, came, and could be used; figures of several series or periods add up.
public struct CoverageFigures: Hashable, Sendable {
  /// Readings that were due.
  public var due: Int
  /// Readings of those that came, 0…`due`.
  public var received: Int
  /// Readings of those that were good or suspect, 0…`received`.
  public var valid: Int
  /// Readings that would have been due at times of which it is not known what came, because that is lost;
  /// they are not among `due`.
  public var lost: Int

  /// Figures with all numbers; nothing due without any.
  public init(due: Int = 0, received: Int = 0, valid: Int = 0, lost: Int = 0) {
    self.due = due
    self.received = received
    self.valid = valid
    self.lost = lost
  }

  /// The figures of both together.
  public static func + (left: CoverageFigures, right: CoverageFigures) -> CoverageFigures {
    CoverageFigures(
      due: left.due + right.due, received: left.received + right.received,
      valid: left.valid + right.valid, lost: left.lost + right.lost)
  }

  /// 传输率, received ÷ due, 0…1; nil when nothing was due.
  public var transmissionRate: Double? { share(received, of: due) }
  /// 有效率, valid ÷ received, 0…1; nil when nothing was received.
  public var validityRate: Double? { share(valid, of: received) }
  /// 传输有效率, valid ÷ due, 0…1; nil when nothing was due.
  public var effectiveTransmissionRate: Double? { share(valid, of: due) }

  private func share(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
