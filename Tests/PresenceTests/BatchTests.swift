import PoolModel
import Testing

@testable import Presence

@Suite struct `A batch that could not be made durable` {
  /// One message of a random gateway, with everything that changes a ledger.
  private struct Message {
    let gateway: Int
    let readings: [Reading]
    let refusals: [Refusal]
    let tally: MessageTally
    let missing: Int
    let isRetained: Bool
    let status: (isOnline: Bool, firmware: String?)?
    let now: Moment

    init(_ number: Int, random: inout SplitMix64) {
      gateway = Int(random.next() % 4)
      now = start.advanced(by: .seconds(number))
      let isData = random.next() % 4 != 0
      let back = Int(random.next() % 30) == 0 ? Int(random.next() % 5000) : 0
      let time = now.wall - .milliseconds(100 + back)
      let sequence = random.next() % 5 == 0 ? nil : UInt64(number) - random.next() % 2
      readings = isData ? [Reading.at(time, sequence), Reading.at(time, sequence, pool: 1)] : []
      let reasons = RefusalReason.allCases
      let refusedCount = Int(random.next() % 4)
      let reason = reasons[Int(random.next() % UInt64(reasons.count))]
      refusals = Array(repeating: Refusal.of(reason), count: refusedCount)
      var tally = MessageTally()
      tally.add(stored: Int(random.next() % 2), duplicate: 1, conflict: 0, late: 1)
      self.tally = tally
      missing = random.next() % 9 == 0 ? 3 : 0
      isRetained = random.next() % 9 == 0
      status =
        random.next() % 5 == 0
        ? (random.next() % 2 == 0, random.next() % 2 == 0 ? "firmware \(number)" : nil) : nil
    }

    func note(in ledger: inout GatewayLedger) {
      ledger.note(
        gateway: gateway, readings: readings, refusals: refusals, tally: tally,
        missingMessageCount: missing, isRetained: isRetained, now: now)
      guard let status else { return }
      ledger.noteStatus(
        gateway: gateway, isOnline: status.isOnline, time: now.wall, firmware: status.firmware,
        isRetained: isRetained, now: now)
    }
  }

  /// The other ledger never hears of the batches that fail.
  @Test(arguments: 1...10)
  func `leaves the ledger as it was`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let empty = GatewayLedger(
      plan: .sample(poolCounts: [2, 1]), bindings: [.sample("plant", venue: "v1")])
    var (ledger, other) = (empty, empty)
    var number = 1
    for _ in 0..<200 {
      let messages = (0..<Int(random.next() % 12)).map { Message(number + $0, random: &random) }
      number += messages.count
      let lastsUntil = random.next() % 3
      if random.next() % 10 == 0 {
        let now = start.advanced(by: .seconds(number))
        ledger.sessionWasLost(now: now)
        other.sessionWasLost(now: now)
      }
      for message in messages { message.note(in: &ledger) }
      if lastsUntil == 0 {
        ledger.undo()
      } else {
        ledger.commit()
        for message in messages { message.note(in: &other) }
        other.commit()
      }
      let now = start.advanced(by: .seconds(number))
      #expect(ledger.figures(in: 0..<4, now: now) == other.figures(in: 0..<4, now: now))
    }
  }

  @Test func `is not remembered beyond its end`() {
    var random = SplitMix64(seed: 3)
    var ledger = GatewayLedger(
      plan: .sample(poolCounts: [2, 1]), bindings: [.sample("plant", venue: "v1")])
    for number in 1...5000 {
      Message(number, random: &random).note(in: &ledger)
      // At most one entry for each gateway, one offset for each message.
      #expect(ledger.journal.entries.count <= 4)
      #expect(ledger.journal.offsets.count <= 10)
      if number % 10 == 0 { ledger.commit() }
    }
    #expect(ledger.entries.count == 4 && ledger.offsets.count == 400)
  }
}
