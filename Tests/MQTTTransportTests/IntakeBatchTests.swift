import Testing

@testable import MQTTTransport

@Suite struct `When the loop may write` {
  private func batch(countLimit: Int = 100) -> IntakeBatch {
    IntakeBatch(countLimit: countLimit, spanLimit: .milliseconds(50))
  }

  @Test func `with nothing read it may write, so that CONNECT gets out`() {
    let batch = batch()
    #expect(batch.mayWrite)
    #expect(batch.ranDry() == .write)
  }

  @Test func `from the first delivery until its commit it may not`() {
    var batch = batch()
    batch.read(count: 1, at: .zero)
    #expect(!batch.mayWrite)
    #expect(batch.handedOver(isFull: false) == .proceed)
    #expect(!batch.mayWrite)
    #expect(batch.ranDry() == .commit)
    #expect(!batch.mayWrite)
    #expect(batch.committed(isDurable: true) == .write)
    #expect(batch.mayWrite)
  }

  @Test func `after a commit that failed it may never again`() {
    var batch = batch()
    batch.read(count: 1, at: .zero)
    _ = batch.handedOver(isFull: false)
    #expect(batch.committed(isDurable: false) == .drop)
    #expect(!batch.mayWrite)
    #expect(batch.committed(isDurable: true) == .write)
    #expect(!batch.mayWrite)
  }

  @Test func `a commit in the middle of what was read does not let the rest's acks out`() {
    var batch = batch()
    batch.read(count: 3, at: .zero)
    #expect(batch.handedOver(isFull: false) == .proceed)
    #expect(batch.handedOver(isFull: true) == .commit)
    #expect(batch.committed(isDurable: true) == .proceed)
    #expect(!batch.mayWrite)
    #expect(batch.handedOver(isFull: false) == .proceed)
    #expect(batch.ranDry() == .commit)
    #expect(batch.committed(isDurable: true) == .write)
    #expect(batch.mayWrite)
  }

  @Test(arguments: 1...5)
  func `a batch closes at its count`(limit: Int) {
    var batch = batch(countLimit: limit)
    batch.read(count: limit, at: .zero)
    for _ in 1..<limit { #expect(batch.handedOver(isFull: false) == .proceed) }
    #expect(batch.handedOver(isFull: false) == .commit)
  }

  @Test(arguments: [(49, IntakeBatch.Action.proceed), (50, .commit), (51, .commit)])
  func `a batch closes 50 ms after its first delivery`(
    milliseconds: Int, expected: IntakeBatch.Action
  ) {
    var batch = batch()
    let start = Duration.seconds(7)
    batch.read(count: 1, at: start)
    _ = batch.handedOver(isFull: false)
    batch.read(count: 1, at: start + .milliseconds(20))
    _ = batch.handedOver(isFull: false)
    #expect(batch.wasEmptied(at: start + .milliseconds(milliseconds)) == expected)
  }

  @Test func `the next batch's time begins with its own first delivery`() {
    var batch = batch()
    batch.read(count: 1, at: .zero)
    _ = batch.handedOver(isFull: false)
    _ = batch.committed(isDurable: true)
    batch.read(count: 0, at: .seconds(1))
    batch.read(count: 1, at: .seconds(2))
    _ = batch.handedOver(isFull: false)
    #expect(batch.wasEmptied(at: .seconds(2) + .milliseconds(49)) == .proceed)
    #expect(batch.wasEmptied(at: .seconds(2) + .milliseconds(50)) == .commit)
  }

  /// Every order of events up to a length, against the definition: it may write exactly when every
  /// delivery read is committed.
  @Test func `it may write exactly when all that was read is durable`() {
    func explore(_ batch: IntakeBatch, read: Int, handed: Int, committed: Int, depth: Int) {
      #expect(batch.mayWrite == (read == committed))
      if depth == 0 { return }
      for count in 0...2 {
        var next = batch
        next.read(count: count, at: .zero)
        explore(
          next, read: read + count, handed: handed, committed: committed, depth: depth - 1)
      }
      if handed < read {
        var next = batch
        let action = next.handedOver(isFull: false)
        #expect(action == (handed + 1 - committed >= 3 ? .commit : .proceed))
        explore(next, read: read, handed: handed + 1, committed: committed, depth: depth - 1)
      }
      if committed < handed {
        var next = batch
        #expect(next.committed(isDurable: true) == (handed == read ? .write : .proceed))
        explore(next, read: read, handed: handed, committed: handed, depth: depth - 1)
      }
    }
    explore(batch(countLimit: 3), read: 0, handed: 0, committed: 0, depth: 6)
  }
}
