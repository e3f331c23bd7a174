public import PoolModel

/// Where the steps of a history begin and end.
///
/// Steps stand on the local clock. Those that divide a day are counted from each local midnight, so that
/// hours begin at full hours. Steps of whole days are local days, 23 or 25 hours long where the clocks
/// change, counted from the day of the first instant. Others are counted from the first instant's
/// midnight on. The history may begin and end within a step: then it has a part of that step.
public struct StepGrid: Sendable {
  /// How long a step is.
  public let step: Duration
  private let zone: Zone
  private let firstDay: CivilDate
  private let firstMidnight: Timestamp
  private let kind: Kind

  private enum Kind {
    case partOfDay
    case days(Int)
    case other
  }

  /// Steps of a length of `step`, at least one second, from `from` on.
  public init(from: Timestamp, step: Duration, zone: Zone) {
    precondition(step >= .seconds(1), "a step is at least one second")
    self.step = step
    self.zone = zone
    firstDay = zone.date(at: from)
    firstMidnight = zone.start(of: firstDay)
    let (length, day) = (step.wholeMilliseconds, Self.dayLength)
    kind = length % day == 0 ? .days(Int(length / day)) : day % length == 0 ? .partOfDay : .other
  }

  /// Steps of equal length, one after the other.
  public struct Run: Hashable, Sendable {
    /// Where the first one begins.
    public let start: Timestamp
    /// Where the last one ends; it may be shorter than the others.
    public let end: Timestamp
    /// How long each is.
    public let step: Duration

    /// How many they are.
    public var stepCount: Int {
      let step = step.wholeMilliseconds
      return Int((end.milliseconds - start.milliseconds + step - 1) / step)
    }
  }

  /// Where the step begins that `instant` lies in.
  ///
  /// - Parameter instant: not before the first instant.
  /// - Returns: its beginning, which may lie before the first instant.
  public func start(ofStepAt instant: Timestamp) -> Timestamp {
    switch kind {
    case .partOfDay: floored(instant, from: zone.start(of: zone.date(at: instant)))
    case .other: floored(instant, from: firstMidnight)
    case .days(let count): midnight(dayNumber(of: instant) / count * count)
    }
  }

  /// Where the step ends that `instant` lies in: the next one begins there.
  ///
  /// - Parameter instant: not before the first instant.
  /// - Returns: its end.
  public func end(ofStepAt instant: Timestamp) -> Timestamp {
    switch kind {
    case .partOfDay:
      min(start(ofStepAt: instant) + step, midnight(dayNumber(of: instant) + 1))
    case .other: start(ofStepAt: instant) + step
    case .days(let count): midnight((dayNumber(of: instant) / count + 1) * count)
    }
  }

  /// The steps from `start` to `end` as far as they are equally long, at most `limit` of them.
  ///
  /// - Parameters:
  ///   - start: where the history begins, or where another run ended.
  ///   - end: where the history ends, later than `start`.
  ///   - limit: steps wanted at most, at least 1.
  /// - Returns: at least one step.
  public func run(from start: Timestamp, to end: Timestamp, limit: Int) -> Run {
    let next = self.end(ofStepAt: start)
    guard next - start == step else {
      return Run(start: start, end: min(next, end), step: next - start)
    }
    var last = next
    var room = limit - 1
    while room > 0, last < end {
      let count = equalSteps(from: last, limit: room)
      if count == 0 { break }
      last = last + step * count
      room -= count
    }
    return Run(start: start, end: min(last, end), step: step)
  }

  /// The shortest step, of whole seconds, minutes, hours or days, that divides `span` into at most
  /// `columnCount` steps wherever it begins.
  ///
  /// - Parameters:
  ///   - span: how much time there is, not negative.
  ///   - columnCount: at least 2.
  /// - Returns: the step.
  public static func step(dividing span: Duration, columnCount: Int) -> Duration {
    // The first and the last step may be cut, so there can be one more than the span has.
    let wanted = max(1, span.wholeMilliseconds / Int64(max(1, columnCount - 1)) / 1000 + 1)
    // One that divides a day: others begin at odd times.
    if let step = partsOfDay.first(where: { $0 >= wanted }) { return .seconds(step) }
    let day = dayLength / 1000
    return .seconds((wanted + day - 1) / day * day)
  }

  private static let dayLength: Int64 = 86_400_000

  /// The numbers of seconds that divide a day, ascending.
  ///
  /// From a minute on those of whole minutes alone, which rollups answer. Each is at most twice the
  /// one before.
  private static let partsOfDay: [Int64] = (1...43_200).filter {
    86_400 % $0 == 0 && ($0 < 60 || $0 % 60 == 0)
  }

  /// How many steps of full length follow each other from the boundary `start` on, up to the day's end at
  /// most; 0 when the next one is shorter or longer.
  private func equalSteps(from start: Timestamp, limit: Int) -> Int {
    switch kind {
    case .other: return limit
    case .days: return end(ofStepAt: start) - start == step ? 1 : 0
    case .partOfDay:
      let rest = midnight(dayNumber(of: start) + 1) - start
      return Int(min(Int64(limit), rest.wholeMilliseconds / step.wholeMilliseconds))
    }
  }

  private func floored(_ instant: Timestamp, from midnight: Timestamp) -> Timestamp {
    midnight + step * Int((instant - midnight).wholeMilliseconds / step.wholeMilliseconds)
  }

  private func dayNumber(of instant: Timestamp) -> Int {
    zone.date(at: instant).daysSinceEpoch - firstDay.daysSinceEpoch
  }

  private func midnight(_ dayNumber: Int) -> Timestamp {
    zone.start(of: CivilDate(daysSinceEpoch: firstDay.daysSinceEpoch + dayNumber))
  }
}
