import PoolModel
import Querying
import Testing

/// Counted by hand; the whole is compared with a script in WebServiceTests.
@Suite struct `Figures about alarms` {
  private static let day = 86_400

  private func time(_ seconds: Int) -> Timestamp { Timestamp(milliseconds: Int64(seconds) * 1000) }

  /// An alarm that began and was told so many seconds after the start.
  private func alarm(
    _ number: Int = 0, at event: Int, told: Int? = nil, acknowledged: Int? = nil,
    returned: Int? = nil, cleared: Int? = nil
  ) -> ToldAlarm {
    ToldAlarm(
      id: "a\(number)",
      name: AlarmName(
        rule: "rule\(number)", pool: PoolID(venue: "jade", pool: "main"), parameter: nil),
      alarmClass: .water, eventTime: time(event), toldTime: time(told ?? event),
      acknowledgedTime: acknowledged.map(time), returnedTime: returned.map(time),
      clearedTime: (cleared ?? returned).map(time))
  }

  /// The figures of a time in seconds, of readings each minute.
  private func rows(
    _ alarms: [ToldAlarm], standing: [ToldAlarm] = [], from: Int = 0, to: Int = 86_400,
    operatorCount: Int = 1
  ) -> [AlarmFigureRow] {
    var statistics = AlarmStatistics(
      period: time(from)..<time(to), interval: .seconds(60), operatorCount: operatorCount)
    for alarm in alarms { statistics.add(alarm) }
    for alarm in standing { statistics.add(standing: alarm) }
    return statistics.rows(zone: .utc)
  }

  private func row(_ rows: [AlarmFigureRow], _ figure: AlarmFigure) throws -> AlarmFigureRow {
    try #require(rows.first { $0.figure == figure.rawValue })
  }

  // Ten in a minute are none, the eleventh begins one. It is over ten minutes after the fifth newest: of
  // eleven, at 0, 6 … 60 s, that is the seventh, told at 36 s. An eleventh at 600 s comes when the first is ten
  // minutes old and counts no more; at 599 s it does not.
  @Test(arguments: [
    (Array(stride(from: 0, to: 60, by: 6)), nil as [Int]?, 0),
    (Array(stride(from: 0, through: 60, by: 6)), [60, 636], 11),
    (Array(stride(from: 0, to: 60, by: 6)) + [600], nil, 0),
    (Array(stride(from: 0, to: 60, by: 6)) + [599], [599, 636], 11),
    // One that comes at the moment at which it would be over leaves five: it goes on, for another six.
    (Array(stride(from: 0, through: 60, by: 6)) + [636], [60, 642], 12),
    (Array(stride(from: 0, through: 60, by: 6)) + [637], [60, 636], 11),
  ])
  func `a flood is more than ten within ten minutes, until fewer than five`(
    told: [Int], range: [Int]?, count: Int
  ) throws {
    let rows = rows(told.map { alarm($0, at: $0) })
    let all = try row(rows, .floods)
    let worst = rows.first { $0.figure == AlarmFigure.worstFlood.rawValue }
    guard let range else {
      #expect(all.count == 0 && all.seconds == 0 && all.share == 0 && worst == nil)
      return
    }
    #expect(all.count == 1)
    #expect(all.seconds == Double(range[1] - range[0]))
    #expect(all.share == Double(range[1] - range[0]) / 86_400 * 100)
    #expect(worst?.fromTime == Zone.utc.rfc3339(time(range[0])))
    #expect(worst?.toTime == Zone.utc.rfc3339(time(range[1])))
    #expect(worst?.count == count)
  }

  @Test
  func `a flood that is on ends with the time asked for, and of two alike the first is worst`()
    throws
  {
    let first = Array(0..<11)
    let second = first.map { $0 + 5000 }
    let both = rows((first + second).map { alarm($0, at: $0) }, to: 5110)
    // Eleven seconds each: the eleventh at 10 s, over at 606 s; the second is cut at 5110 s.
    #expect(try row(both, .floods).count == 2)
    #expect(try row(both, .floods).seconds == 596 + 100)
    #expect(try row(both, .worstFlood).fromTime == Zone.utc.rfc3339(time(10)))
  }

