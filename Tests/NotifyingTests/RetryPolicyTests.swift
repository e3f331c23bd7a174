import PoolModel
import Testing

@testable import Notifying

@Suite struct `Retries` {
  private let created = newYear
  private let patience: Int64 = 72 * 3600 * 1000

  @Test func `the first attempt is at once`() {
    #expect(
      RetryPolicy().nextAttempt(
        failureCount: 0, lastAttempt: created, noticeID: "n") == created)
  }

  /// The steps of the type's description, ± 20 %.
  @Test(arguments: [
    (1, 5), (2, 30), (3, 120), (4, 600), (5, 1800), (6, 3600), (7, 3600), (50, 3600),
  ])
  func `steps grow to an hour, each with its share of jitter`(_ count: Int, _ seconds: Int) throws {
    var seen: Set<Int64> = []
    for number in 0..<200 {
      let next = try #require(
        RetryPolicy().nextAttempt(
          failureCount: count, lastAttempt: created, noticeID: "n\(number)"))
      let wait = next.milliseconds - created.milliseconds
      #expect((Int64(seconds) * 800...Int64(seconds) * 1200).contains(wait))
      seen.insert(wait)
    }
    // 200 draws from 401 shares: fewer than 120 different ones have no chance if they are even.
    #expect(seen.count >= 120)
    let middle = Int64(seconds) * 1000
    #expect(seen.contains { $0 < middle * 9 / 10 } && seen.contains { $0 > middle * 11 / 10 })
  }

  @Test func `the same notice waits the same time`() {
    let twice = (0..<2).map { _ in
      RetryPolicy().nextAttempt(
        failureCount: 3, lastAttempt: created, noticeID: "n")
    }
    #expect(twice[0] == twice[1])
  }

  @Test func `after 72 hours it is given up`() throws {
    var failureCount = 0
    var attempts: [Int64] = []
    var next: Timestamp? = created
    while let attempt = next, attempts.count < 1000 {
      attempts.append(attempt.milliseconds - created.milliseconds)
      failureCount += 1
      next = RetryPolicy().nextAttempt(
        failureCount: failureCount, lastAttempt: attempt, noticeID: "n")
    }
    #expect(attempts.last == patience)
    #expect(attempts == attempts.sorted())
    // 6 attempts in the first 42 min, then one an hour ± 20 %.
    #expect((6 + 59...6 + 91).contains(attempts.count))
  }

  /// A clock that starts in 1970 and is put right, one that was days ahead, a daemon that was down
  /// for a year: what is between two attempts is no time in which the notice was tried.
  @Test(arguments: [56 * 365 * 86_400, -7 * 86_400, 365 * 86_400] as [Int64])
  func `a step of the clock neither ends nor lengthens the patience`(_ seconds: Int64) {
    func attempts(step: Int64) -> Int {
      var failureCount = 0
      var next: Timestamp? = Timestamp(milliseconds: 5000)
      while let attempt = next, failureCount < 1000 {
        failureCount += 1
        let shift = failureCount == 1 ? step * 1000 : 0
        next = RetryPolicy().nextAttempt(
          failureCount: failureCount,
          lastAttempt: Timestamp(milliseconds: attempt.milliseconds + shift), noticeID: "n")
      }
      return failureCount
    }
    let ordinary = attempts(step: 0)
    #expect((6 + 59...6 + 91).contains(ordinary))
    #expect(attempts(step: seconds) == ordinary)
  }

  @Test(arguments: [200, 1000, Int.max])
  func `more failures than 72 hours hold give it up`(_ failureCount: Int) {
    #expect(
      RetryPolicy().nextAttempt(
        failureCount: failureCount, lastAttempt: created, noticeID: "n") == nil)
  }

  @Test func `no wait is longer than the longest, which is 72 minutes`() throws {
    #expect(RetryPolicy.longestWait == .seconds(4320))
    for number in 0..<50 {
      for count in 1...50 {
        let next = try #require(
          RetryPolicy().nextAttempt(
            failureCount: count, lastAttempt: created, noticeID: "n\(number)"))
        #expect(next <= created + RetryPolicy.longestWait)
      }
    }
  }
}
