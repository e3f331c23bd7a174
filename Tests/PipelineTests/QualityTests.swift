import PoolModel
import QualityVectors
import RingStore
import Testing

@testable import Pipeline

extension QualityVectors.Case {
  /// A bench whose chlorine is tested as the vector says, in a day that our clock believes.
  func bench() throws -> Workbench {
    let bench = try Workbench(
      quality: QualityRules(parameters: [ParameterNumber(0): config.settings]))
    bench.pass(.seconds(86_400))
    return bench
  }

  /// The payload of the row at `index`, on the first day of the bench.
  func payload(_ index: Int) -> String {
    let value = x[index].map { "\($0)" } ?? "null"
    return #"{"ts":\#(time(index).milliseconds),"values":{"free_chlorine":\#(value)}}"#
  }

  private func time(_ index: Int) -> Timestamp {
    Workbench.start + .seconds(t[index] - t[0])
  }

  /// What is wrong with the stored rows.
  func differences(in bench: Workbench) throws -> [String] {
    let rows = try bench.pipeline.store.rows(
      of: PoolNumber(0), from: .distantPast, through: .distantFuture, limit: .max)
    guard rows.count == x.count, let expected = flags["aggregate"] else {
      return ["\(name): \(rows.count) rows, expected \(x.count)"]
    }
    return rows.indices.compactMap { index in
      let sample = rows[index].samples[0]
      guard
        rows[index].time != time(index) || sample.flag.rawValue != expected[index]
          || sample.value.bitPattern != (x[index] ?? .nan).bitPattern
      else { return nil }
      return "\(name) \(index): \(sample), expected \(expected[index])"
    }
  }
}

@Suite struct `Flags in the daemon against ioos_qc` {
  @Test(arguments: [1, 7, 1000])
  func `are the same flag for flag, in order`(batch: Int) throws {
    for vector in try QualityVectors.load() {
      let bench = try vector.bench()
      for index in vector.x.indices {
        bench.receive(payload: vector.payload(index))
        if index % batch == batch - 1 { try bench.pipeline.commit(now: bench.now) }
      }
      try bench.pipeline.commit(now: bench.now)
      #expect(try vector.differences(in: bench) == [])
    }
  }

  @Test(arguments: [(1, UInt64(1)), (1, 2), (5, 3), (1000, 4)])
  func `are the same in any order of arrival`(batch: Int, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for vector in try QualityVectors.load() {
      let bench = try vector.bench()
      var order = Array(vector.x.indices)
      for last in order.indices.dropFirst().reversed() {
        order.swapAt(last, Int(random.next() % UInt64(last + 1)))
      }
      for (place, index) in order.enumerated() {
        bench.receive(payload: vector.payload(index))
        if place % batch == batch - 1 { try bench.pipeline.commit(now: bench.now) }
      }
      try bench.pipeline.commit(now: bench.now)
      #expect(try vector.differences(in: bench) == [], "seed \(seed)")
    }
  }

  // The series of a parameter come one after another: each place is one of some of them.
  @Test func `are the same with a restart between any two rows`() throws {
    for (number, vector) in try QualityVectors.load().enumerated() {
      let bench = try vector.bench()
      for index in vector.x.indices {
        bench.receive(payload: vector.payload(index))
        try bench.pipeline.commit(now: bench.now)
        if (index + number).isMultiple(of: 5) { try bench.restart() }
      }
      #expect(try vector.differences(in: bench) == [])
    }
  }

  @Test func `are the same where commits fail, and what was not acknowledged comes again`() throws {
    for vector in try QualityVectors.load() {
      let bench = try vector.bench()
      for first in stride(from: 0, to: vector.x.count, by: 3) {
        let indices = first..<min(first + 3, vector.x.count)
        bench.storage.failingSyncCount = 1
        for index in indices { bench.receive(payload: vector.payload(index)) }
        #expect(throws: (any Error).self) { try bench.pipeline.commit(now: bench.now) }
        // The broker may deliver them in another order of its topics; here the last ones first.
        for index in indices.reversed() { bench.receive(payload: vector.payload(index)) }
        try bench.pipeline.commit(now: bench.now)
      }
      #expect(try vector.differences(in: bench) == [])
    }
  }
}
