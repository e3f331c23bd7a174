import Logging
import MQTTTransport
import Pipeline
import PoolModel
import RingStore

/// Joins the broker's loop to the pipeline, and what the pipeline says to the threads that wait for
/// it.
///
/// Everything here runs on the intake thread.
final class IntakeDesk: IntakeDelegate {
  private let pipeline: Pipeline
  private let clock: any PoolModel.Clock
  private let jobs: JobQueue
  private let writer: RecordsWriter
  private let figures: IntakeFigures
  private let systemAlarms: SystemAlarms
  private let logger: Logger
  private let onFirstAttempt: @Sendable () -> Void
  private var trust: ClockTrust
  private var hasAttempted = false
  private var isLinkUp = false

  init(
    pipeline: Pipeline, clock: any PoolModel.Clock, jobs: JobQueue, writer: RecordsWriter,
    figures: IntakeFigures, systemAlarms: SystemAlarms, logger: Logger,
    onFirstAttempt: @escaping @Sendable () -> Void
  ) {
    self.pipeline = pipeline
    self.clock = clock
    self.jobs = jobs
    self.writer = writer
    self.figures = figures
    self.systemAlarms = systemAlarms
    self.logger = logger
    self.onFirstAttempt = onFirstAttempt
    trust = ClockTrust(newestCommit: pipeline.store.newestCommitTime)
  }

  var acceptsDeliveries: Bool {
    let wall = clock.now().wall
    guard trust.trusts(wall) else {
      systemAlarms.raise(
        .clock,
        "our clock shows \(Zone.utc.rfc3339(wall)), before \(Zone.utc.rfc3339(trust.floor)): "
          + "nothing is read until it is right")
      return false
    }
    systemAlarms.clear(.clock)
    return true
  }

  var batchIsFull: Bool { pipeline.batchIsFull }

  func received(_ delivery: Delivery, now: Moment) {
    pipeline.receive(delivery, now: now)
  }

  func commit(now: Moment) -> Bool {
    guard !pipeline.batchIsEmpty else { return true }
    do {
      let start = clock.now().monotonic
      try pipeline.commit(now: now)
      figures.noteCommit(took: clock.now().monotonic - start)
      trust.committed(at: now.wall)
      systemAlarms.clear(.store)
      noteStore()
      let refusals = pipeline.takeRefusals()
      if !refusals.isEmpty, !writer.write(refusals, at: now.wall) {
        logger.warning("quarantine is full", metadata: ["refusals.lost": "\(refusals.count)"])
      }
      figures.note(pipeline.counters)
      return true
    } catch {
      systemAlarms.raise(.store, "readings cannot be stored: \(error)")
      figures.note(pipeline.counters)
      return false
    }
  }

  func linkChanged(isUp: Bool, sessionPresent: Bool, reason: String, now: Moment) {
    if !hasAttempted {
      hasAttempted = true
      onFirstAttempt()
    } else if isUp == isLinkUp {
      // Every failed attempt says so; one line for the first is enough.
      return
    }
    isLinkUp = isUp
    figures.note(isConnected: isUp)
    pipeline.brokerLinkChanged(isUp: isUp, now: now)
    logger.info(
      isUp ? "broker connected" : "broker not connected",
      metadata: ["broker.session": "\(sessionPresent)", "broker.reason": "\(reason)"])
    if isUp, !sessionPresent, pipeline.store.newestCommitTime != nil {
      logger.warning("the broker had no session of ours: readings may have been lost there")
    }
  }

  func idle(now: Moment) -> Duration {
    jobs.run(pipeline, now: now)
    judge(now: now)
    figures.note(lag: pipeline.judgementLag(now: now))
    return pipeline.isBehind && writer.hasRoom ? .zero : Self.tickInterval
  }

  /// Saves what the next start needs.
  ///
  /// The loop has committed and acknowledged already.
  func finish() {
    let now = clock.now()
    jobs.run(pipeline, now: now)
    judge(now: now)
    if writer.hasRoom {
      writer.write(pipeline.decisionNow(now: now))
    } else {
      logger.warning("the cursor was not saved: the next start judges again from the one before")
    }
    do {
      try pipeline.store.checkpoint(at: now.wall)
    } catch {
      logger.warning("the last checkpoint failed", metadata: ["error": "\(error)"])
    }
  }

  /// Says what a commit that succeeded may have left wrong.
  private func noteStore() {
    if let error = pipeline.store.checkpointError {
      systemAlarms.raise(.checkpoint, "pages cannot be written: \(error)")
    } else {
      systemAlarms.clear(.checkpoint)
    }
    let damaged = pipeline.store.damagedPages.count
    if damaged > 0 {
      systemAlarms.raise(.damage, "\(damaged) damaged pages: their readings are lost")
    }
    if pipeline.store.tailForced > 0 {
      systemAlarms.raise(
        .backlog, "the journal moved on before all of it was judged: the rest is judged from pages")
    }
  }

  private func judge(now: Moment) {
    guard writer.hasRoom else { return }
    do {
      if let decision = try pipeline.judge(rowLimit: Self.sliceRowCount, now: now) {
        writer.write(decision)
      }
      systemAlarms.clear(.judgement)
    } catch {
      systemAlarms.raise(.judgement, "readings cannot be judged: \(error)")
    }
  }

  /// How often silence is looked for when nothing else happens.
  private static let tickInterval: Duration = .milliseconds(200)
  /// Rows judged between two looks at the broker: a few milliseconds.
  private static let sliceRowCount = 2000
}
