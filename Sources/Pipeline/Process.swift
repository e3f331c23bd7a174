import Alerting
import Decoding
import Notifying
public import PoolModel
public import Presence
import QualityControl
public import RingStore

/// The way of a reading through the stages: receive, commit, acknowledge, judge.
///
/// Synchronous and without a clock: time comes in as `now:`, waiting goes out as what `commit` and
/// `judge` return. One thread owns it.
///
/// The order is the promise: `receive` stages, `commit` makes durable (only then may the caller
/// acknowledge), `judge` decides in memory, and what it decided becomes visible when the caller has
/// stored the `Decision` and said so with `decided`.
public final class Pipeline {
  /// What is to be watched.
  public let plan: Plan
  /// The store that `commit` writes to.
  public let store: RingStore
  /// The how-manyeth pipeline of the process it is: numbers of pools are those of its plan.
  public let generation: Int
  /// The topic filters to subscribe to.
  public var subscriptions: [String] { intake.decoder.subscriptions }
  /// What has happened since the start; batches that failed do not count.
  public var counters: Counters { intake.counters }
  /// What is known of each gateway since the start.
  public var ledger: GatewayLedger { intake.ledger }
  /// The venues whose messages somebody watches; usually none.
  public var watchedVenues: Set<String> {
    get { intake.watchedVenues }
    set { intake.watchedVenues = newValue }
  }

  var intake: Intake
  /// When the first of the pipelines began, on the monotonic clock.
  private let start: Duration
  /// The decoder as it began, with nothing remembered of earlier messages.
  let freshDecoder: PayloadDecoder
  /// For `seat` alone to touch, which knows whether another thread has it.
  private let sharedSeat: JudgementSeat
  /// Where the rows end that another thread judges now; nil when none does.
  var judging: JournalPosition?
  var judged: JournalPosition
  var savedCursor: JournalPosition
  var savedAt: Moment
  /// Where judgement from the pages is, while it goes on; nil otherwise.
  var pageWalk: PageWalk?
  /// Whether the cursor that the pipeline was started with fits no record of the store.
  public private(set) var cursorIsForeign = false

  /// Whose turn it is to be looked at for the alarms about gateways.
  var gatewayRound: GatewayRound
  /// Whose transmission is counted next; nil without the rule.
  var transmissionRound: TransmissionRound?
  var observations = Observations()
  private var refusals: [Refusal] = []
  private var outgoing: [OutgoingMessage] = []

  /// A pipeline that goes on at `state`.
  ///
  /// Reads back the alarm engine's longest window before the cursor, without raising anything.
  ///
  /// - Parameters:
  ///   - settings: what to go by.
  ///   - store: of the same plan.
  ///   - state: what Records hold.
  ///   - former: the pipeline that it replaces between two batches, whose figures go on; nil begins to
  ///     count anew.
  ///   - now: the time.
  /// - Throws: `RingStoreError` when the store cannot be read.
  public init(
    settings: PipelineSettings, store: RingStore, state: JudgementState,
    after former: Pipeline? = nil, now: Moment
  ) throws(RingStoreError) {
    plan = settings.plan
    self.store = store
    generation = former.map { $0.generation + 1 } ?? 0
    freshDecoder = PayloadDecoder(
      plan: plan, bindings: settings.gateways, limits: settings.payloadLimits)
    intake = Intake(
      settings: settings, decoder: freshDecoder, after: former?.intake, now: now)
    refusals = intake.lostParts
    start = former?.start ?? now.monotonic
    let watch = GatewayRound(settings, ledger: intake.ledger)
    gatewayRound = watch
    transmissionRound = TransmissionRound(settings.rules, plan: settings.plan)
    sharedSeat = JudgementSeat(
      AlarmEngine(
        plan: plan, profiles: settings.profiles, rules: settings.rules,
        gateways: watch.gateways, state: state, now: now),
      router: NoticeRouter(plan: plan, people: settings.people))
    // A cursor from beyond the journal's end belongs to another store: everything held is judged.
    cursorIsForeign = state.cursor > store.committed
    judged = cursorIsForeign ? store.oldestHeld : state.cursor
    savedCursor = judged
    savedAt = now
    // A former one has counted on since they were saved.
    intake.readBack(from: store)
    if former == nil { try restoreSequences(state.sequences, gateways: settings.gateways) }
    try warmUp()
    store.release(judgedUpTo: judged)
  }

  /// What judges; waits for the thread that has it, if one does.
  var seat: JudgementSeat {
    takeJudged()
    return sharedSeat
  }

