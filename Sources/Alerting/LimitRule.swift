import PoolModel

/// Where a value stands in respect of one bound.
enum Standing: Hashable, Sendable {
  /// In limits by at least the deadband.
  case inside
  /// In limits, but nearer to the bound than the deadband.
  case near
  /// Out of limits.
  case outside
}

/// One end of a limit with its deadband.
struct DampedBound: Hashable, Sendable {
  typealias Side = Bound.Side

  let side: Side
  let bound: Bound
  /// The value nearest to the bound that counts as inside.
  let returnsAt: Double

  init(side: Side, bound: Bound, deadband: Double) {
    self.side = side
    self.bound = bound
    returnsAt = Self.decimal(side == .low ? bound.value + deadband : bound.value - deadband)
  }

  func standing(of value: Double) -> Standing {
    switch side {
    case .low:
      if value < bound.value || (value == bound.value && !bound.isInclusive) { return .outside }
      return value >= returnsAt ? .inside : .near
    case .high:
      if value > bound.value || (value == bound.value && !bound.isInclusive) { return .outside }
      return value <= returnsAt ? .inside : .near
    }
  }

  /// Where `value` stands in respect of this bound as a critical one, where it stands so in respect of its
  /// limit: nothing is critical that is in limits.
  func standing(of value: Double, whereLimitIs limit: Standing) -> Standing {
    limit == .outside ? standing(of: value) : .inside
  }

  /// Whether it leaves less room than `other`, a bound on the same side.
  func isTighter(than other: DampedBound) -> Bool {
    bound.isTighter(than: other.bound, at: side)
  }

  /// The double nearest to the decimal number that `sum` was meant to be.
  ///
  /// Bound and deadband are written as decimals, and so is a sensor's 0.33; but as doubles 0.30 and
  /// 0.03 add up to a little more than 0.33 or a little less. A division of two whole numbers
  /// below 2⁵³ gives the double nearest to the true quotient, the same that reading `0.33` gives,
  /// so rounding to nine decimal places first makes touching the line count as inside. Beyond nine
  /// million, where that is not exact, `sum` stays as it is.
  private static func decimal(_ sum: Double) -> Double {
    let scaled = (sum * 1e9).rounded()
    return abs(scaled) < 0x1p53 ? scaled / 1e9 : sum
  }
}

/// How far one limit rule of one pool has come: the state machine between its samples.
///
/// Normal → pending at the first sample out of limits → active when a second or later one is out at
/// least the on-delay after the first → returning at the first sample inside by the deadband →
/// normal when a second or later one is inside at least the off-delay after that. A sample in
/// limits ends pending; one that is not inside ends returning, and so does, of both, a time in which the
/// water is not judged. All times are sample times, in milliseconds.
///
/// What it remembers rests on the last usable samples of the longest delay, so that reading those
/// back after a restart gives the same state; but for active, which is in Records.
struct LimitRun: Hashable, Sendable {
  enum Phase: UInt8, Hashable, Sendable {
    case normal, pending, active, returning
  }

  private(set) var phase: Phase = .normal
  /// The bound that the newest value was judged by.
  var choice = BoundChoice.plain
  /// While pending the first sample out of limits, while returning the first one inside.
  private(set) var since: Int64 = 0
  /// While pending or returning, the newest usable sample; else the newest that was looked at.
  private(set) var last: Int64 = 0
  /// While pending, the newest value.
  private(set) var value: Double = 0

  /// The run of a rule that is normal.
  init() {}

  /// The run of a rule whose occurrence is active.
  static var active: LimitRun {
    var run = LimitRun()
    run.phase = .active
    return run
  }

  /// A good or suspect sample came.
  mutating func sampled(
    _ standing: Standing, value: Double, at time: Int64, onDelay: Int64, offDelay: Int64
  ) -> LimitAction {
    let before = phase
    readBack(standing, value: value, at: time)
    if before == .pending, phase == .pending, time - since >= onDelay {
      phase = .active
      return .raise(eventTime: since, value: value)
    }
    if before == .returning, phase == .returning, time - since >= offDelay {
      phase = .normal
      return .end(returnedTime: since)
    }
    return .nothing
  }

  /// A good or suspect sample was read back: counted, without raising or ending anything.
  mutating func readBack(_ standing: Standing, value: Double, at time: Int64) {
    last = time
    switch phase {
    case .normal, .pending:
      guard standing == .outside else {
        phase = .normal
        return
      }
      if phase == .normal { since = time }
      phase = .pending
      self.value = value
    case .active, .returning:
      guard standing == .inside else {
        phase = .active
        return
      }
      if phase == .active { since = time }
      phase = .returning
    }
  }

  /// The newest usable sample, at `time`, turned out to say nothing of the water: goes back to `before`,
  /// where the run was before it.
  ///
  /// What it raised or ended stays so: people were told.
  mutating func takeBack(_ before: LimitRun, at time: Int64, patience: Int64) -> LimitAction {
    guard last == time, isHolding == before.isHolding else { return .nothing }
    self = before
    return failed(at: time, patience: patience)
  }

  /// A sample came that says nothing of the water.
  ///
  /// It neither raises nor ends anything by itself. But when nothing else has come for longer than
  /// `patience`, the water has fallen silent behind it: what is pending is raised, and what was
  /// on its way back has to begin anew.
  mutating func failed(at time: Int64, patience: Int64) -> LimitAction {
    guard phase == .pending || phase == .returning, time - last > patience else { return .nothing }
    return fellSilent()
  }

  /// Nothing usable has come for too long.
  mutating func fellSilent() -> LimitAction {
    let before = phase
    if before == .returning || before == .pending { phase = .active }
    return before == .pending ? .raise(eventTime: since, value: value) : .nothing
  }

  /// The water is not judged for a while, by design: what is pending stops, and what was on its way back
  /// has to begin anew.
  mutating func suppressed() {
    if phase == .pending { phase = .normal }
    if phase == .returning { phase = .active }
  }

  /// Whether its condition holds.
  var isHolding: Bool { phase == .active || phase == .returning }

  /// Whether it waits for a delay to pass.
  var isUndecided: Bool { phase == .pending || phase == .returning }

  /// A sample that says nothing of the water was read back.
  mutating func readBackFailed(at time: Int64, patience: Int64) {
    // What was pending for so long was raised then, so it is active or over by now.
    if phase == .returning, time - last > patience { phase = .active }
  }
}

/// What a limit rule's event leads to.
enum LimitAction: Hashable, Sendable {
  case nothing
  /// An occurrence begins.
  ///
  /// - Parameters:
  ///   - eventTime: the first sample out of limits.
  ///   - value: the newest one.
  case raise(eventTime: Int64, value: Double)
  /// The occurrence is over since the sample at `returnedTime`.
  case end(returnedTime: Int64)
}
