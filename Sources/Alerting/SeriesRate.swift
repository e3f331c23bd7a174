import PoolModel

/// How fast one watched series changes: its newest usable values, and how far its two rules have come.
///
/// A function of the usable values of three windows and of which alarms are on, so that reading those back after
/// a restart gives the same.
struct SeriesRate: Sendable {
  /// What is asked of a value.
  struct Question: Sendable {
    /// The fastest change that nobody is told of, in the parameter's unit a minute.
    let perMinute: Double
    /// How long before the newest value the other one is, in milliseconds.
    let window: Int64
    /// How far after that it may be, in milliseconds: half of an interval or of a cell, so that jitter does not matter.
    let laterReach: Int64
    /// How far before that it may be: one more, for where it is missing.
    let earlierReach: Int64
    /// Of each such stretch of time the first value is kept, in milliseconds.
    let cell: Int64
    /// Usable values may be so far apart, in milliseconds.
    let patience: Int64

    /// A question of `rule` about a series that comes every `interval`.
    init(_ rule: RateRule, interval: Duration, patience: Int64) {
      perMinute = rule.perMinute
      window = rule.window.wholeMilliseconds
      cell = max(1, window / Self.cellCount)
      laterReach = max(interval.wholeMilliseconds, cell) / 2
      earlierReach = laterReach * 3
      self.patience = patience
    }

    /// How many values are kept at most of a series that comes no faster than its interval.
    var keptCount: Int { Int((window + earlierReach) / max(1, 2 * laterReach)) + 2 }

    /// So many cells has a window: a kilobyte of values, and fine enough for an average.
    private static let cellCount: Int64 = 60
  }

  /// A value, and one a window before it.
  struct Change: Hashable, Sendable {
    let from: Double
    let to: Double
    /// The time between them in milliseconds.
    let span: Int64

    /// In the unit of the values.
    var perMinute: Double { (to - from) / (Double(span) / 60_000) }
  }

  /// What follows from a value.
  struct Finding: Sendable {
    var rising = LimitAction.nothing
    var falling = LimitAction.nothing
    /// What it rests on; nil where there was nothing to compare with.
    var change: Change?
  }

  private struct Kept: Sendable {
    let time: Int64
    let value: Double
  }

  /// The values that others are compared with, oldest first.
  private var kept: [Kept] = []
  private var rising = LimitRun()
  private var falling = LimitRun()
  /// The same before the newest usable value: it may yet fail.
  private var earlierRising = LimitRun()
  private var earlierFalling = LimitRun()
  /// The newest usable value's time, in milliseconds; nil before it, and after an interruption.
  private var last: Int64?
  private var earlierLast: Int64?
  /// Whether the newest usable value is the last one kept.
  private var isNewestKept = false
  /// The newest value that was looked at, in milliseconds; nil before it.
  private(set) var lastLooked: Int64?
  /// Before then values say nothing of the water yet, as the sensor was worked at.
  private var quietUntil = Int64.min

  /// Nothing is remembered.
  init() {}

  /// An alarm about a change upwards (`high`) or downwards is active since before the start.
  mutating func restore(_ side: Bound.Side) {
    if side == .high { rising = .active } else { falling = .active }
  }

  /// The sensor does not see the pool, or the water is not judged: what comes after it is not compared with what
  /// was before.
  ///
  /// - Parameters:
  ///   - time: the value's, in milliseconds.
  ///   - quiet: for how long after it nothing counts, in milliseconds.
  mutating func interrupt(at time: Int64, quiet: Int64 = 0) {
    forget()
    lastLooked = time
    quietUntil = max(quietUntil, time + quiet)
  }

  /// Forgets every value, and not what is on.
  mutating func forgetValues() {
    forget()
    (earlierRising, earlierFalling, earlierLast) = (rising, falling, nil)
    lastLooked = nil
    quietUntil = .min
  }

