import PoolModel
import Testing

@testable import Presence

@Suite struct `How far a gateway's clock is off` {
  private var ledger = GatewayLedger(plan: .sample(poolCounts: [2]), bindings: [])
  private var now = start

  private var offset: Int? {
    ledger.figures(in: 0..<1, now: now).first?.clockOffsetMilliseconds
  }

  /// A message that comes `span` after the one before, with one reading `lag` before its arrival.
  private mutating func message(after span: Duration, lag: Duration, pool: Int = 0) {
    now = now.advanced(by: span)
    ledger.note(
      gateway: 0, readings: [.at(now.wall - lag, pool: pool)], refusals: [],
      tally: MessageTally(), isRetained: false, now: now)
  }

  @Test mutating func `is the median of the newest hundred, found by sorting`() {
    var random = SplitMix64(seed: 1)
    var lags: [Int] = []
    for count in 1...350 {
      let lag = Int(random.next() % 4001) - 2000
      lags.append(lag)
      message(after: .seconds(10), lag: .milliseconds(lag))
      let newest = lags.suffix(100).sorted()
      let middle = newest.count / 2
      let median =
        newest.count % 2 == 1 ? newest[middle] : (newest[middle - 1] + newest[middle]) / 2
      #expect(offset == median, "after \(count)")
    }
  }

  @Test mutating func `is not told by a buffer that is emptied`() {
    message(after: .seconds(10), lag: .milliseconds(100))
    // An hour without network; then what was kept, ten messages a second, in order.
    now = now.advanced(by: .seconds(3600))
    for index in 0..<356 {
      message(after: .milliseconds(100), lag: .seconds(3600) - .milliseconds(9900 * index))
    }
    #expect(offset == 100)
    // The newest of a message counts; what comes with it does not.
    now = now.advanced(by: .seconds(10))
    ledger.note(
      gateway: 0, readings: [.at(now.wall - .milliseconds(300)), .at(now.wall - .seconds(900))],
      refusals: [], tally: MessageTally(), isRetained: false, now: now)
    #expect(offset == 200)
  }

  @Test mutating func `is not told by what comes out of order or twice`() {
    message(after: .seconds(10), lag: .milliseconds(100))
    message(after: .seconds(5), lag: .milliseconds(5100))
    message(after: .seconds(1), lag: .milliseconds(6100))
    message(after: .seconds(1), lag: .milliseconds(9000), pool: 1)
    #expect(offset == 100)
  }

  @Test mutating func `is told of a clock that is hours behind, and of one that is ahead`() {
    // Local time sent as if it were UTC: eight hours behind, all messages older than two intervals.
    for index in 0..<5 {
      message(after: .seconds(10), lag: .seconds(8 * 3600) + .milliseconds(200 * (index % 3)))
    }
    #expect(offset == 8 * 3_600_000 + 200)
    ledger = GatewayLedger(plan: .sample(poolCounts: [1]), bindings: [])
    message(after: .seconds(10), lag: .seconds(-240))
    #expect(offset == -240_000)
  }

  @Test mutating func `counts up to two intervals, and not beyond`() {
    message(after: .seconds(10), lag: .seconds(20))
    #expect(offset == 20_000)
    ledger = GatewayLedger(plan: .sample(poolCounts: [1]), bindings: [])
    message(after: .seconds(10), lag: .milliseconds(20_001))
    #expect(offset == nil)
  }

  @Test mutating func `beyond what fits is cut, and nothing overflows`() {
    for _ in 0..<2 { message(after: .seconds(10), lag: .seconds(400 * 86_400)) }
    #expect(offset == Int(Int32.max))
    message(after: .seconds(10), lag: .seconds(-400 * 86_400))
    message(after: .seconds(10), lag: .seconds(-400 * 86_400))
    #expect(offset == Int(Int32.min))
  }
}
