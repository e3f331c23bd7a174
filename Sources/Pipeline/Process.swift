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
  public var subscriptions: [String] { decoder.subscriptions }
  /// What has happened since the start; batches that failed do not count.
  public internal(set) var counters: Counters

  private var decoder: PayloadDecoder
  /// The decoder as it began, with nothing remembered of earlier messages.
  let freshDecoder: PayloadDecoder
  var quality: QualityControl
  var alarms: AlarmEngine
  let router: NoticeRouter
  var judged: JournalPosition
  var savedCursor: JournalPosition
  var savedAt: Moment
  /// Transitions that a call outside `judge` produced, kept for the next decision.
  var pendingTransitions: [AlarmTransition] = []
  /// Where judgement from the pages is, while it goes on; nil otherwise.
  var pageWalk: PageWalk?
  /// Whether the cursor that the pipeline was started with fits no record of the store.
  public private(set) var cursorIsForeign = false

  /// What is known of each gateway since the start.
  public private(set) var ledger: GatewayLedger
  private var throttle: Throttle
  /// When the first of the pipelines began, on the monotonic clock.
  private let start: Duration
  /// The venues whose messages somebody watches; usually none.
  public var watchedVenues: Set<String> = [] {
    didSet { isWatched = !watchedVenues.isEmpty }
  }
  /// All that the way of a message asks when nobody watches.
  private var isWatched = false
  var observations = Observations()
  var batch: Batch
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
    self.counters = former?.counters ?? Counters(since: now.wall)
    decoder = PayloadDecoder(
      plan: plan, bindings: settings.gateways, limits: settings.payloadLimits)
    freshDecoder = decoder
    if let former { decoder.remember(former.decoder) }
    ledger =
      former?.ledger.replanned(plan: plan, bindings: settings.gateways)
      ?? GatewayLedger(plan: plan, bindings: settings.gateways)
    throttle =
      former?.throttle.replanned(plan: plan, burst: settings.burst)
      ?? Throttle(plan: plan, burst: settings.burst)
    start = former?.start ?? now.monotonic
    quality = QualityControl(plan: plan)
    alarms = AlarmEngine(
      plan: plan, profiles: settings.profiles, rules: settings.rules, state: state, now: now)
    router = NoticeRouter(plan: plan, people: settings.people)
    // A cursor from beyond the journal's end belongs to another store: everything held is judged.
    cursorIsForeign = state.cursor > store.committed
    judged = cursorIsForeign ? store.oldestHeld : state.cursor
    savedCursor = judged
    savedAt = now
    batch = Batch(counters: self.counters, quality: quality, decoder: decoder)
    watchedVenues = former?.watchedVenues ?? []
    isWatched = !watchedVenues.isEmpty
    try warmUp()
    store.release(judgedUpTo: judged)
  }

  /// Takes one message into the batch: decode, check, append.
  public func receive(_ delivery: Delivery, now: Moment) {
    counters.received += 1
    let decoded = decoder.decode(delivery, now: now.wall)
    counters.ignoredKeys += decoded.ignoredKeyCount
    batch.commands += decoded.commands
    let gateway = ledger.index(of: decoded.gateway, pool: decoded.readings.first?.pool)
    var refusals = decoded.refusals
    var tally = MessageTally()
    var tooOld: [Reading] = []
    let passing = passing(decoded.readings, delivery, now: now, &refusals)
    for reading in decoded.readings.prefix(passing) {
      let outcome = append(
        reading, isReplayed: delivery.isRetained || reading.isHistorical, now: now)
      tally.add(
        stored: outcome.stored, duplicate: outcome.duplicate, conflict: outcome.conflict,
        late: outcome.late)
      if outcome.tooOld > 0 { tooOld.append(reading) }
    }
    if let first = tooOld.first {
      refusals.append(refusal(of: first, count: tooOld.count, delivery))
    }
    refuse(refusals)
    ledger.note(
      gateway: gateway, readings: decoded.readings, refusals: refusals, tally: tally,
      missingMessageCount: decoded.missingMessageCount, isRetained: delivery.isRetained, now: now)
    if let status = decoded.status {
      ledger.noteStatus(
        gateway: gateway, isOnline: status.isOnline, time: status.time, firmware: status.firmware,
        isRetained: delivery.isRetained, now: now)
    }
    if isWatched {
      observe(
        delivery, decoded, gateway: gateway,
        accepted: decoded.readings.prefix(passing).filter { !tooOld.contains($0) },
        refusals: refusals, tally: tally, now: now)
    }
    batch.messageCount += 1
  }

  func append(_ reading: Reading, isReplayed: Bool, now: Moment) -> AppendOutcome {
    var samples = quality.check(reading)
    if isReplayed {
      for index in samples.indices { samples[index].arrivalMarks.insert(.replayed) }
    }
    let row = SampleRow(pool: reading.pool, time: reading.time, samples: samples)
    let outcome = store.append(row, arrival: now.wall)
    counters.add(outcome)
    return outcome
  }

  /// How many of `readings`, all of one venue, the venue may have stored now; the rest is refused.
  private func passing(
    _ readings: [Reading], _ delivery: Delivery, now: Moment, _ refusals: inout [Refusal]
  ) -> Int {
    guard let first = readings.first else { return 0 }
    let venue = plan.pools[first.pool.index].venue
    let passing = throttle.take(venue: venue, rows: readings.count, now: now)
    if passing < readings.count {
      let id = plan.venues[venue].id
      refusals.append(
        Refusal(
          reason: .throttled,
          detail: "message: found \(readings.count - passing) readings more than \(id) may send "
            + "now, expected at most \(throttle.capacity(of: venue)) at once and twice the plan's rate",
          topic: delivery.topic, payload: delivery.payload))
    }
    return passing
  }

  /// Puts refusals into the batch, as many as it may hold; all are counted.
  private func refuse(_ refusals: [Refusal]) {
    counters.count(refusals)
    for refusal in refusals {
      guard batch.refusalByteCount < Self.refusalByteLimit else {
        counters.refusalsNotKept += 1
        continue
      }
      batch.refusals.append(refusal)
      batch.refusalByteCount += refusal.payload.count + refusal.topic.utf8.count + 256
    }
  }

  /// Whether the batch has grown to what one commit should hold.
  public var batchIsFull: Bool {
    batch.messageCount >= Self.batchMessageLimit
      || store.stagedByteCount >= min(Self.batchByteLimit, store.batchByteLimit / 2)
  }

  /// Whether there is anything to commit.
  public var batchIsEmpty: Bool { batch.messageCount == 0 }

  /// Makes the batch durable.
  ///
  /// The caller may acknowledge its messages when this returned.
  ///
  /// - Returns: whether there was anything to write.
  /// - Throws: `RingStoreError` when it is not durable: everything the batch changed is undone and
  ///   nothing of it may be acknowledged; it comes again.
  @discardableResult
  public func commit(now: Moment) throws(RingStoreError) -> Bool {
    let isWriting = store.stagedByteCount > 0
    do {
      if isWriting { try store.commit(at: now.wall) }
    } catch {
      undo()
      counters.failedCommits += 1
      batch = Batch(counters: counters, quality: quality, decoder: decoder)
      throw error
    }
    ledger.commit()
    throttle.commit()
    refusals += batch.refusals
    outgoing += batch.commands
    if isWatched { observations += batch.observations }
    batch = Batch(counters: counters, quality: quality, decoder: decoder)
    return isWriting
  }

  /// Gives the batch back to the broker undone.
  public func giveBack() { undo() }

  /// Takes back everything since the last commit.
  func undo() {
    store.undo()
    ledger.undo()
    throttle.undo()
    quality = batch.quality
    decoder = batch.decoder
    counters = batch.counters
    batch = Batch(counters: counters, quality: quality, decoder: decoder)
  }

  /// What committed messages want published, since the last call.
  public func takeOutgoing() -> [OutgoingMessage] {
    guard !outgoing.isEmpty else { return [] }
    defer { outgoing = [] }
    return outgoing
  }

  /// Notes that the broker has lost our session: whatever waited there is gone.
  public func sessionWasLost(now: Moment) { ledger.sessionWasLost(now: now) }

  /// Looks which venues' readings were refused lately because there were too many, for the alarms about
  /// it: each is raised for the venue's first pool.
  ///
  /// Call it every second or so, between two batches.
  public func noteThrottled(now: Moment) {
    var spells: [PoolNumber: Timestamp] = [:]
    for venue in throttle.throttledVenues(now: now) {
      guard let pool = plan.poolNumbersInOrder.first(where: { plan[$0].id.venue == venue.venue })
      else { continue }
      spells[pool] = venue.since
    }
    // What was in the buckets is forgotten at a restart: an alarm from before it ends when a spell would.
    let mayEnd = now.monotonic - start >= Throttle.spellSilence
    pendingTransitions += alarms.noteThrottled(spells, mayEnd: mayEnd, now: now)
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
    let refusals = decoder.giveUp()
    counters.count(refusals)
    batch = Batch(counters: counters, quality: quality, decoder: decoder)
    return refusals
  }

  /// Notes that `count` refusals found no room on their way to the quarantine.
  public func refusalsWereNotKept(_ count: Int) {
    counters.refusalsNotKept += count
    batch = Batch(counters: counters, quality: quality, decoder: decoder)
  }

  private func refusal(of reading: Reading, count: Int, _ delivery: Delivery) -> Refusal {
    let time = plan.district.zone.rfc3339(reading.time)
    let others = count > 1 ? ", and \(count - 1) more of the message" : ""
    return Refusal(
      reason: .tooOld,
      detail: "ts \(time) is older than the oldest reading the store can still hold of "
        + "\(plan[reading.pool].id)\(others)",
      topic: delivery.topic, payload: delivery.payload)
  }

  /// As many messages as the broker is allowed to have in flight to us by default.
  static let batchMessageLimit = 1000
  /// Bounds the memory of a batch and the size of its journal record.
  static let batchByteLimit = 1 << 20
  /// What the refusals of one batch may take: some thousand of ordinary size.
  static let refusalByteLimit = 1 << 20
}
