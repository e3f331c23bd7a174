public import Pipeline
public import PoolModel
public import Registry
import RingStore
import SimulatedDisk

/// The way of a reading from the broker to the alarm, on a disk in memory: intake, store, judgement, and what
/// Records would hold between two runs.
public final class JudgementBench {
  /// What is judged.
  public let configuration: Configuration
  /// The stages.
  public private(set) var pipeline: Pipeline
  /// Every step of every alarm once, and when it was decided by our clock.
  public private(set) var steps: [(transition: AlarmTransition, decided: Timestamp)] = []
  /// Our clock.
  public private(set) var now: Moment
  /// How many values were stored.
  public var storedCount: Int { Int(pipeline.counters.stored) }

  private let disk = SimulatedDisk(seed: 1)
  private let retention: Duration
  private var saved = JudgementState()
  private var sources: [SourceName: SourceState] = [:]
  private var known: Set<String> = []

  private struct SourceName: Hashable {
    let pool: PoolID
    let parameter: String?
  }

  /// A new store at `start`, with the link to the broker up.
  ///
  /// - Parameters:
  ///   - configuration: what is judged, and how.
  ///   - start: what our clock shows.
  ///   - retention: how long the store keeps rows; all of it is memory.
  /// - Throws: `RingStoreError` or what opening a store throws.
  public init(
    _ configuration: Configuration, start: Timestamp, retention: Duration = .seconds(4 * 86_400)
  ) throws {
    self.configuration = configuration
    self.retention = retention
    now = Moment(wall: start, monotonic: .seconds(1_000_000))
    pipeline = try Self.open(configuration, disk, retention, saved, now)
  }

  private static func open(
    _ configuration: Configuration, _ disk: SimulatedDisk, _ retention: Duration,
    _ state: JudgementState, _ now: Moment
  ) throws -> Pipeline {
    let store = try RingStore(
      plan: configuration.plan,
      configuration: .init(
        retention: retention, hourRetention: retention, dayRetention: retention * 10,
        pageByteCount: 4096),
      rules: RollupRules(plan: configuration.plan, profiles: configuration.profiles), storage: disk)
    let pipeline = try Pipeline(
      settings: PipelineSettings(
        plan: configuration.plan, profiles: configuration.profiles, rules: configuration.rules,
        quality: configuration.quality, people: configuration.people),
      store: store, state: state, now: now)
    pipeline.brokerLinkChanged(isUp: true, now: now)
    return pipeline
  }

  /// Stops, lets `span` pass and goes on as a new process would.
  ///
  /// - Throws: what opening and judging throw.
  public func restart(after span: Duration) throws {
    try settle()
    save(pipeline.decisionNow(now: now))
    saved.sources = Array(sources.values)
    now = now.advanced(by: span)
    pipeline = try Self.open(configuration, disk, retention, saved, now)
  }

  /// Our clock goes on to `time`, and what time brings about is looked for every ten seconds of it.
  ///
  /// - Throws: what judging throws.
  public func pass(until time: Timestamp) throws {
    while now.wall < time {
      now = now.advanced(by: min(.seconds(10), time - now.wall))
      try judge()
    }
  }

  /// Takes a message of `pool`.
  public func receive(_ payload: [UInt8], of pool: PoolID) {
    pipeline.receive(
      Delivery(
        topic: "pools/v1/\(configuration.plan.district.code)/\(pool)/telemetry", payload: payload),
      now: now)
  }

  /// Commits what was received, and judges it.
  ///
  /// - Throws: what committing and judging throw.
  public func settle() throws {
    try pipeline.commit(now: now)
    try judge()
  }

  /// Says that a venue is out of use for a while.
  public func close(venue: String, from: Timestamp, to: Timestamp) {
    _ = pipeline.registerClosure(
      .closure, venue: venue, pool: nil, from: from, to: to,
      by: AlarmTransition.Actor(name: "inspector", comment: "holiday"), now: now)
  }

  private func judge() throws {
    repeat {
      if let decision = try pipeline.judge(rowLimit: 10_000, now: now) { save(decision) }
    } while pipeline.isBehind
  }

  /// Stores `decision` as Records would, in one transaction.
  private func save(_ decision: Decision) {
    saved.cursor = max(saved.cursor, decision.cursor)
    for transition in decision.transitions where known.insert(transition.id).inserted {
      steps.append((transition, now.wall))
      saved.occurrences.removeAll { $0.id == transition.occurrence.id }
      let state = transition.occurrence.state
      if state.isOpen || state == .historical { saved.occurrences.append(transition.occurrence) }
    }
    for source in decision.sources {
      sources[SourceName(pool: source.pool, parameter: source.parameter)] = source
    }
    for closure in decision.closures {
      saved.closures.removeAll { $0.id == closure.id }
      saved.closures.append(closure)
    }
    pipeline.decided(upTo: decision.cursor)
  }
}
