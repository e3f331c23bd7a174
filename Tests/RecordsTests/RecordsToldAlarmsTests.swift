import PoolModel
import Testing

@testable import Records

@Suite struct `Alarms that people were told of` {
  private let scratch: Scratch
  private let records: Records

  init() throws {
    scratch = try Scratch()
    records = try scratch.open()
  }

  /// A step of `alarm` that is recorded after all others, so many seconds after 1970.
  private func record(
    _ kind: AlarmTransition.Kind, _ alarm: AlarmOccurrence, at seconds: Int64, told: Bool
  ) throws {
    let newest = try records.load().cursor.byteOffset
    try records.apply(
      decision(
        newest + 1,
        [
          AlarmTransition(
            kind: kind, occurrence: alarm, time: time(seconds), isAnnouncement: told)
        ]), at: time(seconds))
  }

  private func told(_ from: Int64, _ to: Int64) throws -> [ToldAlarm] {
    try records.toldAlarms(in: time(from)..<time(to), limit: 1000).alarms
  }

  @Test func `come once, when they were first told, whatever is told again`() throws {
    var again = occurrence("again")
    try record(.raised, again, at: 110, told: true)
    again.severity = .critical
    try record(.worsened, again, at: 120, told: true)
    try record(.shelved, again, at: 130, told: false)
    try record(.unshelved, again, at: 140, told: true)
    #expect(try told(0, 200).map(\.id) == ["again"])
    #expect(try told(0, 200).first?.toldTime == time(110))
    #expect(try told(110, 111).count == 1)
    #expect(try told(111, 200).isEmpty)
    #expect(try told(0, 110).isEmpty)
  }

  @Test(arguments: [
    (AlarmTransition.Kind.announced, true), (.worsened, true), (.unshelved, true),
    (.putBackInService, true), (.returned, false), (.eased, false),
  ])
  func `may be told first at a later step than their beginning, but not at their end`(
    kind: AlarmTransition.Kind, counts: Bool
  ) throws {
    let alarm = occurrence("late", isAnnounced: false)
    try record(.raised, alarm, at: 110, told: false)
    try record(kind, alarm, at: 150, told: true)
    #expect(try told(0, 200).map(\.toldTime) == (counts ? [time(150)] : []))
  }

  @Test func `stand as they did at the end of the time`() throws {
    var alarm = occurrence("a", at: 100)
    try record(.raised, alarm, at: 110, told: true)
    alarm.state = .acknowledged
    try record(.acknowledged, alarm, at: 150, told: false)
    alarm.returnedTime = time(120)
    alarm.state = .returned
    try record(.returned, alarm, at: 160, told: true)
    alarm.severity = .critical
    func stood(at seconds: Int64) throws -> ToldAlarm? { try told(0, seconds).first }
    let before = try #require(try stood(at: 150))
    #expect(before.acknowledgedTime == nil && before.clearedTime == nil)
    #expect(before.returnedTime == nil)
    let taken = try #require(try stood(at: 160))
    #expect(taken.acknowledgedTime == time(150) && taken.clearedTime == nil)
    let over = try #require(try stood(at: 161))
    #expect(over.clearedTime == time(160) && over.returnedTime == time(120))
    #expect(over.name == AlarmName(rule: alarm.rule, pool: caoyang, parameter: "free_chlorine"))
    #expect(over.eventTime == time(100) && over.alarmClass == .water)
  }

  @Test func `were critical from the beginning, or since they became so`() throws {
    var first = occurrence("first")
    first.severity = .critical
    try record(.raised, first, at: 110, told: true)
    var eased = occurrence("eased", rule: "ph_high")
    eased.severity = .critical
    try record(.raised, eased, at: 111, told: true)
    eased.severity = .warning
    try record(.eased, eased, at: 120, told: false)
    var worse = occurrence("worse", rule: "ph_low")
    try record(.raised, worse, at: 112, told: true)
    worse.severity = .critical
    try record(.worsened, worse, at: 130, told: true)
    var drift = occurrence("drift", rule: "ph_trend_low")
    drift.alarmClass = .trend
    drift.severity = .advisory
    try record(.raised, drift, at: 113, told: false)
    drift.severity = .warning
    try record(.worsened, drift, at: 114, told: true)
    #expect(
      try told(0, 130).map { "\($0.id) \($0.wasCritical)" }
        == ["first true", "eased true", "worse false", "drift false"])
    #expect(try told(0, 131)[2].wasCritical)
  }

  @Test func `come in parts of any size, also where many are told at once`() throws {
    for number in 0..<20 as Range<Int64> {
      let alarm = occurrence("a\(number)", rule: "r\(number)")
      try record(.raised, alarm, at: 100 + number / 7, told: true)
      if number % 3 == 0 { try record(.worsened, alarm, at: 100 + number / 7, told: true) }
    }
    let whole = try told(0, 1000)
    #expect(whole.map(\.id) == (0..<20).map { "a\($0)" })
    for limit in 1...30 {
      var alarms: [ToldAlarm] = []
      var mark: Records.Mark?
      repeat {
        let part = try records.toldAlarms(in: time(0)..<time(1000), from: mark, limit: limit)
        alarms += part.alarms
        mark = part.next
      } while mark != nil
      #expect(alarms == whole, "\(limit)")
    }
  }

  // A day is 86,400 s. The time asked for is from 100,000 s to 200,000 s.
  @Test(arguments: [
    (10_000, nil as Int64?, true), (113_599, nil, true), (113_600, nil, false),
    (10_000, 100_000, false), (10_000, 100_001, true), (10_000, 96_401, false),
    (100_000, 186_400, false), (100_000, 186_401, true), (150_000, 300_000, false),
    (100_000, 300_000, true),
  ])
  func `stand that were on for more than a day`(
    event: Int64, returned: Int64?, isListed: Bool
  ) throws {
    var alarm = occurrence("a", at: event)
    try record(.raised, alarm, at: event + 1, told: true)
    if let returned {
      alarm.returnedTime = time(returned)
      alarm.state = .returnedUnacknowledged
      try record(.returned, alarm, at: returned + 1, told: true)
    }
    // Nobody was told of it.
    try record(.raised, occurrence("untold", rule: "ph_low", at: event), at: event + 1, told: false)
    let standing = try records.standingAlarms(
      in: time(100_000)..<time(200_000), longerThan: .seconds(86_400))
    #expect(standing.map(\.id) == (isListed ? ["a"] : []))
  }
}
