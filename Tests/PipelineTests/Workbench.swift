import LinuxSystem
import Pipeline
import PoolModel
import RingStore
import TestSupport

/// A pipeline on a real directory, with what Records would hold between two runs.
final class Workbench {
  static let plan = Plan(
    district: District(
      code: "310107", title: Title(english: "Sample", chinese: "样区"), zone: .utc),
    interval: .seconds(1), parameters: Parameter.standard,
    required: [ParameterNumber(0), ParameterNumber(3)],
    venues: [
      Venue(
        id: "jade", title: Title(english: "Jade", chinese: "玉"), street: "north",
        openingHours: [])
    ],
    pools: ["a", "b"].map { name in
      Pool(
        id: PoolID(venue: "jade", pool: name), venue: 0,
        title: Title(english: name, chinese: ""), kind: .indoor, disinfectant: .chlorine,
        resolution: [:])
    })

  /// Free chlorine at least 0.3 mg/L, inclusive.
  static let profile = LimitsProfile(
    id: "sample", title: Title(english: "Sample", chinese: ""),
    from: CivilDate(daysSinceEpoch: 0), to: nil,
    limits: [
      Limit(
        parameter: ParameterNumber(0), low: Bound(value: 0.3, isInclusive: true), high: nil,
        isMandatory: true, kinds: [.indoor], disinfectants: [.chlorine], clause: "clause 1",
        source: "sample", status: .primary)
    ])

  static let rules = AlarmRules(
    limits: [
      ParameterNumber(0): LimitDamping(
        deadband: 0.03, onDelay: .seconds(5), offDelay: .seconds(5))
    ], silence: .seconds(86_400), brokerDown: .seconds(86_400))

  /// 2026-11-02T00:00:00Z, after the release date.
  static let start = Timestamp(milliseconds: 1_793_577_600_000)

  let storage: FailingStorage
  private(set) var pipeline: Pipeline
  /// What Records would hold.
  private(set) var saved = JudgementState()
  /// Every transition that a decision brought, by id.
  private(set) var transitions: [String: AlarmTransition] = [:]
  /// Their ids, as they came.
  private(set) var order: [String] = []
  private(set) var now: Moment
  private let directory: TemporaryDirectory
  private let journalByteCount: Int?
  private let gateways: [GatewayBinding]
  private let quality: QualityRules?
  private let alarmRules: AlarmRules

  init(
    journalByteCount: Int? = nil, gateways: [GatewayBinding] = [],
    workers: any Workers = CallerAlone(), quality: QualityRules? = nil,
    rules: AlarmRules = Workbench.rules
  ) throws {
    directory = try TemporaryDirectory()
    self.journalByteCount = journalByteCount
    self.gateways = gateways
    self.quality = quality
    alarmRules = rules
    storage = FailingStorage(try DiskStorage(path: directory.path("store")))
    now = Moment(wall: Self.start, monotonic: .zero)
    pipeline = try Self.open(
      storage, saved, journalByteCount, gateways, quality, alarmRules, now)
    pipeline.store.workers = workers
  }

  private static func open(
    _ storage: FailingStorage, _ state: JudgementState, _ journalByteCount: Int?,
    _ gateways: [GatewayBinding], _ quality: QualityRules?, _ rules: AlarmRules, _ now: Moment
  ) throws -> Pipeline {
    let store = try RingStore(
      plan: plan,
      configuration: .init(
        retention: .seconds(3600), pageByteCount: 4096, journalByteCount: journalByteCount),
      storage: storage)
    let pipeline = try Pipeline(
      settings: PipelineSettings(
        plan: plan, profiles: [profile], rules: rules, quality: quality,
        people: [
          Person(
            id: "li", title: Title(english: "Li", chinese: ""), role: .inspector, channel: .log,
            address: "", streets: ["north"], venues: [])
        ], gateways: gateways, burst: .seconds(3600)),
      store: store, state: state, now: now)
    pipeline.brokerLinkChanged(isUp: true, now: now)
    return pipeline
  }

  /// Goes on as a new process would: with what is on the disk and in Records.
  ///
  /// - Parameter cursor: a cursor that Records never had, to see what becomes of it.
  /// - Throws: what opening throws.
  func restart(cursor: JournalPosition? = nil) throws {
    if let cursor { saved.cursor = cursor }
    pipeline = try Self.open(
      storage, saved, journalByteCount, gateways, quality, alarmRules, now)
  }

  /// Has Records know of gateways' counts what it knew once.
  func forget(sequencesSince sequences: SequenceStates) { saved.sequences = sequences }

  /// Lets time pass.
  func pass(_ span: Duration) {
    now = now.advanced(by: span)
  }

  /// Takes one message of pool `pool` with chlorine `value`, measured now.
  func receive(_ value: String, pool: String = "a") {
    receive(
      payload: #"{"ts":\#(now.wall.milliseconds),"values":{"free_chlorine":\#(value)}}"#,
      pool: pool)
  }

  /// Takes one message with `payload`.
  func receive(payload: String, pool: String = "a", isRetained: Bool = false) {
    pipeline.receive(
      Delivery(
        topic: "pools/v1/310107/jade/\(pool)/telemetry", payload: Array(payload.utf8),
        isRetained: isRetained),
      now: now)
  }

  /// Judges everything and stores each decision as Records would.
  func judge() throws {
    repeat { try judgeSlice(rowLimit: 100) } while pipeline.isBehind
  }

  /// Judges so many rows at most, as between two batches.
  func judgeSlice(rowLimit: Int) throws {
    if let decision = try pipeline.judge(rowLimit: rowLimit, now: now) { save(decision) }
  }

  /// Stores `decision` as Records would, in one transaction.
  func save(_ decision: Decision) {
    saved.cursor = max(saved.cursor, decision.cursor)
    for transition in decision.transitions where transitions[transition.id] == nil {
      transitions[transition.id] = transition
      order.append(transition.id)
      saved.occurrences.removeAll { $0.id == transition.occurrence.id }
      if transition.occurrence.state.isOpen || transition.occurrence.state == .historical {
        saved.occurrences.append(transition.occurrence)
      }
    }
    for source in decision.sources {
      saved.sources.removeAll { $0.pool == source.pool && $0.parameter == source.parameter }
      saved.sources.append(source)
    }
    if let sequences = decision.sequences {
      let others = sequences.isComplete ? [] : saved.sequences.states
      let names = Set(sequences.states.map(\.gateway))
      saved.sequences = SequenceStates(
        position: sequences.position,
        states: others.filter { !names.contains($0.gateway) } + sequences.states)
    }
    pipeline.decided(upTo: decision.cursor)
  }

  /// Every stored chlorine value of pool `a`, as (seconds since the start, value).
  func history() throws -> [[Double]] {
    try pipeline.store.rows(
      of: PoolNumber(0), from: .distantPast, through: .distantFuture, limit: .max
    ).flatMap { row in
      row.samples.map { [(row.time - Self.start).inSeconds, $0.value] }
    }
  }
}
