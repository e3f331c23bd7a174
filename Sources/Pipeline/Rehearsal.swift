import Alerting
public import PoolModel
import QualityControl

/// Flags and judges stored rows anew, to see what other rules would have raised.
///
/// Each row goes the way that it goes in the daemon, flags, amendments and judgement, as if it had come at its
/// own time: what came from a gateway's memory hours later came in time here, unless it was late. Nothing is
/// stored and nobody is told.
public struct Rehearsal: Sendable {
  /// Hands over the stored rows of a pool in a stretch of time, ends included, in their order.
  public typealias Source =
    @Sendable (PoolNumber, ClosedRange<Timestamp>, (SampleRow) -> Void) ->
    Void

  private let settings: PipelineSettings
  private let source: Source
  private var quality: QualityControl
  private var alarms: AlarmEngine
  private var reading = Reading(
    pool: PoolNumber(0), time: Timestamp(milliseconds: 0), sequence: nil, values: [])
  private var row = SampleRow(
    pool: PoolNumber(0), time: Timestamp(milliseconds: 0), samples: [])
  private var untaken: [AlarmTransition] = []
  private var uncommittedCount = 0
  private let start: Timestamp
  private var nextTick: Timestamp

  /// A rehearsal by `settings` whose clock begins at `start`, where every source is heard of.
  ///
  /// - Parameters:
  ///   - settings: what to go by: plan, limits, rules and thresholds.
  ///   - closures: when pools were out of use.
  ///   - start: not after the first row.
  ///   - source: where the rows come from, asked for those before one whose flag has changed what follows from them.
  public init(
    settings: PipelineSettings, closures: [Closure] = [], start: Timestamp,
    source: @escaping Source
  ) {
    let now = Moment(wall: start, monotonic: .zero)
    self.settings = settings
    self.source = source
    var state = JudgementState()
    state.closures = closures
    quality = QualityControl(plan: settings.plan, rules: settings.quality)
    alarms = AlarmEngine(
      plan: settings.plan, profiles: settings.profiles, rules: settings.rules, state: state,
      now: now)
    self.start = start
    nextTick = start + Self.tick
    untaken = alarms.brokerLinkChanged(isUp: true, now: now)
  }

  /// Judges a row as it is stored; rows come in the order of their times, whatever their pools.
  public mutating func take(_ stored: SampleRow) {
    pass(to: stored.time)
    let now = moment(stored.time)
    row.pool = stored.pool
    row.time = stored.time
    reading.pool = stored.pool
    reading.time = stored.time
    if let marks = stored.samples.first?.arrivalMarks,
      stored.samples.allSatisfy({ $0.arrivalMarks == marks })
    {
      // Its memory is used again.
      var flagged: [Sample] = []
      swap(&flagged, &row.samples)
      flag(stored.samples, marks: marks, into: &flagged, now: now)
      swap(&flagged, &row.samples)
    } else {
      flagApart(stored.samples, now: now)
    }
    readBack(through: stored.time)
    note(alarms.judge(row, now: now))
    // Before the time passes, which may find out about what is pending.
    readBack(through: stored.time)
    uncommittedCount += 1
    if uncommittedCount == Self.batchRowCount {
      quality.commit()
      uncommittedCount = 0
    }
  }

  /// Flags the samples of the row, which came in different ways, each in its own: a flag that is amended later
  /// has the same marks then.
  private mutating func flagApart(_ samples: [Sample], now: Moment) {
    var flagged: [Sample] = []
    var one: [Sample] = []
    for sample in samples {
      flag([sample], marks: sample.arrivalMarks, into: &one, now: now)
      flagged += one
    }
    row.samples = flagged
  }

