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
