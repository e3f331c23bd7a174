import PoolModel
import Testing

@testable import Records

@Suite struct `Outbox` {
  private func filled(_ scratch: Scratch, _ notices: [Notice]) throws -> Records {
    let records = try scratch.open()
    try records.apply(decision(1, notices: notices), at: time(100))
    return records
  }

  @Test func `a notice is due at once, in the order decided, on its channel`() throws {
    let scratch = try Scratch()
    let records = try filled(
      scratch, [notice("z"), notice("a"), notice("log", channel: .log), notice("m")])
    func due(_ channel: ChannelKind, _ seconds: Int64, limit: Int = 9) throws -> [String] {
      try records.dueNotices(channel: channel, at: time(seconds), limit: limit).map(\.notice.id)
    }
    #expect(try due(.mail, 100) == ["z", "a", "m"])
    #expect(try due(.mail, 100, limit: 2) == ["z", "a"])
    #expect(try due(.log, 100) == ["log"])
    #expect(try records.nextDue(channel: .mail, at: time(100)) == time(100))
    let entry = try #require(
      try records.dueNotices(channel: .log, at: time(100), limit: 1).first)
    #expect(entry.notice == notice("log", channel: .log))
    #expect(entry.state == .pending)
    #expect(entry.attempts == 0)
    #expect(entry.created == time(100))
    #expect(entry.lastAttempt == nil)
    #expect(entry.nextAttempt == time(100))
    #expect(entry.lastError == nil)
    #expect(entry.reply == nil)
  }

  @Test func `a failed one waits, and then goes`() throws {
    let scratch = try Scratch()
    let records = try filled(scratch, [notice("n"), notice("m")])
    #expect(
      try records.failed(id: "n", at: time(101), error: "timed out", nextAttempt: time(106)))
    #expect(
      try records.dueNotices(channel: .mail, at: time(105), limit: 9).map(\.notice.id) == ["m"])
    #expect(
      try records.dueNotices(channel: .mail, at: time(106), limit: 9).map(\.notice.id)
        == ["n", "m"])
    #expect(try records.sent(id: "n", at: time(107), reply: "250 queued as 7"))
    let reopened = try scratch.copyAsIfKilled().open()
    let entry = try #require(
      try reopened.notices(undeliveredOnly: false, limit: 9).first { $0.notice.id == "n" })
    #expect(entry.state == .sent)
    #expect(entry.attempts == 2)
    #expect(entry.lastAttempt == time(107))
    #expect(entry.nextAttempt == nil)
    #expect(entry.lastError == "timed out")
    #expect(entry.reply == "250 queued as 7")
    #expect(try reopened.nextDue(channel: .mail, at: time(100)) == time(100))
  }

  @Test func `one that is given up is listed with its reason`() throws {
    let scratch = try Scratch()
    let records = try filled(scratch, [notice("n"), notice("m")])
    try records.failed(id: "n", at: time(101), error: "550 no such user", nextAttempt: nil)
    let listed = try records.notices(undeliveredOnly: true, limit: 9)
    #expect(listed.map(\.notice.id) == ["n"])
    #expect(listed.map(\.state) == [.undelivered])
    #expect(listed.map(\.lastError) == ["550 no such user"])
    #expect(listed.map(\.nextAttempt) == [nil])
    #expect(
      try records.dueNotices(channel: .mail, at: time(9999), limit: 9).map(\.notice.id) == ["m"])
    let counters = try records.counters()
    #expect(counters.pendingNotices == 1)
    #expect(counters.undeliveredNotices == 1)
  }

  @Test func `what is over stays over`() throws {
    let scratch = try Scratch()
    let records = try filled(scratch, [notice("sent"), notice("gone")])
    try records.sent(id: "sent", at: time(101), reply: "250 1")
    try records.failed(id: "gone", at: time(101), error: "550", nextAttempt: nil)
    let before = try records.notices(undeliveredOnly: false, limit: 9)
    #expect(try !records.sent(id: "sent", at: time(200), reply: "250 2"))
    #expect(try !records.failed(id: "sent", at: time(200), error: "x", nextAttempt: time(201)))
    #expect(try !records.failed(id: "gone", at: time(200), error: "x", nextAttempt: time(201)))
    #expect(try !records.sent(id: "unknown", at: time(200), reply: ""))
    #expect(try !records.failed(id: "unknown", at: time(200), error: "", nextAttempt: nil))
    #expect(try records.notices(undeliveredOnly: false, limit: 9) == before)
  }

  /// Tried at 1,000,000 s and scheduled at 1,000,100 s, perhaps when our clock was ahead, and looked at
  /// when it is right again.
  @Test(arguments: [
    (1_000_100, true), (1_000_099, false), (1_000_000, false), (999_999, true), (995_779, true),
    (101, true), (0, true),
  ])
  func `one that was tried later than now is due`(
    _ now: Int64, _ isDue: Bool
  ) throws {
    let scratch = try Scratch()
    let records = try filled(scratch, [notice("n")])
    try records.failed(
      id: "n", at: time(1_000_000), error: "timed out", nextAttempt: time(1_000_100))
    let due = try records.dueNotices(channel: .mail, at: time(now), limit: 9)
    #expect(due.map(\.notice.id) == (isDue ? ["n"] : []))
    let expected = isDue && now < 1_000_100 ? now : 1_000_100
    #expect(try records.nextDue(channel: .mail, at: time(now)) == time(expected))
  }

  @Test func `one that was decided or tried later than now is due, for our clock was set back`()
    throws
  {
    let scratch = try Scratch()
    // Decided at 100 s; half an hour back is within what a failed one waits.
    let records = try filled(scratch, [notice("fresh"), notice("tried")])
    try records.failed(id: "tried", at: time(2000), error: "e", nextAttempt: time(2060))
    func due(_ now: Int64) throws -> [String] {
      try records.dueNotices(channel: .mail, at: time(now), limit: 9).map(\.notice.id)
    }
    #expect(try due(2001) == ["fresh"])
    #expect(try due(1999) == ["fresh", "tried"])
    #expect(try due(99) == ["fresh", "tried"])
    #expect(try records.nextDue(channel: .mail, at: time(99)) == time(99))
    try records.failed(id: "tried", at: time(90), error: "e", nextAttempt: time(150))
    #expect(try due(99) == ["fresh"])
  }

  @Test func `the next due is the earliest, and one too far off is due now`() throws {
    let scratch = try Scratch()
    let records = try filled(scratch, [notice("soon"), notice("far")])
    try records.failed(id: "soon", at: time(101), error: "e", nextAttempt: time(130))
    #expect(try records.nextDue(channel: .mail, at: time(110)) == time(100))
    try records.failed(id: "far", at: time(101), error: "e", nextAttempt: time(150))
    #expect(try records.nextDue(channel: .mail, at: time(110)) == time(130))
    try records.failed(id: "far", at: time(101), error: "e", nextAttempt: time(999_999))
    #expect(try records.nextDue(channel: .mail, at: time(110)) == time(110))
  }

  @Test func `what waits for a channel that is not configured is given up, with the reason`() throws
  {
    let scratch = try Scratch()
    let records = try filled(
      scratch,
      [notice("m"), notice("sent"), notice("gone"), notice("l", channel: .log), notice("tried")])
    try records.sent(id: "sent", at: time(101), reply: "250")
    try records.failed(id: "gone", at: time(101), error: "550", nextAttempt: nil)
    try records.failed(id: "tried", at: time(101), error: "timed out", nextAttempt: time(106))
    #expect(try records.giveUp(channelsOtherThan: [.mail, .log], at: time(200)) == 0)
    #expect(try records.giveUp(channelsOtherThan: [.log], at: time(200)) == 2)
    let left = try records.notices(undeliveredOnly: false, limit: 9)
    #expect(left.map(\.notice.id) == ["tried", "l", "gone", "sent", "m"])
    #expect(left.map(\.state) == [.undelivered, .pending, .undelivered, .sent, .undelivered])
    let reason = "the channel mail is not configured"
    #expect(left.map(\.lastError) == [reason, nil, "550", nil, reason])
    #expect(left.map(\.attempts) == [1, 0, 1, 1, 0])
    #expect(left.map(\.lastAttempt) == [time(200), nil, time(101), time(101), time(200)])
    #expect(left.map(\.nextAttempt) == [nil, time(100), nil, nil, nil])
    #expect(try records.giveUp(channelsOtherThan: [.log], at: time(300)) == 0)
    #expect(try records.giveUp(channelsOtherThan: [], at: time(300)) == 1)
    #expect(try records.counters().pendingNotices == 0)
  }

  @Test func `as many as there are may be asked for`() throws {
    let scratch = try Scratch()
    let records = try filled(scratch, [notice("n"), notice("m")])
    #expect(try records.dueNotices(channel: .mail, at: time(100), limit: .max).count == 2)
    #expect(try records.notices(undeliveredOnly: false, limit: .max).count == 2)
    #expect(try records.notices(undeliveredOnly: false, limit: 0).isEmpty)
  }

  @Test func `nothing is due when nothing waits`() throws {
    let scratch = try Scratch()
    let records = try filled(scratch, [notice("n")])
    try records.sent(id: "n", at: time(101), reply: "")
    #expect(try records.nextDue(channel: .mail, at: time(100)) == nil)
    #expect(try records.nextDue(channel: .log, at: time(100)) == nil)
  }

  @Test func `old sent ones make room, waiting and undelivered ones never`() throws {
    let scratch = try Scratch()
    let records = try scratch.open(sentNotices: 3)
    let ids = ["waits", "gone"] + (1...8).map { "n\($0)" }
    try records.apply(decision(1, notices: ids.map { notice($0) }), at: time(100))
    try records.failed(id: "gone", at: time(101), error: "550", nextAttempt: nil)
    for number in 1...8 { try records.sent(id: "n\(number)", at: time(102), reply: "250") }
    let left = try records.notices(undeliveredOnly: false, limit: 99).map(\.notice.id)
    #expect(left == ["n8", "n7", "n6", "gone", "waits"])
    #expect(try records.counters().sentNoticesDropped == 5)
  }
}
