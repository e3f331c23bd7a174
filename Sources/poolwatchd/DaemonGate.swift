import Alerting
import Pipeline
import PoolModel
import Presence
import Querying
import Records
import Registry
import RingStore
import WebService

/// The web service's way to the intake thread.
struct DaemonGate: StoreGate {
  /// What was in force when the request came.
  let moment: SettingsInForce.Moment
  let jobs: JobQueue
  let writer: RecordsWriter
  let figures: IntakeFigures
  let systemAlarms: SystemAlarms
  let records: Records
  let clock: any PoolModel.Clock
  let storeFigures: StoreFiguresReader
  let snapshots: SnapshotMaker
  let replayer: QuarantineReplayer
  let watches: MessageWatches

  var plan: Plan { moment.settings.plan }
  private var zone: Zone { plan.district.zone }

  func storeFigures(of pools: [PoolNumber]) async throws -> [[StoreFigures]] {
    try await storeFigures.figures(of: pools, generation: moment.generation)
  }

  func snapshot(into directory: String) async throws -> SnapshotAnswer {
    try await snapshots.make(in: directory, zone: zone)
  }

  func replay(_ selection: ReplaySelection) async throws -> ReplayAnswer {
    try await replayer.replay(selection, in: moment)
  }

  func withStore<Answer: Sendable>(
    _ body: @escaping @Sendable (RingStore, Moment) throws -> Answer
  ) async throws -> Answer {
    let generation = moment.generation
    return try await jobs.perform { pipeline, now in
      try pipeline.requireGeneration(generation)
      return try body(pipeline.store, now)
    }
  }

  func status() async throws -> StatusAnswer {
    // From figures, not from the intake thread: when that hangs, this is what is asked.
    guard let figures = figures.snapshot else {
      throw RequestError.unavailable("poolwatchd is opening its store, ask again")
    }
    let counters = figures.counters
    // What is judged but not yet durable is not done either.
    let isDone = !figures.isBehind && writer.isIdle
    return StatusAnswer(
      since: zone.rfc3339(counters.since), received: counters.received, stored: counters.stored,
      duplicate: counters.duplicate, conflict: counters.conflict, late: counters.late,
      refused: counters.refusedCount,
      refusedByReason: Dictionary(
        uniqueKeysWithValues: counters.refused.map { ($0.key.rawValue, $0.value) }),
      brokerConnected: self.figures.isConnected, brokerBacklog: figures.brokerBacklog,
      brokerQueueLimit: moment.settings.broker.queueMessages,
      brokerFiguresRefused: self.figures.areFiguresRefused,
      judgementLagSeconds: isDone
        ? 0 : max(0.001, (clock.now().monotonic - figures.lastDone).inSeconds),
      commitP50Milliseconds: self.figures.commitTime(at: 0.5).map { $0.inSeconds * 1000 },
      commitP99Milliseconds: self.figures.commitTime(at: 0.99).map { $0.inSeconds * 1000 },
      version: Release.version, storeUsedBytes: figures.occupancy.usedByteCount,
      storeCapacityBytes: figures.occupancy.byteCount,
      systemAlarms: try systemAlarms.texts + openSystemAlarms())
  }

  /// The system alarms that pass through Records, in words.
  private func openSystemAlarms() throws -> [String] {
    try records.alarms(openOnly: true, class: .system).map { alarm in
      "\(alarm.rule) since \(zone.rfc3339(alarm.eventTime)), \(alarm.state.rawValue)"
    }
  }

  func gatewayFigures(venue: String?) async throws -> [GatewayFigures] {
    let generation = moment.generation
    var figures: [GatewayFigures] = []
    var start = 0
    while true {
      let from = start
      let (slice, count) = try await jobs.perform { pipeline, now in
        try pipeline.requireGeneration(generation)
        let ledger = pipeline.ledger
        let range = from..<min(from + Self.sliceGatewayCount, ledger.count)
        return (ledger.figures(in: range, venue: venue, now: now), ledger.count)
      }
      figures += slice
      start += Self.sliceGatewayCount
      if start >= count { return figures }
    }
  }

  func watch(venue: String) async throws -> WatchFeed {
    let watch = try watches.begin(venue: venue)
    try await jobs.perform { [watches] pipeline, _ in pipeline.watchedVenues = watches.venues }
    return { try await watch.next(atMost: $0) }
  }

  /// Gateways read at once: a tenth of a millisecond.
  private static let sliceGatewayCount = 500
}

extension Pipeline {
  /// - Throws: `RequestError.unavailable` when the numbers of a request are those of another plan.
  func requireGeneration(_ generation: Int) throws(RequestError) {
    guard self.generation == generation else {
      throw .unavailable("the plan has just been replaced, ask again")
    }
  }
}
