import Foundation
import LinuxSystem
import Measuring
import PoolModel
import RingStore

/// Appends the fleet's readings in a process of its own, which is where speed and memory are taken.
struct AppendRun: Codable {
  var pointCount = 0
  /// Time spent in the store: append, commit, release, the checkpoints as they fell due and the last.
  var seconds = 0.0
  /// Of that, the last checkpoint.
  var lastCheckpointSeconds = 0.0
  /// Processor time spent in the store.
  var processorSeconds = 0.0
  /// The whole run with the making of the readings.
  var wallSeconds = 0.0
  /// The most that RssAnon was, looked at every 25 commits.
  var highestByteCount = 0
  /// RssAnon after the last checkpoint.
  var byteCountAfterCheckpoint = 0
  /// RssAnon before the store was opened.
  var byteCountBefore = 0

  /// The subcommand: appends, and prints what it took.
  static func runInThisProcess(_ arguments: Arguments) throws {
    let data = try DataSet(.fleet, directory: arguments.data)
    var run = AppendRun()
    run.byteCountBefore = try ProcessMemory.anonymousByteCount()
    let plan = try Plan.benchmark(poolCount: data.poolCount, interval: data.interval)
    let store = try StoreAccess.open(
      plan: plan, days: 2, storage: try DiskStorage(path: arguments.storePath))
    try run.append(data, to: store)
    let answer = try JSONEncoder().encode(run)
    Progress.tell(String(decoding: answer, as: UTF8.self))
  }

  /// One batch is made outside the clock and appended inside it, and so on.
  private mutating func append(_ data: DataSet, to store: RingStore) throws {
    var feed = Feed(data)
    var outcome = AppendOutcome()
    var spent = Duration.zero
    var commitCount = 0
    var now = Timestamp(milliseconds: 0)
    let begin = ContinuousClock.now
    while let batch = try feed.next() {
      now = batch[batch.count - 1].time + .seconds(1)
      let processorStart = ProcessorTime.milliseconds()
      let start = ContinuousClock.now
      for row in batch { outcome += store.append(row, arrival: now) }
      try store.commit(at: now)
      store.release(judgedUpTo: store.committed)
      spent += ContinuousClock.now - start
      processorSeconds += (ProcessorTime.milliseconds() - processorStart) / 1000
      commitCount += 1
      if commitCount.isMultiple(of: 25) { try noteMemory() }
    }
    let processorStart = ProcessorTime.milliseconds()
    let start = ContinuousClock.now
    try store.checkpoint(at: now)
    let last = ContinuousClock.now - start
    processorSeconds += (ProcessorTime.milliseconds() - processorStart) / 1000
    wallSeconds = (ContinuousClock.now - begin).inSeconds
    try noteMemory()
    byteCountAfterCheckpoint = try ProcessMemory.anonymousByteCount()
    lastCheckpointSeconds = last.inSeconds
    seconds = (spent + last).inSeconds
    pointCount = outcome.stored
    try require(
      outcome.stored == data.pointCount && outcome.late == 0,
      "\(outcome.stored) of \(data.pointCount) values were taken as new, \(outcome.late) late")
  }

  private mutating func noteMemory() throws {
    highestByteCount = max(highestByteCount, try ProcessMemory.anonymousByteCount())
  }
}
