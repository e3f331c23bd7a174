import Measuring
import PoolModel
import RingStore

extension RingStore {
  /// Appends and commits all of `data`, and makes a checkpoint.
  func appendAll(of data: DataSet) throws {
    var feed = Feed(data)
    var now = Timestamp(milliseconds: 0)
    while let batch = try feed.next() {
      now = batch[batch.count - 1].time + .seconds(1)
      try append(batch, at: now)
    }
    try checkpoint(at: now)
  }

  /// Appends and commits rows of which every value is new.
  func append(_ batch: [SampleRow], at now: Timestamp) throws {
    var outcome = AppendOutcome()
    for row in batch { outcome += append(row, arrival: row.time) }
    try require(
      outcome.stored == batch.count * DataSet.parameterCount,
      "a batch of \(batch.count) new rows stored \(outcome.stored) values")
    try commit(at: now)
    release(judgedUpTo: committed)
  }
}
