/// One point in time as both of the machine's clocks show it.
///
/// The wall clock says what to write down; it may step. The monotonic clock says how long something
/// took; it never steps and means nothing across a restart.
public struct Moment: Hashable, Sendable {
  /// The wall clock.
  public var wall: Timestamp
  /// The monotonic clock, as the span since an arbitrary origin of this run.
  public var monotonic: Duration

  /// A moment that both clocks name.
  public init(wall: Timestamp, monotonic: Duration) {
    self.wall = wall
    self.monotonic = monotonic
  }

  /// The moment `span` later on both clocks.
  public func advanced(by span: Duration) -> Moment {
    Moment(wall: wall + span, monotonic: monotonic + span)
  }
}

/// The seam to the machine's clocks.
public protocol Clock: Sendable {
  /// Both clocks, read together.
  func now() -> Moment
}
