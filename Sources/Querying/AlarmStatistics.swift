public import PoolModel

/// The figures by which IEC 62682 (ISA-18.2) looks at what alarms ask of people, over some time.
///
/// Counts what people were told of, each occurrence once. Holds some fifty bytes an alarm.
public struct AlarmStatistics: Sendable {
  /// The time that the figures are about.
  let period: Range<Timestamp>
  /// Among how many people the alarms are divided.
  let operatorCount: Int
  private let fleetingSpan: Duration

  /// When people were told, ascending.
  private(set) var toldTimes: [Timestamp] = []
  /// By alarm, when its occurrences began.
  private(set) var eventTimes: [AlarmName: [Timestamp]] = [:]
  private(set) var counts: [AlarmClass: Int] = [:]
  private(set) var priorities: [AlarmPriority: Int] = [:]
  private(set) var fleetingCount = 0
  /// How long it took until somebody took an alarm on, of those that somebody did.
  private(set) var acknowledging: [Duration] = []
  /// How long a condition held, of those that are over.
  private(set) var returning: [Duration] = []
  /// Alarms that stood for too long.
  private(set) var stale: [(alarm: ToldAlarm, span: Duration)] = []
  /// How long a parameter of a pool was out of its limits.
  private(set) var outOfLimits: [(pool: PoolID, parameter: String, seconds: Double)] = []

  /// An alarm that is on for longer is stale.
  public static let staleSpan = Duration.seconds(86_400)

  /// Figures of which nothing is counted yet.
  ///
  /// - Parameters:
  ///   - period: the time they are about; what comes after is not looked at.
  ///   - interval: the plan's nominal time between two readings.
  ///   - operatorCount: among how many people the alarms are divided, at least 1.
  public init(period: Range<Timestamp>, interval: Duration, operatorCount: Int) {
    precondition(operatorCount >= 1, "alarms divided among nobody")
    self.period = period
    self.operatorCount = operatorCount
    fleetingSpan = interval * 2
  }

  /// How many alarms people were told of.
  public var count: Int { toldTimes.count }

  /// Counts an alarm that people were told of in the period.
  ///
  /// - Parameter alarm: the alarm as it stood at the end of the period; not told before the one counted last.
  public mutating func add(_ alarm: ToldAlarm) {
    toldTimes.append(max(alarm.toldTime, toldTimes.last ?? .distantPast))
    eventTimes[alarm.name, default: []].append(alarm.eventTime)
    counts[alarm.alarmClass, default: 0] += 1
    priorities[alarm.priority, default: 0] += 1
    if let time = alarm.acknowledgedTime {
      // It can have been taken on before people were told, while catching up.
      acknowledging.append(max(.zero, time - alarm.toldTime))
    }
    if let cleared = alarm.clearedTime, cleared - alarm.toldTime < fleetingSpan {
      fleetingCount += 1
    }
    if let returned = alarm.returnedTime {
      returning.append(max(.zero, returned - alarm.eventTime))
    }
  }

  /// Counts an alarm that people had been told of, and that was on for so long in the period or before that
  /// it may be stale.
  public mutating func add(standing alarm: ToldAlarm) {
    let end = min(alarm.returnedTime ?? period.upperBound, period.upperBound)
    let isBefore = alarm.returnedTime.map { $0 <= period.lowerBound } ?? false
    guard end - alarm.eventTime > Self.staleSpan, !isBefore else { return }
    stale.append((alarm, end - alarm.eventTime))
  }

  /// Counts for how long `parameter` of `pool` was out of its mandatory limits in the period while the pool was
  /// open; nothing changes when it was not.
  public mutating func add(outOfLimits seconds: Double, of pool: PoolID, parameter: String) {
    if seconds > 0 { outOfLimits.append((pool, parameter, seconds)) }
  }
}

// MARK: - What follows from the counts

extension AlarmStatistics {
  /// How long the period is, in hours.
  var hours: Double { (period.upperBound - period.lowerBound).inSeconds / 3600 }

  /// The hour from a telling on in which people were told of the most alarms, the first of several; nil when
  /// there was none.
  var busiestHour: (range: Range<Timestamp>, count: Int)? {
    var best: (first: Int, count: Int) = (0, 0)
    var end = 0
    for first in toldTimes.indices {
      while end < toldTimes.count, toldTimes[end] < toldTimes[first] + .seconds(3600) { end += 1 }
      if end - first > best.count { best = (first, end - first) }
    }
    guard best.count > 0 else { return nil }
    let start = toldTimes[best.first]
    return (start..<start + .seconds(3600), best.count)
  }

  /// The times in which there were too many.
  var floods: [AlarmFlood] { AlarmFlood.all(in: toldTimes, until: period.upperBound) }

  /// The alarms that chatter, with how many of their occurrences; the most first.
  var chattering: [(name: AlarmName, count: Int)] {
    ranked(eventTimes.mapValues { Chattering.indices(in: $0.sorted()).count })
  }

  /// The alarms with how often they came, the most first.
  var frequent: [(name: AlarmName, count: Int)] { ranked(eventTimes.mapValues(\.count)) }

  /// Those that are not 0, the largest first, then by pool, rule and parameter.
  private func ranked(_ counts: [AlarmName: Int]) -> [(name: AlarmName, count: Int)] {
    counts.filter { $0.value > 0 }.sorted {
      $0.value != $1.value ? $0.value > $1.value : $0.key.order < $1.key.order
    }.map { ($0.key, $0.value) }
  }

  /// The middle of `spans` in seconds, the mean of two where their number is even; nil for none.
  static func median(_ spans: [Duration]) -> Double? {
    guard !spans.isEmpty else { return nil }
    let sorted = spans.sorted()
    let upper = sorted[sorted.count / 2]
    return ((sorted[(sorted.count - 1) / 2] + upper) / 2).inSeconds
  }

  /// The smallest of `spans` in seconds that nine of ten do not exceed; nil for none.
  static func p90(_ spans: [Duration]) -> Double? {
    guard !spans.isEmpty else { return nil }
    return spans.sorted()[(spans.count * 9 + 9) / 10 - 1].inSeconds
  }
}

extension AlarmName {
  /// By pool, rule and parameter, what has none first.
  var order: (String, String, String) { (pool?.description ?? "", rule, parameter ?? "") }
}
