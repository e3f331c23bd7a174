import Decoding
import LinuxSystem
import Logging
import MQTTTransport
import Pipeline
import PoolModel
import Presence
import Records
import Registry
import RingStore
import Synchronization

/// Joins the broker's loop to the pipeline, and what the pipeline says to the threads that wait for
/// it.
///
/// Everything here runs on the intake thread.
final class IntakeDesk: IntakeDelegate {
  var pipeline: Pipeline
  let builder: PipelineBuilder
  let inForce: SettingsInForce
  let reload: Reload
  let clock: any PoolModel.Clock
  private let jobs: JobQueue
  let writer: RecordsWriter
  let watches: MessageWatches
  private let figures: IntakeFigures
  let systemAlarms: SystemAlarms
  private var brokerWatch: BrokerWatch
  let logger: Logger
  private let onFirstAttempt: @Sendable () -> Void
  private let host: SparkplugHost?
  private var held: HeldSubscriptions
  /// When we began, for the will: what is said online has the same time.
  private let start: Timestamp
  /// What is to be published beside what the pipeline wants.
  private var announcements: [OutgoingMessage] = []
  let onFailure: () -> Void
  /// Why the thread has to end; nil while all is well.
  var failure: (any Error)?
  var trust: ClockTrust
  /// Whether something came in this batch while our clock could not be right.
  private var hasLostTrust = false
  private var hasAttempted = false
  var isLinkUp = false
  var occupancy: StoreOccupancy?
  /// When the pages are counted next, on the monotonic clock.
  private var occupancyDue: Duration = .zero
  /// When what has to be looked at every second was looked at last, likewise.
  private var lookTime: Duration = .zero
  /// When transmission was counted last, on the monotonic clock.
  private var transmissionTime: Duration = .zero
  /// When everything stored was last judged and its decisions durable.
  private var lastDone: Duration

  init(
    pipeline: Pipeline, builder: PipelineBuilder, inForce: SettingsInForce, reload: Reload,
    clock: any PoolModel.Clock, jobs: JobQueue, writer: RecordsWriter, watches: MessageWatches,
    figures: IntakeFigures, systemAlarms: SystemAlarms, logger: Logger,
    onFirstAttempt: @escaping @Sendable () -> Void, host: SparkplugHost?,
    onFailure: @escaping () -> Void
  ) {
    self.pipeline = pipeline
    self.builder = builder
    self.inForce = inForce
    self.reload = reload
    self.clock = clock
    self.jobs = jobs
    self.writer = writer
    self.watches = watches
    self.figures = figures
    self.systemAlarms = systemAlarms
    self.logger = logger
    self.onFirstAttempt = onFirstAttempt
    self.host = host
    held = HeldSubscriptions(records: builder.records, logger: logger)
    start = clock.now().wall
    self.onFailure = onFailure
    brokerWatch = BrokerWatch(
      limit: inForce.now.settings.broker.queueMessages, records: builder.records,
      writer: writer, systemAlarms: systemAlarms, logger: logger)
    trust = ClockTrust(newestCommit: pipeline.store.newestCommitTime)
    lastDone = clock.now().monotonic
  }

  var acceptsDeliveries: Bool {
    let now = clock.now()
    guard trust.trusts(now, isSynchronized: ClockDiscipline.isKnownToBeSynchronized) else {
      systemAlarms.raise(
        .clock,
        "our clock shows \(Zone.utc.rfc3339(now.wall)), before \(Zone.utc.rfc3339(trust.floor)): "
          + "nothing is read until it is right")
      return false
    }
    systemAlarms.clear(.clock)
    return true
  }

  var batchIsFull: Bool { pipeline.batchIsFull }

  func received(_ delivery: Delivery, now: Moment) {
    guard !BrokerBacklog.isFigure(delivery) else {
      brokerWatch.received(delivery, now: now)
      return
    }
    // The clock may have been set back since the batch began: then it all comes again.
    if trust.trusts(now.wall + ClockTrust.tolerance) {
      pipeline.receive(delivery, now: now)
    } else {
      hasLostTrust = true
    }
  }

  func commit(now: Moment) -> Bool {
    if hasLostTrust {
      hasLostTrust = false
      pipeline.giveBack()
      return false
    }
    guard !pipeline.batchIsEmpty else { return true }
    do {
      let start = clock.now().monotonic
      if try pipeline.commit(now: now) {
        figures.noteCommit(took: clock.now().monotonic - start)
      }
      trust.committed(at: now)
      systemAlarms.clear(.store)
      noteStore()
      keepRefusals(at: now.wall)
      publishObservations()
      look(now: now)
      return true
    } catch {
      systemAlarms.raise(.store, "readings cannot be stored: \(error)")
      look(now: now)
      return false
    }
  }

  /// Hands what was refused over to the quarantine.
  func keepRefusals(at time: Timestamp) {
    let refusals = pipeline.takeRefusals()
    if !refusals.isEmpty, !writer.write(refusals, at: time) {
      pipeline.refusalsWereNotKept(refusals.count)
    }
  }

