import Foundation
import Glibc
import LinuxSystem
import Logging
import Pipeline
import PoolModel
import Records
import Registry
import ServiceLifecycle
import UnixSignals
import WebService

/// The parts of the daemon, started in the order data meets them and stopped in reverse.
struct Daemon {
  let settings: Configuration
  /// Where `settings` came from.
  let configuration: String
  let overrides: [String]
  let logger: Logger

  /// Runs until SIGTERM or SIGINT.
  func run() async throws {
    // What is said of people and venues is nobody else's to read; the socket's mode is set by itself.
    umask(0o077)
    let clock = SystemClock()
    let directory = settings.store.directory
    try Files.makeDirectories(path: directory)
    // Before anything else is touched: a second daemon would take over the socket of the first.
    let lock = try DirectoryLock(path: directory)
    defer { withExtendedLifetime(lock) {} }

    let records = try Records(
      directory: directory, limits: .init(quarantineEntries: settings.quarantineEntries))
    let state = try records.load()
    let kinds = Set(try channels.map(\.kind))
    let lostCount = try records.giveUp(channelsOtherThan: kinds, at: clock.now().wall)
    if lostCount > 0 {
      logger.error(
        "notices wait for a channel that is not configured", metadata: ["notices": "\(lostCount)"])
    }
    let systemAlarms = SystemAlarms(logger: logger)
    let manager = try ServiceManager(logger: logger)
    let jobs = JobQueue(wakeUp: try WakeUp())
    let readiness = Readiness(partCount: 2) { manager.tell("READY=1") }
    let senders = try channels.map { channel in
      try NoticeSender(
        channel: channel, records: records, clock: clock, systemAlarms: systemAlarms,
        logger: logger)
    }
    let inForce = SettingsInForce(settings)
    let reload = Reload(wakeUp: jobs.wakeUp)
    let writer = try RecordsWriter(
      records: records, clock: clock, systemAlarms: systemAlarms, logger: logger
    ) { decision in
      jobs.note { $0.decided(upTo: decision.cursor) }
      if !decision.notices.isEmpty { senders.forEach { $0.wake() } }
    }
    let watches = MessageWatches()
    let intake = IntakeService(
      inForce: inForce, reload: reload, records: records, state: state, clock: clock, jobs: jobs,
      writer: writer, watches: watches, systemAlarms: systemAlarms, logger: logger,
      onFirstAttempt: { readiness.partIsReady() })
    let storeFigures = StoreFiguresReader(jobs: jobs, settings: settings.store)
    let snapshots = SnapshotMaker(
      directory: directory, jobs: jobs, records: records, clock: clock, logger: logger)
    let replayer = QuarantineReplayer(
      jobs: jobs, writer: writer, records: records, systemAlarms: systemAlarms, logger: logger)
    let web = WebService(
      gate: {
        DaemonGate(
          moment: inForce.now, jobs: jobs, writer: writer, figures: intake.figures,
          systemAlarms: systemAlarms, records: records, clock: clock, storeFigures: storeFigures,
          snapshots: snapshots, replayer: replayer, watches: watches)
      },
      records: records, socketPath: settings.api.socket, logger: logger)
    let guardian = SocketGuard(api: settings.api)
    try guardian.prepare()
    let application = web.application {
      guardian.apply(logger: logger)
      readiness.partIsReady()
    }
    var services: [any Service] = senders.map { $0.service() }
    services += [
      writer.service(), intake.service(),
      HangUp(
        path: configuration, overrides: overrides, inForce: inForce, reload: reload,
        manager: manager, systemAlarms: systemAlarms, clock: clock, logger: logger),
      Watchdog(manager: manager, jobs: jobs),
      RetentionWatch(
        inForce: inForce, figures: storeFigures, systemAlarms: systemAlarms, logger: logger),
      application,
    ]
    systemAlarms.onChange { manager.tell("STATUS=\($0)") }
    var configuration = ServiceGroupConfiguration(
      services: services.map {
        .init(
          service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .gracefullyShutdownGroup)
      },
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    // A client that has stopped reading its answer must not keep the rest from saving its state.
    configuration.maximumGracefulShutdownDuration = .seconds(20)
    try await ServiceGroup(configuration: configuration).run()
  }

  private var channels: [any NoticeChannel] {
    get throws {
      var channels: [any NoticeChannel] = [LogChannel(logger: logger)]
      if let mail = settings.mail { channels.append(try MailChannel(mail)) }
      return channels
    }
  }
}
