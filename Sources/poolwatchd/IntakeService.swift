import Decoding
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

  private let inForce: SettingsInForce
  private let reload: Reload
  private let records: Records
  private let state: JudgementState
  private let clock: SystemClock
  private let jobs: JobQueue
  private let writer: RecordsWriter
  private let watches: MessageWatches
  private let systemAlarms: SystemAlarms
  private let logger: Logger
  private let onFirstAttempt: @Sendable () -> Void
  private let stop: IntakeStop

  init(
    inForce: SettingsInForce, reload: Reload, records: Records, state: JudgementState,
    clock: SystemClock, jobs: JobQueue, writer: RecordsWriter, watches: MessageWatches,
    systemAlarms: SystemAlarms, logger: Logger,
    onFirstAttempt: @escaping @Sendable () -> Void
  ) {
    self.inForce = inForce
    self.reload = reload
    self.records = records
    self.state = state
    self.clock = clock
    self.jobs = jobs
    self.writer = writer
    self.watches = watches
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
    let settings = inForce.now.settings
    let builder = PipelineBuilder(
      records: records, systemAlarms: systemAlarms, clock: clock, logger: logger)
    let desk = IntakeDesk(
      pipeline: try builder.pipeline(settings, state: state, after: nil),
      builder: builder, inForce: inForce, reload: reload, clock: clock, jobs: jobs, writer: writer,
      watches: watches, figures: figures, systemAlarms: systemAlarms, logger: logger,
      onFirstAttempt: onFirstAttempt,
      host: settings.intake.sparkplugHost.flatMap(SparkplugHost.init(name:)),
      onFailure: stop.request)
    MQTTTransport.initialize()
    var link = try MQTTSettings(settings.broker)
    link.will = desk.will
    let loop = IntakeLoop(
      settings: link, clock: clock, stop: stop, delegate: desk,
      backoffSeed: UInt64.random(in: 0...UInt64.max))
    loop.run()
    if let failure = desk.failure { throw failure }
    desk.finish()
  }
}

extension MQTTSettings {
  /// - Throws: when the password file cannot be read.
  init(_ broker: Configuration.Broker) throws {
    self.init(
      host: broker.host, port: broker.port, clientID: broker.clientID,
      protocolVersion: broker.protocolVersion == .v5 ? .v5 : .v311, username: broker.username,
      password: try broker.passwordFile.map(Credential.firstLine),
      caFile: try broker.caFile.map { try Credential.path($0) },
      certificateFile: try broker.certificateFile.map { try Credential.path($0) },
      keyFile: try broker.keyFile.map { try Credential.path($0) },
      keepAlive: broker.keepAlive, sessionExpiry: broker.sessionExpiry,
      receiveMaximum: broker.receiveMaximum)
  }
}
