import Alerting
import LinuxSystem
import Measuring
import Pipeline
import PoolModel
import RingStore

/// The daemon's pipeline over a store on the disk, with limits on the three parameters; what it decides
/// is counted and taken for durable at once.
final class BenchmarkIntake {
  let pipeline: Pipeline
  /// The alarms raised so far.
  private(set) var alarmCount = 0

  /// A pipeline for `plan` with a new store at `path` that holds `days` days.
  init(plan: Plan, path: String, days: Double, now: Moment) throws {
    guard let start = CivilDate(year: 2000, month: 1, day: 1) else { throw Failure("no such day") }
    let profiles = [Self.profile(from: start)]
    let span = Duration.seconds(days * 86_400)
    let store = try RingStore(
      plan: plan,
      configuration: RingStore.Configuration(
        retention: span, minuteRetention: span, hourRetention: span, dayRetention: span),
      rules: RollupRules(plan: plan, profiles: profiles), storage: try DiskStorage(path: path))
    store.workers = WorkerThreads.forThisMachine()
    let damping = [0.03, 0.05, 0.3].map {
      LimitDamping(deadband: $0, onDelay: .seconds(180), offDelay: .seconds(300))
    }
    let rules = AlarmRules(
      limits: [
        ParameterNumber(0): damping[0], ParameterNumber(1): damping[1],
        ParameterNumber(2): damping[2],
      ], silence: .seconds(600), brokerDown: .seconds(60))
    pipeline = try Pipeline(
      settings: PipelineSettings(
        plan: plan, profiles: profiles, rules: rules, quality: .standard(of: plan), people: []),
      store: store, state: JudgementState(), now: now)
  }

  /// Judges everything that is committed.
  func judge(now: Moment) throws {
    repeat { try judgeSlice(now: now) } while pipeline.isBehind
  }

  /// Judges as much as the daemon does between two batches.
  func judgeSlice(now: Moment) throws {
    guard let decision = try pipeline.judge(rowLimit: Self.sliceRowCount, now: now) else { return }
    alarmCount += decision.transitions.count
    pipeline.decided(upTo: decision.cursor)
  }

  private static let sliceRowCount = 2000

  /// Limits that about a tenth of the readings is out of.
  private static func profile(from start: CivilDate) -> LimitsProfile {
    func limit(_ parameter: Int, _ low: Double, _ high: Double) -> Limit {
      Limit(
        parameter: ParameterNumber(parameter), low: Bound(value: low, isInclusive: true),
        high: Bound(value: high, isInclusive: true), isMandatory: true,
        kinds: Set(PoolKind.allCases), disinfectants: Set(Disinfectant.allCases),
        clause: "benchmark", source: "benchmark", status: .unverified)
    }
    return LimitsProfile(
      id: "benchmark", title: Title(english: "benchmark", chinese: "benchmark"),
      from: start, to: nil,
      limits: [limit(0, 0.3, 0.75), limit(1, 7.12, 7.88), limit(2, 26, 28.9)])
  }
}
