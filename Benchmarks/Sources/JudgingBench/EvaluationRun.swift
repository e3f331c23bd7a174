import Alerting
import Measuring
import PoolModel

/// Judges the readings of a whole district on one thread.
struct EvaluationRun {
  let seriesCount: Int

  private struct Answer: Encodable {
    var readingsPerSecond: Double
    var readingsPerProcessorSecond: Double
    /// Without the rounds in which buckets end.
    var betweenBucketsPerSecond: Double
    var betweenBucketsPerProcessorSecond: Double
    var leastRuleCount: Int
    var usablePercent: Double
    /// Steps of alarms while the clock ran.
    var stepCount: Int
    /// Of the whole run, by rule.
    var raised: [String: Int]
  }

  private struct Spent {
    var wall = Duration.zero
    var processorMilliseconds = 0.0
    var count = 0

    var perSecond: Double { Double(count) / (wall.milliseconds / 1000) }
    var perProcessorSecond: Double { Double(count) / (processorMilliseconds / 1000) }

    static func += (left: inout Spent, right: Spent) {
      left.wall += right.wall
      left.processorMilliseconds += right.processorMilliseconds
      left.count += right.count
    }
  }

  func measure() throws {
    let district = try JudgedDistrict(seriesCount: seriesCount, watchesDrifts: true)
    var rounds = Rounds(district.plan)
    var engine = district.engine(now: rounds.now)
    let leastRuleCount = try district.leastRuleCount(in: engine, at: rounds.time)
    var (all, betweenBuckets) = (Spent(), Spent())
    var raised: [String: Int] = [:]
    var stepCount = 0
    while rounds.advance() {
      let (spent, steps) = judge(rounds, by: &engine)
      for step in steps where step.kind == .raised { raised[step.occurrence.rule, default: 0] += 1 }
      guard rounds.isClose else { continue }
      all += spent
      stepCount += steps.count
      if !rounds.endsBucket { betweenBuckets += spent }
    }
    for kind in ["_low", "_high", "_trend_low", "stuck", "bad_share", "silence"] {
      try require(raised.keys.contains { $0.hasSuffix(kind) }, "no alarm \(kind) was raised")
    }
    try Progress.tell(
      Answer(
        readingsPerSecond: all.perSecond,
        readingsPerProcessorSecond: all.perProcessorSecond,
        betweenBucketsPerSecond: betweenBuckets.perSecond,
        betweenBucketsPerProcessorSecond: betweenBuckets.perProcessorSecond,
        leastRuleCount: leastRuleCount,
        usablePercent: Double(rounds.water.usableCount) / Double(rounds.water.valueCount) * 100,
        stepCount: stepCount, raised: raised))
  }

  /// Judges the newest round, and what time has brought.
  private func judge(
    _ rounds: Rounds, by engine: inout AlarmEngine
  ) -> (Spent, [AlarmTransition]) {
    var steps: [AlarmTransition] = []
    var spent = Spent()
    let processorStart = ProcessorTime.milliseconds()
    let start = ContinuousClock.now
    for stretch in rounds.stretches { steps += engine.judge(whole: stretch, now: rounds.now) }
    steps += engine.tick(now: rounds.now)
    spent.wall = ContinuousClock.now - start
    spent.processorMilliseconds = ProcessorTime.milliseconds() - processorStart
    spent.count = rounds.stretches.reduce(0) { $0 + $1.samples.count }
    return (spent, steps)
  }
}
