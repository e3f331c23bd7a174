import PoolModel
import Testing

@testable import Presence

@Suite struct `What is missing in a gateway's counter` {
  /// Numbers whose times follow each other.
  @Test(arguments: [
    ([0, 1, 2, 3], 0, 0), ([7, 8, 9], 0, 0), ([1, 3], 1, 1), ([1, 5, 6, 9], 2, 5),
    ([1, 1, 2, 2, 2, 3], 0, 0), ([100, 101, 0, 1, 2], 0, 0), ([100, 1, 2, 4], 1, 1),
    ([100, 50, 51], 0, 0), ([5], 0, 0), ([], 0, 0), ([1, 1_000_002], 1, 1_000_000),
    ([1, 1_000_003, 1_000_004], 0, 0),
  ])
  func `is what was left out; repetitions and restarts leave nothing out`(
    numbers: [UInt64], gaps: Int, missing: Int
  ) {
    var watch = SequenceWatch()
    for number in numbers { _ = watch.received(number, isNewer: true) }
    #expect(watch.gapCount == gaps)
    #expect(watch.missingCount == missing)
  }

  @Test func `any numbers at all do no harm`() {
    var watch = SequenceWatch()
    for number in [UInt64.max, 0, .max, .max - 1, 1, .max / 2, .max] {
      for isNewer in [true, false] {
        _ = watch.received(number, isNewer: isNewer)
        watch.gatewayHasStarted()
      }
    }
    watch.messagesAreMissing(.max)
    #expect(watch.missingCount == 1_000_000)
  }

  @Test func `what was sent live before a buffer was emptied is filled by it`() {
    var watch = SequenceWatch()
    for number: UInt64 in 0...99 { _ = watch.received(number, isNewer: true) }
    #expect(watch.received(200, isNewer: true) == .gap)
    #expect(watch.missingCount == 100)
    for number: UInt64 in 100...198 { #expect(watch.received(number, isNewer: false) == .late) }
    #expect(watch.received(201, isNewer: true) == .next)
    #expect(watch.missingCount == 1)
    // The same buffer once more: it fills nothing twice.
    for number: UInt64 in 100...198 { _ = watch.received(number, isNewer: false) }
    #expect(watch.missingCount == 1)
    #expect(watch.gapCount == 1)
  }

  @Test func `after it says that it is online its counter may begin anew, whatever its clock says`()
  {
    var watch = SequenceWatch()
    for number: UInt64 in 500...510 { _ = watch.received(number, isNewer: true) }
    watch.gatewayHasStarted()
    #expect(watch.received(0, isNewer: false) == .restarted)
    #expect(watch.received(3, isNewer: false) == .gap)
    #expect(watch.missingCount == 2)
  }

  /// The messages of a session that broke are sent again from the first unacknowledged one.
  @Test func `redelivery leaves no gap, with a new session or without`() {
    for saysOnline in [true, false] {
      var watch = SequenceWatch()
      for number: UInt64 in 1...20 { _ = watch.received(number, isNewer: true) }
      if saysOnline { watch.gatewayHasStarted() }
      for number: UInt64 in 15...20 { _ = watch.received(number, isNewer: false) }
      for number: UInt64 in 21...30 { _ = watch.received(number, isNewer: true) }
      #expect(watch.gapCount == 0 && watch.missingCount == 0)
    }
  }

  /// A gateway counts; some messages are lost, others come twice.
  ///
  /// Brute force: a set of numbers.
  @Test(arguments: 1...20)
  func `is what never came, whatever is lost and repeated`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var watch = SequenceWatch()
    var came: Set<UInt64> = []
    for number: UInt64 in 0..<2000 {
      if number > 0, random.next() % 5 == 0 { continue }
      for turn in 0...(random.next() % 3) {
        _ = watch.received(number, isNewer: turn == 0)
        came.insert(number)
      }
    }
    let highest = came.max() ?? 0
    #expect(watch.missingCount == (0...highest).filter { !came.contains($0) }.count)
    let gaps = (1...highest).filter { came.contains($0) && !came.contains($0 - 1) }.count
    #expect(watch.gapCount == gaps)
  }
}

@Suite struct `When the broker lost our session` {
  private var ledger = GatewayLedger(plan: .sample(poolCounts: [1, 1, 1]), bindings: [])
  private var now = start

  private mutating func message(_ gateway: Int, _ number: UInt64?) {
    now = now.advanced(by: .seconds(10))
    ledger.note(
      gateway: gateway, readings: [.at(now.wall, number, pool: gateway)], refusals: [],
      tally: MessageTally(), isRetained: false, now: now)
  }

  private func lost(_ gateway: Int) -> [Timestamp?] {
    ledger.figures(in: gateway..<gateway + 1, now: now).map {
      $0.lostSessionCount == 0 ? nil : $0.newestLostSession
    }
  }

  @Test mutating func `messages may be missing, unless the gateway's counter tells`() {
    message(0, 1)
    message(1, nil)
    ledger.sessionWasLost(now: now)
    let first = now.wall
    #expect(lost(0) == [first] && lost(1) == [first])
    // Never heard of: it can have lost nothing that anybody misses.
    #expect(lost(2) == [nil])
    message(0, 2)
    message(1, nil)
    #expect(lost(0) == [nil] && lost(1) == [first])
    ledger.sessionWasLost(now: now)
    ledger.sessionWasLost(now: now.advanced(by: .seconds(1)))
    let third = now.wall + .seconds(1)
    message(0, 5)
    message(1, nil)
    let figures = ledger.figures(in: 0..<2, now: now)
    #expect(figures.map(\.lostSessionCount) == [0, 3])
    #expect(figures.map(\.missingMessageCount) == [2, 0])
    #expect(figures[1].newestLostSession == third)
  }

  @Test mutating func `a restart leaves the doubt, a message sent before leaves it open`() {
    message(0, 10)
    message(0, 11)
    ledger.sessionWasLost(now: now)
    let time = now.wall
    // The last message comes again.
    ledger.note(
      gateway: 0, readings: [.at(time, 11)], refusals: [], tally: MessageTally(),
      isRetained: false, now: now)
    #expect(ledger.figures(in: 0..<1, now: now).map(\.lostSessionCount) == [1])
    message(0, 12)
    #expect(lost(0) == [nil])
    ledger.sessionWasLost(now: now)
    let second = now.wall
    message(0, 0)
    message(0, 1)
    #expect(lost(0) == [second])
  }

  @Test(
    arguments: [
      [100, 101, 105, 103, 102, 104], [100, 105, 104, 103, 102, 101],
      [100, 110, 105, 120, 107, 115],
    ] as [[UInt64]])
  func `every number that comes after all is missing no more, in whatever order`(
    _ numbers: [UInt64]
  ) throws {
    var watch = SequenceWatch()
    for number in numbers { _ = watch.received(number, isNewer: false) }
    let (first, last) = (try #require(numbers.min()), try #require(numbers.max()))
    #expect(watch.missingCount == Int(last - first) + 1 - numbers.count)
  }

  @Test func `of more gaps than are remembered the oldest stay missing`() {
    var watch = SequenceWatch()
    // 1, 3, 5 … 41: 20 gaps of one.
    for number in stride(from: UInt64(1), through: 41, by: 2) {
      _ = watch.received(number, isNewer: true)
    }
    #expect(watch.missingCount == 20)
    for number in stride(from: UInt64(2), through: 40, by: 2) {
      _ = watch.received(number, isNewer: false)
    }
    #expect(watch.missingCount == 4)
  }
}
