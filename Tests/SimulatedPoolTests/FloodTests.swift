import PoolModel
import SimulatedPool
import Testing

@Suite struct `A flood` {
  private let flood = Flood(seed: 11, poolCount: 3, start: newYear, step: .milliseconds(10))

  @Test func `no two messages share pool and time`() {
    var seen: Set<[Int64]> = []
    for index in 0..<1000 {
      let place = flood.place(ofMessage: index)
      seen.insert([Int64(place.pool), flood.time(sequence: place.sequence).milliseconds])
    }
    #expect(seen.count == 1000)
  }

  @Test(arguments: [0, 1, 2, 3, 4, 999, 1000])
  func `the readings of all pools make up the flood`(count: Int) {
    for pool in 0..<3 {
      let places = (0..<count).map(flood.place(ofMessage:)).filter { $0.pool == pool }
      #expect(places.map(\.sequence) == Array(0..<places.count))
      #expect(flood.readingCount(ofPool: pool, messageCount: count) == places.count)
    }
  }

  @Test func `values follow from seed, pool and sequence alone`() {
    let twin = Flood(seed: 11, poolCount: 3, start: newYear + .seconds(9), step: .seconds(1))
    let other = Flood(seed: 12, poolCount: 3, start: newYear, step: .milliseconds(10))
    for sequence in [0, 1, 399, 400, 12_345] {
      #expect(flood.values(pool: 2, sequence: sequence) == twin.values(pool: 2, sequence: sequence))
      #expect(
        flood.values(pool: 2, sequence: sequence) != other.values(pool: 2, sequence: sequence))
      #expect(
        flood.values(pool: 2, sequence: sequence) != flood.values(pool: 1, sequence: sequence))
    }
  }

  /// Limits of GB 37488-2019: free chlorine 0.3–1.0 mg/L, pH 7.0–7.8, temperature 23–30 °C.
  @Test func `free chlorine crosses both limits in every swing, the others keep theirs`() {
    for pool in 0..<3 {
      let swing = (0..<Flood.swingLength).map {
        flood.values(pool: pool, sequence: $0).map(\.value)
      }
      #expect(swing.contains { $0[0] < 0.3 } && swing.contains { $0[0] > 1.0 })
      #expect(swing.allSatisfy { (0.1...1.1).contains($0[0]) })
      #expect(swing.allSatisfy { (7.0...7.8).contains($0[1]) && (23...30).contains($0[2]) })
    }
  }

  @Test func `a payload carries time, sequence and values`() {
    let text = String(decoding: flood.payload(pool: 1, sequence: 7), as: UTF8.self)
    let values = flood.values(pool: 1, sequence: 7).map(\.text)
    #expect(
      text == """
        {"ts":1767225600070,"seq":7,"values":{"free_chlorine":\(values[0]),"ph":\(values[1]),\
        "temperature":\(values[2])}}
        """)
  }
}