  @Test(arguments: [([0, 900, 1800], 3), ([0, 900, 1801], 0)])
  func `thirty minutes are half an hour`(events: [Int], count: Int) throws {
    let rows = rows(events.map { alarm(at: $0, told: 2000 + $0) })
    #expect(try row(rows, .chattering).count == (count > 0 ? 1 : 0))
    #expect(try row(rows, .chattering).share == Double(count) / 3 * 100)
    #expect(
      rows.filter { $0.figure == "chattering_alarm" }.map(\.count) == (count > 0 ? [count] : []))
  }

  // The time asked for is the second of three days. An alarm of 24 h is not stale, one of a second more is;
  // what is over when it begins does not count, nor does what comes after its end.
  @Test(arguments: [
    (86_400, nil as Int?, 0), (86_399, nil, 1), (0, 86_400, 0), (0, 86_401, 1), (-1, 86_400, 0),
    (80_000, 166_400, 0), (80_000, 166_401, 1), (90_000, 500_000, 0), (80_000, 500_000, 1),
  ])
  func `an alarm is stale that was on for more than a day, in the time or since before it`(
    event: Int, returned: Int?, count: Int
  ) throws {
    let rows = rows(
      [], standing: [alarm(at: event, returned: returned)], from: Self.day, to: 2 * Self.day)
    #expect(try row(rows, .stale).count == count)
    let listed = rows.filter { $0.figure == "stale_alarm" }
    #expect(listed.count == count)
    let end = min(returned ?? 2 * Self.day, 2 * Self.day)
    #expect(listed.first?.seconds ?? Double(end - event) == Double(end - event))
  }

  @Test(arguments: [(119, 1), (120, 0), (121, 0)])
  func `fleeting is what is over within two intervals`(seconds: Int, count: Int) throws {
    // By the gateway's clock, which may be anywhere, it took an hour.
    let alarm = alarm(at: 0, told: 5000, returned: 3600, cleared: 5000 + seconds)
    #expect(try row(rows([alarm]), .fleeting).count == count)
  }

  @Test func `rates are for each operator, and the busiest hour lies anywhere`() throws {
    // The hour from 5400 s on has 13: what is told at 9000 s belongs to the next. That from 8999 s has 23.
    let told =
      [0, 1000] + Array(repeating: 5400, count: 5) + Array(repeating: 8999, count: 8)
      + Array(repeating: 9000, count: 15)
    let rows = rows(told.map { alarm($0, at: $0) }, to: 8 * 3600, operatorCount: 3)
    #expect(try row(rows, .annunciations).perHour == 3.75)
    #expect(try row(rows, .perOperator).perHour == 1.25)
    let busiest = try row(rows, .busiestHour)
    #expect(busiest.count == 23)
    #expect(busiest.perHour == 23.0 / 3)
    #expect(busiest.fromTime == Zone.utc.rfc3339(time(8999)))
  }

  // Spans of 1, 2 … n seconds. Nine of ten of 10 are 9; of 11 they are 9.9, so ten.
  @Test(arguments: [(1, 1.0, 1.0), (2, 1.5, 2.0), (10, 5.5, 9.0), (11, 6.0, 10.0)])
  func `median and P90 are of those that were taken on`(count: Int, median: Double, p90: Double)
    throws
  {
    let taken = (1...count).map { alarm($0, at: 0, told: 100, acknowledged: 100 + $0) }
    let rows = rows(taken.reversed() + [alarm(99, at: 0, told: 100)])
    let row = try row(rows, .acknowledged)
    #expect(row.count == count && row.medianSeconds == median && row.p90Seconds == p90)
    #expect(try self.row(rows, .notAcknowledged).count == 1)
  }

  @Test func `priority follows from class, rule and severity`() {
    func priority(
      _ alarmClass: AlarmClass, _ rule: String = "ph_high", critical: Bool = false
    ) -> AlarmPriority {
      ToldAlarm(
        id: "a", name: AlarmName(rule: rule, pool: nil, parameter: nil), alarmClass: alarmClass,
        wasCritical: critical, eventTime: time(0), toldTime: time(0)
      ).priority
    }
    #expect(priority(.water) == .medium)
    #expect(priority(.water, critical: true) == .high)
    #expect(priority(.water, "temperature_high_advisory") == .low)
    #expect(priority(.trend) == .medium)
    #expect(priority(.monitoring) == .low)
    #expect(priority(.system) == .medium)
  }

  @Test func `of nothing there are figures without rates`() throws {
    let rows = rows([], from: 0, to: 0)
    #expect(try row(rows, .annunciations).count == 0)
    #expect(try row(rows, .annunciations).perHour == nil)
    #expect(try row(rows, .topTen).share == nil)
    #expect(try row(rows, .acknowledged).medianSeconds == nil)
    #expect(rows.allSatisfy { $0.figure != "worst_flood" })
  }

  @Test func `lists end after a hundred entries, and totals have all`() throws {
    let standing = (0..<150).map { alarm($0, at: -$0) }
    let rows = rows([], standing: standing, from: 86_400, to: 2 * 86_400)
    #expect(try row(rows, .stale).count == 150)
    let listed = rows.filter { $0.figure == "stale_alarm" }
    #expect(listed.count == 100)
    #expect(listed.first?.id == "a149")
  }
}
