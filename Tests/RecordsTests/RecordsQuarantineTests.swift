import PoolModel
import Testing

@testable import Records

@Suite struct `Quarantine` {
  private func refusal(_ number: Int, payload: [UInt8] = []) -> Refusal {
    Refusal(
      reason: .badJSON, detail: "offset \(number): expected ':'",
      topic: "pools/v1/310107/caoyang/main", payload: payload)
  }

  /// Every split of up to nine refusals over calls of one size, against limits of 1 to 4: the last
  /// ones stay.
  @Test(arguments: 1...4, 1...9)
  func `the newest stay and the others are counted`(_ limit: Int, _ callSize: Int) throws {
    let scratch = try Scratch()
    let records = try scratch.open(quarantineEntries: limit)
    for start in stride(from: 1, through: 9, by: callSize) {
      let batch = (start...min(9, start + callSize - 1)).map { refusal($0) }
      try records.quarantine(batch, at: time(Int64(start)))
    }
    let expected = (1...9).reversed().prefix(limit).map { refusal($0).detail }
    #expect(try records.quarantined(limit: 100).map(\.detail) == expected)
    #expect(try records.quarantined(limit: .max).map(\.detail) == expected)
    #expect(try records.counters().quarantineDropped == 9 - limit)
    #expect(try records.quarantined(limit: 1).map(\.detail) == Array(expected.prefix(1)))
  }

  @Test(arguments: [0, 1, 4095, 4096, 4097, 100_000])
  func `a payload is whole up to 4 KiB, and its length is always told`(_ byteCount: Int) throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    let payload = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try records.quarantine([refusal(1, payload: payload)], at: time(42))
    let entry = try #require(try scratch.copyAsIfKilled().open().quarantined(limit: 5).first)
    #expect(entry.payload == Array(payload.prefix(4096)))
    #expect(entry.payloadByteCount == byteCount)
    #expect(entry.isCut == (byteCount > 4096))
    #expect(entry.time == time(42))
    #expect(entry.reason == .badJSON)
    #expect(entry.topic == "pools/v1/310107/caoyang/main")
  }

  @Test func `when a message came and whether it was retained is kept`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    var early = refusal(1)
    early.arrival = time(41)
    early.isRetained = true
    try records.quarantine([early, refusal(2)], at: time(42))
    let entries = try scratch.copyAsIfKilled().open().quarantined(limit: 5)
    #expect(entries.map(\.time) == [time(42), time(41)])
    #expect(entries.map(\.isRetained) == [false, true])
  }

  @Test func `numbers rise and are never used twice`() throws {
    let scratch = try Scratch()
    let records = try scratch.open(quarantineEntries: 2)
    var ids: [Int64] = []
    for number in 1...5 {
      try records.quarantine([refusal(number)], at: time(1))
      ids += try records.quarantined(limit: 1).map(\.id)
    }
    #expect(ids == [1, 2, 3, 4, 5])
  }

  @Test func `what was replayed is listed no more, and its number is not used again`() throws {
    let scratch = try Scratch()
    let records = try scratch.open(quarantineEntries: 4)
    try records.quarantine((1...4).map { refusal($0) }, at: time(10))
    try records.replayed([2, 4, 99], at: time(20))
    func numbers(_ records: Records) throws -> [Int64] {
      try records.quarantined(
        after: 0, reason: nil, from: .distantPast, through: .distantFuture, limit: 10
      ).map(\.id)
    }
    #expect(try numbers(scratch.copyAsIfKilled().open(quarantineEntries: 4)) == [1, 3])
    #expect(try records.quarantined(limit: 10).map(\.id) == [3, 1])
    try records.quarantine([refusal(5)], at: time(30))
    #expect(try numbers(records) == [3, 5])
  }

  @Test func `the oldest are listed first, by number, reason and time`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    for number in 1...6 {
      var refusal = refusal(number)
      if number.isMultiple(of: 2) { refusal.reason = .unknownVenue }
      try records.quarantine([refusal], at: time(Int64(number * 10)))
    }
    func numbers(
      after: Int64 = 0, _ reason: RefusalReason? = nil, from: Int64 = 0, through: Int64 = 1000,
      limit: Int = 10
    ) throws -> [Int64] {
      try records.quarantined(
        after: after, reason: reason, from: time(from), through: time(through), limit: limit
      ).map(\.id)
    }
    #expect(try numbers() == [1, 2, 3, 4, 5, 6])
    #expect(try numbers(after: 2, limit: 3) == [3, 4, 5])
    #expect(try numbers(.unknownVenue) == [2, 4, 6])
    #expect(try numbers(.unknownVenue, from: 20, through: 40) == [2, 4])
    #expect(try numbers(from: 21, through: 50) == [3, 4, 5])
    #expect(try numbers(.tooOld) == [])
  }

  @Test(arguments: [1020, 1021, 1022, 1023, 1024, 1025, 5000])
  func `a topic tells whether it was cut`(byteCount: Int) throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    var long = refusal(1)
    long.topic = String(repeating: "x", count: byteCount)
    try records.quarantine([long], at: time(1))
    let entry = try #require(try records.quarantined(limit: 1).first)
    #expect(entry.isTopicCut == (byteCount > 1024))
  }

  @Test func `no refusal is no entry`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    try records.quarantine([], at: time(1))
    #expect(try records.quarantined(limit: 5).isEmpty)
    #expect(try records.counters().quarantineDropped == 0)
  }

  @Test func `a long topic is cut between characters`() throws {
    let scratch = try Scratch()
    let records = try scratch.open()
    var long = refusal(1)
    long.topic = String(repeating: "池", count: 20_000)
    try records.quarantine([long], at: time(1))
    let topic = try #require(try records.quarantined(limit: 1).first?.topic)
    // 1024 bytes hold the ellipsis (3) and 340 characters of 3 bytes.
    #expect(topic == String(repeating: "池", count: 340) + "…")
  }
}
