import LinuxSystem
import Pipeline
import PoolModel
import Querying
import Registry
import RingStore

/// Runs a case of `poolwatch rules test` through the daemon's own intake and judgement, over a store in
/// memory and by a clock of its own.
struct RuleTrial {
  let settings: Configuration
  private let test: RuleTestCase
  private let rows: [RuleTestCase.Row]
  /// Where each row stands, as `file:line`; nil where rows are no recording.
  private let places: ((Int) -> String)?

  /// Why a case could not be run.
  struct Refused: Error {
    let reason: String
  }

  /// A trial of `test`, whose recording is read; `settings` have its pool alone.
  ///
  /// - Throws: `CommandFailure` with the line of what is wrong in the recording.
  init(_ test: RuleTestCase, settings: Configuration) throws {
    self.test = test
    self.settings = settings
    guard let recording = test.recording else {
      (rows, places) = (test.rows, nil)
      return
    }
    let read = try RecordedRows(recording)
    rows = read.rows
    places = { "\(recording.path):\(read.lines[$0])" }
  }

  /// The steps that alarms of the pool take, in their order.
  ///
  /// - Throws: `Refused` for a reading that the daemon would not take.
  func run() throws -> [RuleTestCase.Step] {
    var now = Moment(wall: test.start, monotonic: .zero)
    let pipeline = try pipeline(now: now)
    pipeline.brokerLinkChanged(isUp: true, now: now)
    var steps: [RuleTestCase.Step] = []
    for closing in test.closures {
      _ = pipeline.registerClosure(
        .closure, venue: test.pool.venue, pool: test.pool.pool, from: closing.from,
        to: closing.to, by: .init(name: "test", comment: ""), now: now)
    }
    let end = max(
      test.end ?? .distantPast, test.end == nil ? rows.last?.arrival ?? now.wall : now.wall)
    let tick: Duration = end - test.start <= Self.finelyTicked ? .seconds(1) : .seconds(10)
    var next = 0
    while true {
      while next < rows.count, rows[next].arrival <= now.wall {
        pipeline.receive(delivery(rows[next]), now: now)
        try pipeline.commit(now: now)
        if let refusal = pipeline.takeRefusals().first {
          let place = places.map { "\($0(next)): " } ?? ""
          throw Refused(reason: "\(place)\(refusal.reason.rawValue): \(refusal.detail)")
        }
        next += 1
        try judge(pipeline, now: now, into: &steps)
      }
      try judge(pipeline, now: now, into: &steps)
      guard now.wall < end else { return steps }
      let due = next < rows.count ? min(rows[next].arrival, end) : end
      now = now.advanced(by: min(tick, max(due - now.wall, .milliseconds(1))))
    }
  }

  /// Judges all that waits, and lets the time pass.
  private func judge(
    _ pipeline: Pipeline, now: Moment, into steps: inout [RuleTestCase.Step]
  ) throws {
    repeat {
      guard let decision = try pipeline.judge(rowLimit: 1000, now: now) else { continue }
      pipeline.decided(upTo: decision.cursor)
      steps += decision.transitions.compactMap { step($0, now: now) }
    } while pipeline.isBehind
  }

  private func step(_ transition: AlarmTransition, now: Moment) -> RuleTestCase.Step? {
    let alarm = transition.occurrence
    // That somebody is told changes nothing of the alarm.
    guard alarm.pool == test.pool, transition.kind != .announced else { return nil }
    let state = alarm.state == .returnedUnacknowledged ? .returned : alarm.state
    return RuleTestCase.Step(
      time: now.wall, rule: alarm.rule, state: state, parameter: alarm.parameter,
      since: alarm.eventTime, until: alarm.returnedTime, severity: alarm.severity,
      value: alarm.value)
  }

  // MARK: The daemon's parts

  private func pipeline(now: Moment) throws -> Pipeline {
    let length =
      (rows.last?.arrival ?? test.start) - min(test.start, rows.first?.time ?? test.start)
    let store = try RingStore(
      plan: settings.plan,
      configuration: RingStore.Configuration(
        retention: max(length * 2, .seconds(86_400)), hourRetention: .seconds(86_400),
        dayRetention: .seconds(86_400), assumedRowByteCount: 64),
      rules: RollupRules(plan: settings.plan, profiles: settings.profiles),
      storage: OverlayStorage(over: EmptyStorage()))
    return try Pipeline(
      settings: PipelineSettings(
        plan: settings.plan, profiles: settings.profiles, rules: settings.rules,
        quality: settings.quality, people: [], burst: .seconds(720 * 3600)),
      store: store, state: JudgementState(), now: now)
  }

  /// The row as a gateway of Poolwatch's own dialect would send it.
  private func delivery(_ row: RuleTestCase.Row) -> Delivery {
    let plan = settings.plan
    let values = row.values.map {
      "\"\(plan[$0.parameter].name)\":\($0.value?.description ?? "null")"
    }
    let flags = row.values.compactMap { value in
      Self.words.first { value.marks.contains($0.mark) }.map {
        "\"\(plan[value.parameter].name)\":\"\($0.word)\""
      }
    }
    let payload =
      "{\"ts\":\(row.time.milliseconds),\"values\":{\(values.joined(separator: ","))},"
      + "\"flags\":{\(flags.joined(separator: ","))}}"
    return Delivery(
      topic: "pools/v1/\(plan.district.code)/\(test.pool)/telemetry",
      payload: Array(payload.utf8))
  }

  private static let words: [(mark: GatewayMarks, word: String)] = [
    (.fault, "fault"), (.maintenance, "maintenance"), (.calibration, "calibration"),
    (.manual, "manual"),
  ]

  /// In longer cases silence is looked for every ten seconds.
  private static let finelyTicked = Duration.seconds(3 * 86_400)
}

/// A directory without files: what is made over it lies in memory.
private final class EmptyStorage: Storage {
  func fileNames() throws(StorageError) -> [String] { [] }
  func open(_ name: String) throws(StorageError) -> (any StorageFile)? { nil }
  func create(_ name: String, byteCount: Int) throws(StorageError) -> any StorageFile {
    preconditionFailure("nothing is made on the disk")
  }
  func rename(_ source: String, to target: String) throws(StorageError) {}
  func remove(_ name: String) throws(StorageError) {}
}
