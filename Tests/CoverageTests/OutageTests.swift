import Coverage
import PoolModel
import Testing

@Suite struct `Times out of use` {
  private static func minutes(_ range: Range<Int>) -> Range<Timestamp> {
    Timestamp(
      milliseconds: Int64(range.lowerBound) * 60_000)..<Timestamp(
        milliseconds: Int64(range.upperBound) * 60_000)
  }

  /// The model counts minutes one by one.
  @Test(arguments: 1...50)
  func `leave the minutes that are in none of them`(seed: UInt64) {
    var numbers = SplitMix64(seed: seed)
    let outages = (0..<Int.random(in: 0...6, using: &numbers)).map { _ in
      let start = Int.random(in: -20...120, using: &numbers)
      return start..<start + Int.random(in: 0...40, using: &numbers)
    }
    let start = Int.random(in: 0...60, using: &numbers)
    let period = start..<start + Int.random(in: 1...60, using: &numbers)
    let due = Outages(outages.map(Self.minutes)).dueTimes(in: Self.minutes(period))
    let expected = period.filter { minute in !outages.contains { $0.contains(minute) } }
    let found = period.filter { minute in
      due.contains { $0.contains(Timestamp(milliseconds: Int64(minute) * 60_000)) }
    }
    #expect(found == expected)
    #expect(due.allSatisfy { !$0.isEmpty })
    #expect(zip(due, due.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
  }

  @Test func `begin and end with the minute that they begin and end in`() {
    let outage =
      Timestamp(milliseconds: 90_500)..<Timestamp(milliseconds: 210_500)
    #expect(
      Outages([outage]).dueTimes(in: Self.minutes(0..<10))
        == [Self.minutes(0..<1), Self.minutes(3..<10)])
  }

  @Test func `that cover all of a period leave nothing, none leave all of it`() {
    let period = Self.minutes(5..<8)
    #expect(Outages([Self.minutes(5..<8)]).dueTimes(in: period) == [])
    #expect(Outages([]).dueTimes(in: period) == [period])
    #expect(Outages([Self.minutes(8..<9)]).dueTimes(in: period) == [period])
  }
}
