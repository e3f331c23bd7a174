import MQTTTransport
import Testing

@Suite struct `How long to wait before connecting again` {
  /// Readings flow again within 5 s of the broker's return; what cannot be committed is not fetched so
  /// often.
  @Test(arguments: [
    (Backoff.Cause.failure, [1, 2, 3, 3, 3, 3, 3, 3]),
    (.undone, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]),
  ])
  func `each wait lies between 0 and a bound that doubles from 1 s to 3 s or 60 s`(
    cause: Backoff.Cause, bounds: [Int]
  ) {
    for (index, bound) in bounds.enumerated() {
      let waits = (0..<2000).map { seed in
        var backoff = Backoff(seed: UInt64(seed))
        for _ in 0..<index { _ = backoff.next(after: cause) }
        return backoff.next(after: cause)
      }
      #expect(waits.allSatisfy { $0 >= .zero && $0 <= .seconds(bound) })
      // Full jitter: even over the whole range. The mean of 2000 even draws strays by 0.65 % of
      // the bound (one standard deviation): 3 % is beyond chance.
      let mean = waits.reduce(.zero, +) / waits.count
      #expect(abs(mean / .seconds(bound) - 0.5) < 0.03)
    }
  }

  @Test func `after a refusal every wait lies between 30 s and 60 s`() {
    var backoff = Backoff(seed: 7)
    let waits = (0..<1000).map { _ in backoff.next(after: .refusal) }
    #expect(waits.allSatisfy { $0 >= .seconds(30) && $0 <= .seconds(60) })
    #expect(Set(waits).count > 900)
  }

  @Test func `the same seed waits the same, another one does not`() {
    func waits(_ seed: UInt64) -> [Duration] {
      var backoff = Backoff(seed: seed)
      return (0..<10).map { _ in backoff.next(after: .failure) }
    }
    #expect(waits(1) == waits(1))
    #expect(waits(1) != waits(2))
  }

  @Test func `after a success the bound is 1 s again`() {
    var backoff = Backoff(seed: 3)
    for _ in 0..<100 {
      for _ in 0..<8 { _ = backoff.next(after: .failure) }
      backoff.reset()
      #expect(backoff.next(after: .failure) <= .seconds(1))
      backoff.reset()
    }
  }
}
