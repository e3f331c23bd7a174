import PoolModel
import Testing

@testable import Pipeline

@Suite struct `When rows came late` {
  @Test func `times that lie close together are one stretch, whatever their order`() {
    for times in [[10, 20, 35], [35, 10, 20], [20, 35, 10]] as [[Int64]] {
      var late = LateTimes()
      for time in times { late.insert(time, joining: 15) }
      #expect(late.ranges == [10...35])
    }
  }

  @Test func `times far apart are stretches of their own, in order`() {
    var late = LateTimes()
    for time in [500, 1000, 100, 505, 90] as [Int64] { late.insert(time, joining: 10) }
    #expect(late.ranges == [90...100, 500...505, 1000...1000])
  }

  @Test(arguments: 1...20)
  func `stretches are those of all times sorted`(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let times = (0..<60).map { _ in Int64(random.next() % 2000) }
    var late = LateTimes()
    for time in times { late.insert(time, joining: 20) }
    var expected: [ClosedRange<Int64>] = []
    for time in times.sorted() {
      if let last = expected.last, time - last.upperBound <= 20 {
        expected[expected.count - 1] = last.lowerBound...time
      } else {
        expected.append(time...time)
      }
    }
    #expect(late.ranges == expected)
  }
}
