import PoolModel
import RingStore

/// A store's content held against what it ought to be.
struct Comparison {
  /// A difference between the two.
  struct Difference: CustomStringConvertible {
    /// What kind of difference it is.
    enum Kind: String {
      /// A value that ought to be there is not.
      case lost
      /// A value is there with its own bits, but with another flag or other marks.
      case relabeled
      /// Another value is there.
      case changed
      /// A value is there that was never appended.
      case invented
      /// The newest value of a series is not the one with the newest time.
      case latest
    }
    var kind: Kind
    var pool: PoolNumber
    var facts: String
    var description: String { "\(kind.rawValue) in pool \(pool.index): \(facts)" }
  }

  /// All of them; empty when the store is as it ought to be.
  private(set) var differences: [Difference] = []
  /// Rows that are there.
  private(set) var rowCount = 0
  /// Values that are not there because the ring gave them up.
  private(set) var givenUpCount = 0

  private let store: RingStore
  /// The newest rows of a pool, which its ring has to hold whatever else it gave up: half of the
  /// retention.
  private static let certainRowCount = 150
  /// How far the times of two neighbouring pages can overlap: a page that is given up may have rows
  /// newer than the oldest of the next page, which came late.
  private static let overlapMilliseconds: Int64 = BatchScript.latestMilliseconds

  /// Compares everything that `store` has with `expected`.
  init(_ store: RingStore, _ expected: ExpectedStore) throws(RingStoreError) {
    self.store = store
    for pool in 0..<BatchScript.poolCount {
      let number = PoolNumber(pool)
      let found = try Self.samples(of: number, in: store)
      rowCount += found.count
      look(for: expected.pools[pool], in: found, of: number)
      for (time, samples) in found {
        for sample in samples.values where expected.pools[pool][time]?[sample.parameter] == nil {
          note(.invented, number, "\(sample) at \(time)")
        }
      }
    }
    // What the store was asked was asked by appending.
    store.undo()
  }

  private mutating func note(_ kind: Difference.Kind, _ pool: PoolNumber, _ facts: String) {
    differences.append(Difference(kind: kind, pool: pool, facts: facts))
  }

  /// Everything held of `pool`, by time and parameter.
  private static func samples(
    of pool: PoolNumber, in store: RingStore
  ) throws(RingStoreError) -> [Int64: [ParameterNumber: Sample]] {
    var found: [Int64: [ParameterNumber: Sample]] = [:]
    var from = Timestamp.distantPast
    while true {
      let rows = try store.rows(of: pool, from: from, through: .distantFuture, limit: 200)
      for row in rows {
        for sample in row.samples {
          found[row.time.milliseconds, default: [:]][sample.parameter] = sample
        }
      }
      guard rows.count == 200, let last = rows.last else { return found }
      from = last.time + .milliseconds(1)
    }
  }

  private mutating func look(
    for expected: [Int64: [ParameterNumber: Sample]],
    in found: [Int64: [ParameterNumber: Sample]], of pool: PoolNumber
  ) {
    let times = expected.keys.sorted(by: >)
    let certain = times.count > Self.certainRowCount ? times[Self.certainRowCount] : .min
    var newest: [ParameterNumber: Int64] = [:]
    for time in times {
      for (parameter, sample) in expected[time] ?? [:] {
        if newest[parameter] == nil { newest[parameter] = time }
        let there = found[time]?[parameter]
        if let there, there.isIdentical(to: sample) { continue }
        let hasItsBits = there?.value.bitPattern == sample.value.bitPattern
        if time <= certain, there == nil || hasItsBits, isGivenUp(sample, at: time, of: pool) {
          // A part of a row outlives the parts that it was joined to, without their marks.
          givenUpCount += 1
        } else if let there {
          note(hasItsBits ? .relabeled : .changed, pool, "\(there) for \(sample) at \(time)")
        } else {
          note(.lost, pool, "\(sample) at \(time)")
        }
      }
    }
    for (parameter, time) in newest where found[time]?[parameter] != nil {
      let latest = store.latest(Series(pool: pool, parameter: parameter))
      if latest?.time.milliseconds != time { note(.latest, pool, "\(parameter) is not of \(time)") }
    }
  }

  /// Whether the store says that it holds nothing from so long ago, or from shortly before.
  private func isGivenUp(_ sample: Sample, at time: Int64, of pool: PoolNumber) -> Bool {
    let row = SampleRow(
      pool: pool, time: Timestamp(milliseconds: time - Self.overlapMilliseconds), samples: [sample])
    return store.append(row, arrival: row.time).tooOld == 1
  }
}