  /// Waits for the thread that judges, if one does, and goes on behind what it judged.
  func takeJudged() {
    guard let end = judging else { return }
    store.workers.finish(.judging)
    judging = nil
    judgeStopped(sharedSeat)
    judged = end
  }

  /// Takes one message into the batch: decode, check, append.
  public func receive(_ delivery: Delivery, now: Moment) {
    intake.receive(delivery, into: store, now: now)
  }

  /// Whether the batch has grown to what one commit should hold.
  public var batchIsFull: Bool {
    intake.messageCount >= Self.batchMessageLimit
      || store.stagedByteCount >= min(Self.batchByteLimit, store.batchByteLimit / 2)
  }

  /// Whether there is anything to commit.
  public var batchIsEmpty: Bool { intake.messageCount == 0 }

  /// Makes the batch durable.
  ///
  /// The caller may acknowledge its messages when this returned.
  ///
  /// - Returns: whether there was anything to write.
  /// - Throws: `RingStoreError` when it is not durable: everything the batch changed is undone and
  ///   nothing of it may be acknowledged; it comes again.
  @discardableResult
  public func commit(now: Moment) throws(RingStoreError) -> Bool {
    intake.settle(into: store)
    intake.checkAgain(in: store)
    let isWriting = store.stagedByteCount > 0
    do {
      if isWriting { try store.commit(at: now.wall) }
    } catch {
      undo()
      intake.count { $0.failedCommits += 1 }
      throw error
    }
    let batch = intake.commit()
    amendFurther(now: now)
    refusals += batch.refusals
    outgoing += batch.commands
    if intake.isWatched { observations += batch.observations }
    return isWriting
  }

  /// Makes durable what amendments found no room in the batch with their rows: nearly always none.
  ///
  /// The rows are durable, so that nothing is undone when the disk refuses: it is tried again with the
  /// next batch.
  private func amendFurther(now: Moment) {
    while !intake.unchecked.isEmpty {
      let waiting = intake.unchecked
      intake.checkAgain(in: store)
      guard store.stagedByteCount > 0 else { continue }
      do {
        try store.commit(at: now.wall)
      } catch {
        return intake.undoAmendments(waiting: waiting)
      }
      intake.commitAmendments()
    }
  }

  /// Gives the batch back to the broker undone.
  public func giveBack() { undo() }

  /// Takes back everything since the last commit.
  func undo() {
    store.undo()
    intake.undo()
  }

  /// What committed messages want published, since the last call.
  public func takeOutgoing() -> [OutgoingMessage] {
    guard !outgoing.isEmpty else { return [] }
    defer { outgoing = [] }
    return outgoing
  }

  /// Notes that the broker has lost our session: whatever waited there is gone.
  public func sessionWasLost(now: Moment) { intake.sessionWasLost(now: now) }

  /// Looks which venues' readings were refused lately because there were too many, for the alarms about
  /// it: each is raised for the venue's first pool.
  ///
  /// Call it every second or so, between two batches.
  public func noteThrottled(now: Moment) {
    var spells: [PoolNumber: Timestamp] = [:]
    for venue in intake.throttledVenues(now: now) {
      guard let pool = plan.poolNumbersInOrder.first(where: { plan[$0].id.venue == venue.venue })
      else { continue }
      spells[pool] = venue.since
    }
    // What was in the buckets is forgotten at a restart: an alarm from before it ends when a spell would.
    let mayEnd = now.monotonic - start >= Throttle.spellSilence
    seat.note(seat.alarms.noteThrottled(spells, mayEnd: mayEnd, now: now))
  }

  /// What was refused since the last call, for the quarantine.
  public func takeRefusals() -> [Refusal] {
    defer { refusals.removeAll(keepingCapacity: true) }
    return refusals
  }

  /// Gives up what is remembered of messages that are not whole yet, before the daemon ends.
  ///
  /// Call it between two batches.
  ///
  /// - Returns: what to put into the quarantine: their parts are acknowledged and will not come again.
  public func giveUpParts() -> [Refusal] {
    intake.giveUpParts()
  }

  /// Notes that `count` refusals found no room on their way to the quarantine.
  public func refusalsWereNotKept(_ count: Int) {
    intake.count { $0.refusalsNotKept += count }
  }

  /// As many messages as the broker is allowed to have in flight to us by default.
  static let batchMessageLimit = 1000
  /// Bounds the memory of a batch and the size of its journal record.
  static let batchByteLimit = 1 << 20
}