  /// A value in order was looked at that says nothing of the water.
  mutating func pass(at time: Int64) { lastLooked = time }

  /// A usable value in order came; `isReadBack` when it was judged before: then nothing follows.
  mutating func take(
    _ value: Double, at time: Int64, asking question: Question, isReadBack: Bool
  ) -> Finding {
    lastLooked = time
    guard time >= quietUntil else { return Finding() }
    if let last, time - last > question.patience { forget() }
    (earlierRising, earlierFalling, earlierLast) = (rising, falling, last)
    last = time
    keep(value, at: time, question)
    guard let change = change(to: value, at: time, question) else {
      rising.suppressed()
      falling.suppressed()
      return Finding()
    }
    let up = question.standing(of: change, upwards: true)
    let down = question.standing(of: change, upwards: false)
    guard !isReadBack else {
      rising.readBack(up, value: value, at: time)
      falling.readBack(down, value: value, at: time)
      return Finding()
    }
    // Two values it takes in any case.
    return Finding(
      rising: rising.sampled(
        up, value: value, at: time, onDelay: 0, offDelay: question.window),
      falling: falling.sampled(
        down, value: value, at: time, onDelay: 0, offDelay: question.window),
      change: change)
  }

  /// The newest value, at `time`, failed after all: it is to be as if it had failed at once.
  ///
  /// What it raised or ended stays so: people were told.
  mutating func takeBack(at time: Int64) {
    guard last == time else { return }
    if rising.isHolding == earlierRising.isHolding { rising = earlierRising }
    if falling.isHolding == earlierFalling.isHolding { falling = earlierFalling }
    last = earlierLast
    if isNewestKept { kept.removeLast() }
    isNewestKept = false
  }

  /// The bytes of its buffer, with the header.
  var bufferByteCount: Int { kept.capacity * MemoryLayout<Kept>.stride + 32 }

  private mutating func forget() {
    kept.removeAll(keepingCapacity: true)
    isNewestKept = false
    last = nil
    rising.suppressed()
    falling.suppressed()
  }

  private mutating func keep(_ value: Double, at time: Int64, _ question: Question) {
    isNewestKept = kept.last.map { $0.time / question.cell != time / question.cell } ?? true
    let old = kept.prefix { $0.time < time - question.window - question.earlierReach }.count
    if old > 0 { kept.removeFirst(old) }
    // Doubling would leave up to half of it unused for ever.
    if kept.isEmpty { kept.reserveCapacity(question.keptCount) }
    if isNewestKept { kept.append(Kept(time: time, value: value)) }
  }

  /// The change since the kept value that is nearest to a window before; nil where none is near enough.
  private func change(to value: Double, at time: Int64, _ question: Question) -> Change? {
    let wanted = time - question.window
    var nearest: Kept?
    for other in kept where other.time >= wanted - question.earlierReach {
      if other.time > wanted + question.laterReach { break }
      if let known = nearest, abs(other.time - wanted) >= abs(known.time - wanted) { break }
      nearest = other
    }
    guard let nearest else { return nil }
    return Change(from: nearest.value, to: value, span: time - nearest.time)
  }
}

extension SeriesRate.Question {
  /// Where a change stands in respect of the rule: within half of it, as an alarm has to be to end, or beyond it.
  fileprivate func standing(of change: SeriesRate.Change, upwards: Bool) -> Standing {
    let difference = upwards ? change.to - change.from : change.from - change.to
    let allowed = perMinute * (Double(change.span) / 60_000)
    // Values and rule are written as decimals: without the last binary digits a change as fast as the rule is
    // not faster.
    if Self.decimal(difference) > Self.decimal(allowed) { return .outside }
    return Self.decimal(difference) < Self.decimal(allowed / 2) ? .inside : .near
  }

  private static func decimal(_ number: Double) -> Double {
    let scaled = (number * 1e9).rounded()
    return abs(scaled) < 0x1p53 ? scaled / 1e9 : number
  }
}