  /// Flags `samples` of the row anew, which came with `marks`, and judges flags before it that are final now.
  private mutating func flag(
    _ samples: [Sample], marks: ArrivalMarks, into flagged: inout [Sample], now: Moment
  ) {
    reading.values.removeAll(keepingCapacity: true)
    for sample in samples { reading.values.append(ReportedValue(sample)) }
    let found = quality.check(reading, marks: marks, into: &flagged)
    guard found.hasAmendments else { return }
    // Before the row, as in the journal.
    for amendment in quality.amendments {
      let amended = SampleRow(
        pool: amendment.pool, time: amendment.time, samples: [amendment.sample])
      note(alarms.judge(amended, now: now))
    }
  }

  /// Reads back rows whose flags have changed since they were judged, as the daemon does.
  private mutating func readBack(through time: Timestamp) {
    guard alarms.hasOutdatedPools else { return }
    for pool in alarms.takeOutdatedPools() {
      alarms.forgetRows(of: pool)
      let days = alarms.dayStretches(of: pool)
      let windows = alarms.warmUpStretches(of: pool)
      guard let first = (days + windows).map(\.lowerBound).min() else { continue }
      let rows = flagged(pool, from: first, through: time)
      for row in rows where days.contains(where: { $0.contains(row.time) }) { alarms.warmDay(row) }
      for row in rows where windows.contains(where: { $0.contains(row.time) }) { alarms.warm(row) }
    }
  }

  /// The rows of a pool with the flags that they have when the one at `through` is stored.
  private func flagged(
    _ pool: PoolNumber, from: Timestamp, through: Timestamp
  ) -> [SampleRow] {
    var quality = QualityControl(plan: settings.plan, rules: settings.quality)
    var rows: [SampleRow] = []
    var places: [Timestamp: Int] = [:]
    // What the first flags rest on comes before them.
    let begin = max(start, from - Self.flagRunUp)
    source(pool, begin...max(begin, through)) { stored in
      var row = SampleRow(pool: pool, time: stored.time, samples: [])
      for sample in stored.samples {
        let reading = Reading(
          pool: pool, time: stored.time, sequence: nil, values: [ReportedValue(sample)])
        var one: [Sample] = []
        if quality.check(reading, marks: sample.arrivalMarks, into: &one).hasAmendments {
          for amendment in quality.amendments {
            guard let place = places[amendment.time] else { continue }
            rows[place].amend(amendment.sample)
          }
        }
        row.samples += one
      }
      if rows.count.isMultiple(of: Self.batchRowCount) { quality.commit() }
      places[row.time] = rows.count
      rows.append(row)
    }
    return rows.filter { $0.time >= from }
  }

  /// Lets the time pass until `time`.
  public mutating func pass(to time: Timestamp) {
    while nextTick <= time {
      note(alarms.tick(now: moment(nextTick)))
      nextTick = nextTick + Self.tick
    }
  }

  /// The steps that alarms took since the last call, in their order.
  public mutating func takeTransitions() -> [AlarmTransition] {
    defer { untaken = [] }
    return untaken
  }

  private mutating func note(_ steps: [AlarmTransition]) {
    if !steps.isEmpty { untaken += steps }
  }

  private func moment(_ time: Timestamp) -> Moment {
    Moment(wall: time, monotonic: time - start)
  }

  /// Silence is looked for so often.
  private static let tick = Duration.seconds(10)
  /// Longer than any window of the tests in use.
  private static let flagRunUp = Duration.seconds(2 * 86_400)
  /// Nothing is ever undone: the fewer rows, the less is remembered for that.
  private static let batchRowCount = 1000
}

extension ReportedValue {
  /// What was reported of a stored sample.
  fileprivate init(_ sample: Sample) {
    self.init(
      parameter: sample.parameter, value: sample.flag == .missing ? nil : sample.value,
      marks: sample.gatewayMarks)
  }
}

extension SampleRow {
  /// Gives the sample of its parameter another flag.
  fileprivate mutating func amend(_ sample: Sample) {
    guard let place = samples.firstIndex(where: { $0.parameter == sample.parameter }) else {
      return
    }
    samples[place] = sample
  }
}
