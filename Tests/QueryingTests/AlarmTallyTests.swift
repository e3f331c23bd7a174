import PoolModel
import Querying
import Testing

@Suite struct `Counted alarms` {
  /// An alarm that began so many minutes after the start and lasted so long; nil for one that is on.
  private func alarm(
    _ rule: String, _ pool: String = "main", at minute: Int, for minutes: Int?,
    state: AlarmState = .returned
  ) -> AlarmOccurrence {
    let start = Timestamp(milliseconds: Int64(minute) * 60_000)
    return AlarmOccurrence(
      id: "\(rule) \(pool) \(minute)", alarmClass: rule == "silence" ? .monitoring : .water,
      state: state, rule: rule, pool: PoolID(venue: "jade", pool: pool),
      parameter: rule == "silence" ? nil : "ph", eventTime: start, detectedTime: start,
      returnedTime: minutes.map { start + .seconds($0 * 60) }, isAnnounced: true)
  }

  // Counted by hand: three within 30 minutes are at 0, 14, 30; that at 61 has two within 30 minutes of it only
  // together with one later.
  @Test(arguments: [
    ([0, 14, 30], 3), ([0, 14, 31], 0), ([0, 14, 30, 61], 3), ([0, 14, 30, 44, 60], 5),
    ([0, 10], 0), ([], 0), ([5, 5, 5], 3),
  ])
  func `an alarm chatters that comes three times within half an hour`(minutes: [Int], count: Int) {
    let alarms = minutes.map { alarm("ph_low", at: $0, for: 1) }
    let through = Timestamp(milliseconds: 1_000_000_000)
    #expect(AlarmTally(alarms, through: through).chatteringCount == count)
    // Another pool's is another alarm.
    let others = minutes.enumerated().map {
      alarm("ph_low", $0.isMultiple(of: 2) ? "main" : "small", at: $1, for: 1)
    }
    if minutes.count == 3 {
      #expect(AlarmTally(others, through: through).chatteringCount == 0)
    }
  }

  @Test func `a back-test sets each rule beside itself in force`() throws {
    let trial = [
      alarm("ph_low", at: 0, for: 5), alarm("ph_low", at: 10, for: 5),
      alarm("ph_low", at: 20, for: 5), alarm("silence", at: 50, for: nil, state: .active),
      alarm("ph_low", at: 40, for: 1, state: .historical),
    ]
    let inForce = [
      alarm("ph_low", at: 0, for: 7), alarm("ph_low", at: 30, for: 1),
      alarm("ph_high", at: 3, for: 2),
    ]
    let rows = BacktestRow.rows(
      trial, inForce: inForce, through: Timestamp(milliseconds: 60 * 60_000))
    #expect(rows.map(\.rule) == ["ph_low", "silence", "ph_high"])
    let low = try #require(rows.first)
    #expect(low.count == 3)
    #expect(low.historicalCount == 1)
    #expect(low.seconds == 900)
    #expect(low.chatteringCount == 3)
    #expect(low.share == 75)
    #expect(low.countInForce == 2)
    #expect(low.secondsInForce == 480)
    #expect(low.addedCount == 2)
    #expect(low.goneCount == 1)
    #expect(rows[1].seconds == 600)
    #expect(rows[1].alarmClass == "monitoring")
    #expect(rows[2].count == 0)
    #expect(rows[2].goneCount == 1)
    let printed = BacktestRow.printed(
      rows, on: TextSurface(lineWidth: 80, isColoured: false) { _ in 1 })
    for line in printed.split(separator: "\n") { #expect(line.count <= 80) }
  }
}