  func linkChanged(isUp: Bool, sessionPresent: Bool, reason: String, now: Moment) {
    let now = trust.dated(now)
    if !hasAttempted {
      hasAttempted = true
      onFirstAttempt()
    } else if isUp == isLinkUp {
      // Every failed attempt says so; one line for the first is enough.
      return
    }
    isLinkUp = isUp
    figures.note(isConnected: isUp)
    if !isUp { brokerWatch.linkLost() }
    if isUp, let host { announcements.append(host.online(connectedAt: start)) }
    pipeline.brokerLinkChanged(isUp: isUp, now: now)
    logger.info(
      isUp ? "broker connected" : "broker not connected",
      metadata: ["broker.session": "\(sessionPresent)", "broker.reason": "\(reason)"])
    if isUp, !sessionPresent, pipeline.store.newestCommitTime != nil {
      logger.warning("the broker had no session of ours: readings may have been lost there")
      pipeline.sessionWasLost(now: now)
    }
  }

  var subscriptions: [String] { pipeline.subscriptions }
  var figureTopics: [String] { BrokerBacklog.topics }

  func figuresGivenUp(reason: String, now: Moment) {
    figures.noteFiguresRefused()
    logger.warning(
      "the broker ends the connection when asked for its figures: it is asked no more",
      metadata: [
        "broker.topics": "\(figureTopics.joined(separator: " "))", "broker.reason": "\(reason)",
      ])
  }

  var heldSubscriptions: [String] { held.filters }
  func sessionHolds(_ filters: [String]) { held.replace(with: filters) }

  /// What the broker says when we are gone.
  var will: MQTTSettings.Will? {
    host.map { host in
      let message = host.will(connectingAt: start)
      return MQTTSettings.Will(
        topic: message.topic, payload: message.payload, isRetained: message.isRetained)
    }
  }

  func takeOutgoing() -> [OutgoingMessage] {
    defer { announcements = [] }
    return announcements + pipeline.takeOutgoing()
  }

  func farewell() -> [OutgoingMessage] { host.map { [$0.offline(at: clock.now().wall)] } ?? [] }

  func idle(now: Moment) -> Duration {
    let now = trust.dated(now)
    reloadIfAsked()
    let hasMoreJobs = jobs.run(pipeline, clock: clock, atMost: Self.jobSpan)
    let isJudging = judge(now: now)
    // Here, and not after a commit: what was just stored is not judged then.
    if now.monotonic - transmissionTime >= .seconds(1) {
      transmissionTime = now.monotonic
      pipeline.noteTransmission(now: now)
    }
    look(now: now)
    return hasMoreJobs || isJudging && pipeline.isBehind ? .zero : Self.tickInterval
  }

  /// Saves what the next start needs.
  ///
  /// The loop has committed and acknowledged already.
  func finish() {
    let now = trust.dated(clock.now())
    _ = jobs.run(pipeline, clock: clock, atMost: .seconds(1))
    _ = judge(now: now)
    if writer.hasRoom {
      writer.write(pipeline.decisionNow(now: now))
    } else {
      logger.warning("the cursor was not saved: the next start judges again from the one before")
    }
    let lostParts = pipeline.giveUpParts()
    if !lostParts.isEmpty, !writer.write(lostParts, at: now.wall) {
      logger.warning("parts of messages are lost", metadata: ["count": "\(lostParts.count)"])
    }
    do {
      try pipeline.store.checkpoint(at: now.wall)
    } catch {
      logger.warning("the last checkpoint failed", metadata: ["error": "\(error)"])
    }
  }

  /// Tells the other threads how things stand.
  private func look(now: Moment) {
    if occupancy == nil || now.monotonic >= occupancyDue { countPages(now: now) }
    if now.monotonic - lookTime >= .seconds(1) {
      lookTime = now.monotonic
      // All of them in a day, or sooner.
      pipeline.store.scrub(pageCount: 4 + (occupancy?.pageCount ?? 0) / 86_400)
      noteDamage()
      pipeline.noteThrottled(now: now)
      pipeline.noteGateways(now: now)
      brokerWatch.tick(now: now)
    }
    guard let occupancy else { return }
    if !pipeline.isBehind, writer.isIdle { lastDone = now.monotonic }
    figures.note(
      IntakeFigures.Snapshot(
        counters: pipeline.counters, isBehind: pipeline.isBehind, lastDone: lastDone,
        occupancy: occupancy, brokerBacklog: brokerWatch.heldCount))
  }

  /// Counts how full the store is: it goes over all rings, which may take one thousandth of our time.
  private func countPages(now: Moment) {
    let start = clock.now().monotonic
    occupancy = pipeline.store.occupancy
    occupancyDue = now.monotonic + max(.seconds(1), (clock.now().monotonic - start) * 1000)
  }

  /// Judges a slice; false when it could not or need not be done now.
  private func judge(now: Moment) -> Bool {
    guard writer.hasRoom else {
      pipeline.judgementPaused(now: now)
      return false
    }
    do {
      if let decision = try pipeline.judge(rowLimit: Self.sliceRowCount, now: now) {
        writer.write(decision)
      }
      systemAlarms.clear(.judgement)
      if pipeline.isWalkingPages {
        systemAlarms.raise(
          .backlog, "the journal has moved past what is judged: the rest is judged from the pages")
      } else {
        systemAlarms.clear(.backlog)
      }
      return true
    } catch {
      systemAlarms.raise(.judgement, "readings cannot be judged: \(error)")
      return false
    }
  }

  /// How often silence is looked for when nothing else happens.
  private static let tickInterval: Duration = .milliseconds(200)
  /// Rows judged between two looks at the broker: a few milliseconds.
  private static let sliceRowCount = 2000
  /// Questions are answered for so long before the broker is looked at again.
  private static let jobSpan: Duration = .milliseconds(20)
}
