import PoolModel

/// What is remembered of one series whose drift is watched: its newest buckets, and the newest value, which
/// waits until its flag is final.
struct SeriesTrend: Sendable {
  /// Which limits a value was judged by.
  struct Choice: Sendable {
    /// The profile in force; nil when there was none.
    var profile: Int?
    var low = BoundChoice.plain
    var high = BoundChoice.plain
  }

  private struct Waiting: Sendable {
    let value: Double
    var isGood: Bool
    let choice: Choice
  }

  private(set) var window: TrendWindow
  /// The limits that the newest value in the buckets was judged by; nil when there is none.
  private(set) var choice: Choice?
  /// The newest value that was looked at, in milliseconds; nil before it.
  private(set) var last: Int64?
  private var waiting: Waiting?
  /// Before then values say nothing of the water yet, as the sensor was worked at.
  private var quietUntil = Int64.min

  /// Nothing is remembered.
  ///
  /// - Parameter history: what warnings ask for; nil when they do not.
  init(history: TrendHistory?) { window = TrendWindow(history: history) }

  /// What is on for either side.
  var levels: (low: TrendLevel, high: TrendLevel) { (window.level(.low), window.level(.high)) }

  /// Takes a value in order as `settle` and `wait` do, where it is of the bucket that is gathered.
  ///
  /// - Parameters:
  ///   - value: the value.
  ///   - isGood: by the flag that it has now.
  ///   - choice: by which limits it was judged.
  ///   - time: its time, in milliseconds.
  ///   - width: the length of a bucket, likewise.
  /// - Returns: false where the value is of another bucket: then nothing was done.
  @inline(__always)
  mutating func goOn(
    _ value: Double, isGood: Bool, choice: Choice, at time: Int64, width: Int64
  ) -> Bool {
    guard let number = window.number else { return false }
    let passed = time - number * width
    guard passed >= 0, passed < width else { return false }
    if settle(at: time) { wait(value, isGood: isGood, choice: choice) }
    return true
  }

  /// Puts back what was on.
  mutating func restore(_ level: TrendLevel, to side: Bound.Side) {
    window.restore(level, to: side)
  }

  /// The sensor does not see the pool, or the water is not judged: the line begins anew after it.
  ///
  /// - Parameters:
  ///   - time: the value's, in milliseconds.
  ///   - quiet: for how long after it nothing counts, in milliseconds.
  mutating func interrupt(at time: Int64, quiet: Int64 = 0) {
    window.forget()
    waiting = nil
    choice = nil
    last = time
    quietUntil = max(quietUntil, time + quiet)
  }

  /// Forgets every value, and not what is on.
  mutating func forgetValues() {
    window.forget()
    window.forgetHistory()
    waiting = nil
    choice = nil
    last = nil
    quietUntil = .min
  }

  /// A value in order came, so that the flag of the one before it is final: that goes into its bucket when
  /// it is good.
  ///
  /// - Parameter time: the value's, in milliseconds.
  /// - Returns: whether the value counts.
  mutating func settle(at time: Int64) -> Bool {
    if let waiting, waiting.isGood {
      window.gather(waiting.value)
      choice = waiting.choice
    }
    waiting = nil
    last = time
    return time >= quietUntil
  }

  /// Ends the buckets before the one with the number `next`.
  mutating func pass(
    to next: Int64, asking question: TrendWindow.Question, scratch: inout TrendScratch
  ) -> [TrendWatch.Finding] {
    window.pass(to: next, asking: question, scratch: &scratch)
  }

  /// Keeps the value that was settled for until its flag is final.
  mutating func wait(_ value: Double, isGood: Bool, choice: Choice) {
    waiting = Waiting(value: value, isGood: isGood, choice: choice)
  }

  /// The flag of the newest value became another one.
  mutating func amend(isGood: Bool) { waiting?.isGood = isGood }
}
