import Alerting
import Foundation
import LinuxSystem
import Measuring
import Pipeline
import PoolModel
import RingStore

/// The way of a reading in one process without a broker: decode, check, store, judge.
struct CoreRun {
  let data: String
  let work: String

  private struct Answer: Encodable {
    var pointsPerSecond: Double
    var pointCount: Int
    var seconds: Double
    var processorSeconds: Double
    var receiveSeconds: Double
    var commitSeconds: Double
    var judgeSeconds: Double
    var lastCheckpointSeconds: Double
    var alarmCount: Int
  }

  func measure() throws {
    let set = try DataSet(.fleet, directory: data)
    let plan = try Plan.benchmark(poolCount: set.poolCount, interval: set.interval)
    try Files.makeDirectories(path: work)
    var messages = Messages(set, plan: plan)
    let clock = SystemClock()
    let intake = try BenchmarkIntake(plan: plan, path: work + "/store", days: 2, now: clock.now())
    var spent = (receive: Duration.zero, commit: Duration.zero, judge: Duration.zero)
    var processor = 0.0
    var now = clock.now()
    while let (deliveries, newest) = try messages.next(Self.batchCount) {
      now = Moment(wall: newest + .seconds(1), monotonic: clock.now().monotonic)
      let processorStart = ProcessorTime.milliseconds()
      let start = ContinuousClock.now
      for delivery in deliveries { intake.pipeline.receive(delivery, now: now) }
      let received = ContinuousClock.now
      try intake.pipeline.commit(now: now)
      let committed = ContinuousClock.now
      try intake.judgeSlice(now: now)
      spent.judge += ContinuousClock.now - committed
      spent.commit += committed - received
      spent.receive += received - start
      processor += ProcessorTime.milliseconds() - processorStart
    }
    let processorStart = ProcessorTime.milliseconds()
    let start = ContinuousClock.now
    try intake.judge(now: now)
    try intake.pipeline.store.checkpoint(at: now.wall)
    let last = ContinuousClock.now - start
    processor += ProcessorTime.milliseconds() - processorStart
    let stored = intake.pipeline.counters.stored
    try require(
      stored == set.pointCount, "\(stored) of \(set.pointCount) values were taken as new")
    let seconds = (spent.receive + spent.commit + spent.judge + last).milliseconds / 1000
    try Progress.tell(
      Answer(
        pointsPerSecond: Double(stored) / seconds, pointCount: stored, seconds: seconds,
        processorSeconds: processor / 1000, receiveSeconds: spent.receive.milliseconds / 1000,
        commitSeconds: spent.commit.milliseconds / 1000,
        judgeSeconds: spent.judge.milliseconds / 1000,
        lastCheckpointSeconds: last.milliseconds / 1000, alarmCount: intake.alarmCount))
  }

  /// Messages in a batch: what the broker has in flight to us at most.
  private static let batchCount = 1000
}
