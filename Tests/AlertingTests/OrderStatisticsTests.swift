import PoolModel
import Testing

@testable import Alerting

/// Against the standard library's sort.
@Suite struct `The value at a place in order` {
  @Test(arguments: [1, 2, 3, 12, 13, 29, 30, 406, 435])
  func `is that of the sorted values, with none greater before and none less after it`(count: Int) {
    var numbers = SplitMix64(seed: UInt64(count))
    for stepCount in [1, 2, 5, 40, 100_000] {
      let values = (0..<count).map { _ in Double(numbers.next() % UInt64(stepCount)) - 3 }
      let sorted = values.sorted()
      for place in Set([0, count / 3, count / 2, count - 1]) {
        var moved = values
        var span = moved.mutableSpan
        #expect(span.select(place, in: 0..<count) == sorted[place])
        #expect(moved[..<place].allSatisfy { $0 <= sorted[place] })
        #expect(moved[place...].allSatisfy { $0 >= sorted[place] })
        #expect(moved.sorted() == sorted)
      }
      var moved = values
      var span = moved.mutableSpan
      #expect(span.median(of: 0..<count) == (sorted[(count - 1) / 2] + sorted[count / 2]) / 2)
    }
  }
}
