import PoolModel
import Testing

@testable import Notifying

@Suite struct `Retries` {
  private let created = newYear
  private let patience: Int64 = 72 * 3600 * 1000

  @Test func `the first attempt is at once`() {
    #expect(
      RetryPolicy().nextAttempt(
        failureCount: 0, lastAttempt: created, created: created, noticeID: "n") == created)
  }

  /// The steps of the type's description, ± 20 %.
  @Test(arguments: [
    (1, 5), (2, 30), (3, 120), (4, 600), (5, 1800), (6, 3600), (7, 3600), (70, 3600),
    (Int.max, 3600),
  ])
  func `steps grow to an hour, each with its share of jitter`(_ count: Int, _ seconds: Int) throws {
    var seen: Set<Int64> = []
    for number in 0..<200 {
      let next = try #require(
        RetryPolicy().nextAttempt(
          failureCount: count, lastAttempt: created, created: created, noticeID: "n\(number)"))
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
        failureCount: 3, lastAttempt: created, created: created, noticeID: "n")
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
        failureCount: failureCount, lastAttempt: attempt, created: created, noticeID: "n")
    }
    #expect(attempts.last == patience)
    #expect(attempts == attempts.sorted())
    // 6 attempts in the first 42 min, then one an hour ± 20 %.
    #expect((6 + 59...6 + 91).contains(attempts.count))
  }

  @Test(arguments: [(-1, false), (0, true), (1, true)])
  func `the last attempt is at 72 hours`(_ milliseconds: Int64, _ isGivenUp: Bool) {
    let last = Timestamp(milliseconds: created.milliseconds + patience + milliseconds)
    let next = RetryPolicy().nextAttempt(
      failureCount: 9, lastAttempt: last, created: created, noticeID: "n")
    #expect(
      next == (isGivenUp ? nil : Timestamp(milliseconds: created.milliseconds + patience)))
  }
}
