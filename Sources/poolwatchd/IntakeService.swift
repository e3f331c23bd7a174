import Foundation
import LinuxSystem
import Logging
import MQTTTransport
import Pipeline
import PoolModel
import Records
import Registry
import RingStore

/// The thread that owns the broker's connection, the store and judgement.
final class IntakeService: Sendable {
  /// What other threads may look at.
  let figures = IntakeFigures()

  private let settings: Configuration
  private let records: Records
  private let state: JudgementState
  private let clock: SystemClock
  private let jobs: JobQueue
  private let writer: RecordsWriter
  private let systemAlarms: SystemAlarms
  private let logger: Logger
  private let onFirstAttempt: @Sendable () -> Void
  private let stop: IntakeStop

  init(
    settings: Configuration, records: Records, state: JudgementState, clock: SystemClock,
    jobs: JobQueue,
    writer: RecordsWriter, systemAlarms: SystemAlarms, logger: Logger,
    onFirstAttempt: @escaping @Sendable () -> Void
  ) {
    self.settings = settings
    self.records = records
    self.state = state
    self.clock = clock
    self.jobs = jobs
    self.writer = writer
    self.systemAlarms = systemAlarms
    self.logger = logger
    self.onFirstAttempt = onFirstAttempt
    stop = IntakeStop(wakeUp: jobs.wakeUp)
  }

  /// The thread, which commits, acknowledges and saves its cursor before it ends.
  func service() -> ThreadService {
    ThreadService(name: "intake", body: run, stop: { self.stop.request() })
  }

  private func run() throws {
    defer { jobs.close(now: clock.now()) }
    let store = try openStore()
    // A clock that cannot be right must not date what lasts.
    var now = clock.now()
    now.wall = max(now.wall, ClockTrust(newestCommit: store.newestCommitTime).floor)
    let pipeline = try Pipeline(
      settings: PipelineSettings(
        plan: settings.plan, profiles: settings.profiles, rules: settings.rules,
        people: settings.people),
      store: store, state: state, now: now)
    if pipeline.cursorIsForeign {
      logger.warning("Records belong to another store: everything in this one is judged again")
      try records.resetCursor(to: store.oldestHeld)
    }
    let delegate = IntakeDesk(
      pipeline: pipeline, clock: clock, jobs: jobs, writer: writer, figures: figures,
      systemAlarms: systemAlarms, logger: logger, onFirstAttempt: onFirstAttempt)
    MQTTTransport.initialize()
    let loop = IntakeLoop(
      settings: try MQTTSettings(settings.broker), subscriptions: pipeline.subscriptions,
      clock: clock, stop: stop, delegate: delegate,
      backoffSeed: UInt64.random(in: 0...UInt64.max))
    loop.run()
    delegate.finish()
  }

  private func openStore() throws -> RingStore {
    let path = settings.store.storePath
    let store = try RingStore(
      plan: settings.plan, configuration: settings.store.ringConfiguration,
      rules: RollupRules(plan: settings.plan, profiles: settings.profiles),
      storage: try DiskStorage(path: path))
    let report = store.recovery
    logger.info("store opened", metadata: ["store.path": "\(path)", "store.recovery": "\(report)"])
    if !report.damagedPages.isEmpty {
      systemAlarms.raise(
        .damage, "\(report.damagedPages.count) damaged pages: their readings are lost")
    }
    return store
  }
}

extension MQTTSettings {
  /// - Throws: when the password file cannot be read.
  init(_ broker: Configuration.Broker) throws {
    self.init(
      host: broker.host, port: broker.port, clientID: broker.clientID,
      protocolVersion: broker.protocolVersion == .v5 ? .v5 : .v311, username: broker.username,
      password: try broker.passwordFile.map(readSecret(path:)), caFile: broker.caFile,
      certificateFile: broker.certificateFile, keyFile: broker.keyFile,
      keepAlive: broker.keepAlive, sessionExpiry: broker.sessionExpiry,
      receiveMaximum: broker.receiveMaximum)
  }
}
