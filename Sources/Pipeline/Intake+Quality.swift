import PoolModel
import QualityControl
import RingStore

// Quality control in the order of the times, whatever the order of arrival: what comes in order is flagged as
// it comes; where something comes late, the flags after it are made again from the rows before the commit.
extension Intake {
  /// Checks `reading` and appends it to `store` with `marks`.
  ///
  /// What a gateway calls historical is late however new it is: recorded, and never news.
  mutating func append(
    _ reading: Reading, to store: RingStore, marks: ArrivalMarks, now: Moment
  ) -> AppendOutcome {
    row.pool = reading.pool
    row.time = reading.time
    let found = quality.check(
      reading, marks: marks.union(store.ageMarks(of: reading.time, arrival: now.wall)),
      into: &row.samples)
    if found.hasAmendments {
      // Before the row: whoever judges goes back to before the value that did not count, and then on.
      for amendment in quality.amendments {
        store.stageFlag(of: amendment.sample, pool: amendment.pool, time: amendment.time)
      }
    }
    var outcome = store.append(row, arrival: now.wall)
    if outcome.stored != row.samples.count || !found.late.isEmpty {
      noteOutOfOrder(found, outcome, in: store)
    }
    if marks.contains(.late) { outcome.late = outcome.stored }
    counters.add(outcome)
    return outcome
  }

  /// Notes what of the row has to be looked at again.
  private mutating func noteOutOfOrder(
    _ found: QualityControl.Outcome, _ outcome: AppendOutcome, in store: RingStore
  ) {
    for sample in row.samples {
      let series = Series(pool: row.pool, parameter: sample.parameter)
      let isRepeated = outcome.repeated.contains(sample.parameter)
      let isStored =
        !isRepeated && outcome.tooOld == 0 && !outcome.contradicting.contains(sample.parameter)
      if !found.late.contains(sample.parameter) {
        // It was taken for the newest of its series, and is not.
        if !isStored { readBack(series, from: store) }
      } else if isStored {
        unchecked[series, default: LateTimes()].insert(
          row.time.milliseconds, joining: plan.interval.wholeMilliseconds * Self.joinedCount)
      } else if isRepeated, !sample.gatewayMarks.isEmpty {
        quality.join(sample.gatewayMarks, to: series, at: row.time)
      }
    }
  }

  // MARK: Reading back

  /// Brings the tests of every series to where the rows of `store` end.
  mutating func readBack(from store: RingStore) {
    for pool in plan.poolNumbersInOrder {
      for parameter in quality.testedParameters {
        let series = Series(pool: pool, parameter: parameter)
        if store.latest(series) != nil { readBack(series, from: store) }
      }
    }
    quality.commit()
  }

  /// Brings the tests of `series` to where its rows end, staged ones included.
  private mutating func readBack(_ series: Series, from store: RingStore) {
    guard var chain = quality.chain(of: series) else { return }
    let end = max(
      store.latest(series)?.time ?? .distantPast, quality.newestTime(of: series) ?? .distantPast)
    // Rows of a page that cannot be read are not there for the tests either: whatever is flagged after
    // them, readings come first.
    let slice = (try? tail(of: series, through: end, in: store)) ?? SeriesSlice()
    for index in 0..<slice.count { _ = chain.take(slice.values[index], at: slice.times[index]) }
    let newest =
      slice.count > 0 ? slice.sample(at: slice.count - 1, of: series.parameter) : nil
    quality.goOn(series, after: chain, newest: newest)
  }

  /// The samples of `series` through `end`, as many as the tests of the last of them can depend on.
  private func tail(
    of series: Series, through end: Timestamp, in store: RingStore
  ) throws(RingStoreError) -> SeriesSlice {
    guard let fresh = quality.chain(of: series) else { return SeriesSlice() }
    var span = plan.interval * Self.firstTailCount
    var oldest: Timestamp?
    while true {
      let from = end - span
      let slice = try store.samplesWithStaged(of: series, from: from, through: end, limit: .max)
      var chain = fresh
      for index in slice.times.indices.dropLast() {
        _ = chain.take(slice.values[index], at: slice.times[index])
      }
      if chain.isSettled { return slice }
      oldest = oldest ?? store.oldestTime(of: series.pool) ?? .distantPast
      if let oldest, from <= oldest {
        return try store.samplesWithStaged(
          of: series, from: .distantPast, through: end, limit: .max)
      }
      span = from > .distantPast + span * 8 ? span * 8 : end - .distantPast
    }
  }

  // MARK: Checking again

