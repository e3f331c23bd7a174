import PoolModel
import SimulatedPool
import Testing

@Suite struct `Seeded random numbers` {
  /// The first five outputs for seed 1234567 as published with the algorithm on Rosetta Code.
  @Test func `SplitMix64 gives the published numbers`() {
    var random = SplitMix64(seed: 1_234_567)
    let published: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect(published.indices.map { _ in random.next() } == published)
  }

  @Test func `labels of one seed give different numbers`() {
    var streams = ["venue-01/main", "venue-02/main", ""].map { SplitMix64(seed: 7, label: $0) }
    var first: Set<UInt64> = []
    for index in streams.indices { first.insert(streams[index].next()) }
    #expect(first.count == 3)
  }

  /// The standard errors of mean and variance of 100,000 independent numbers are 0.003 and 0.0045.
  @Test func `normal numbers have mean 0 and variance 1`() {
    var random = SplitMix64(seed: 1)
    let numbers = (0..<100_000).map { _ in random.normal() }
    let mean = numbers.reduce(0, +) / 100_000
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
    #expect(mean.magnitude < 0.015)
    #expect((variance - 1).magnitude < 0.0225)
  }

  @Test func `unit numbers stay below 1`() {
    var random = SplitMix64(seed: 3)
    let numbers = (0..<10_000).map { _ in random.unit() }
    #expect(numbers.allSatisfy { (0..<1).contains($0) })
    #expect(Set(numbers).count > 9990)
  }
}