  /// What is to be checked again of the series of `former` that `plan` has too, by its numbers.
  static func renumbered(
    _ unchecked: [Series: LateTimes], of former: Plan, in plan: Plan
  ) -> [Series: LateTimes] {
    var renumbered: [Series: LateTimes] = [:]
    for (series, times) in unchecked {
      guard let pool = plan.poolNumber(former[series.pool].id),
        let parameter = plan.parameterNumber(former[series.parameter].name)
      else { continue }
      renumbered[Series(pool: pool, parameter: parameter)] = times
    }
    return renumbered
  }

  /// Makes the flags again that late rows may have changed, as far as their amendments find room in the
  /// batch; the rest is made with the next.
  mutating func checkAgain(in store: RingStore) {
    guard !unchecked.isEmpty else { return }
    for (series, times) in unchecked.sorted(by: { $0.key < $1.key }) {
      unchecked[series] = nil
      var rest = times.ranges[...]
      while let first = rest.popFirst() {
        // Flags that cannot be made because a page cannot be read stay as they are: readings come first.
        guard let left = try? checkAgain(series, first, before: &rest, in: store) else { continue }
        unchecked[series] = LateTimes(ranges: [left] + rest)
        return
      }
      if store.stagedByteCount > Self.amendedByteLimit(of: store) { return }
    }
  }

  /// Makes the flags of `series` again from the row before the first of `times` on, until none of them can
  /// have made a difference.
  ///
  /// - Parameters:
  ///   - series: whose flags.
  ///   - times: where rows came late.
  ///   - later: more such times after them; those that are done with them are taken out.
  ///   - store: where the rows are.
  /// - Returns: what found no room in the batch; nil when all is done.
  /// - Throws: `RingStoreError` when a page cannot be read.
  private mutating func checkAgain(
    _ series: Series, _ times: ClosedRange<Int64>,
    before later: inout ArraySlice<ClosedRange<Int64>>, in store: RingStore
  ) throws(RingStoreError) -> ClosedRange<Int64>? {
    guard var chain = quality.chain(of: series) else { return nil }
    let start = Timestamp(milliseconds: times.lowerBound)
    var end = Timestamp(milliseconds: times.upperBound)
    let before = try tail(of: series, through: start - .milliseconds(1), in: store)
    // The spike test of the one before is to be made again; what is known of it is final otherwise.
    var waiting: CheckedSample?
    for index in 0..<before.count {
      waiting = CheckedSample.take(before, index, of: series, by: &chain).0
    }
    var from = start
    var countBeyond = 0
    while true {
      let slice = try store.samplesWithStaged(
        of: series, from: from, through: .distantFuture, limit: Self.sliceCount)
      for index in 0..<slice.count {
        let (sample, previousSpike) = CheckedSample.take(
          slice, index, of: series, by: &chain)
        waiting?.amend(previousSpike: previousSpike, in: store)
        waiting = sample
        while let next = later.first, sample.time.milliseconds >= next.lowerBound {
          end = max(end, Timestamp(milliseconds: next.upperBound))
          later.removeFirst()
        }
        countBeyond = sample.time > end ? countBeyond + 1 : 0
        if chain.isBeyond(end, count: countBeyond) { return nil }
        if store.stagedByteCount > Self.amendedByteLimit(of: store) {
          let time = sample.time.milliseconds
          return time...max(time, end.milliseconds)
        }
      }
      guard slice.count == Self.sliceCount, let last = slice.times.last else { break }
      from = last + .milliseconds(1)
    }
    waiting?.amend(previousSpike: 0, in: store)
    quality.goOn(series, after: chain, newest: waiting?.sample)
    return nil
  }

  /// Room is left for the rows of the batch itself.
  private static func amendedByteLimit(of store: RingStore) -> Int { store.batchByteLimit / 4 * 3 }
  /// Mostly the tests of a series depend on fewer samples.
  private static let firstTailCount = 32
  /// Samples read at once.
  private static let sliceCount = 256
  /// Late rows that so many intervals or fewer lie between are looked at in one go.
  private static let joinedCount: Int64 = 32
}

/// When rows of a series came late, ascending and apart: two that lie years apart are no reason to look at
/// all that is between them.
struct LateTimes: Hashable {
  private(set) var ranges: [ClosedRange<Int64>] = []

  /// Adds `time`, joining it to ranges that are no further away than `distance`.
  mutating func insert(_ time: Int64, joining distance: Int64) {
    var joined = time...time
    var first = ranges.endIndex
    while first > 0, ranges[first - 1].upperBound >= time - distance { first -= 1 }
    var end = first
    while end < ranges.endIndex, ranges[end].lowerBound <= time + distance {
      joined =
        min(
          joined.lowerBound, ranges[end].lowerBound)...max(
          joined.upperBound, ranges[end].upperBound)
      end += 1
    }
    ranges.replaceSubrange(first..<end, with: [joined])
  }
}
