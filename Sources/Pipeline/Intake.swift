import Decoding
import PoolModel
import Presence
import QualityControl
import RingStore

/// What a message goes through on its way into the store, and what is known of the gateways by it.
///
/// One value that `Pipeline` holds and changes in place, message by message. What belongs to the batch
/// is put back with `undo`.
struct Intake {
  let plan: Plan
  var decoder: PayloadDecoder
  var quality: QualityControl
  /// Where rows came late since their flags were last made; milliseconds.
  var unchecked: [Series: LateTimes] = [:]
  /// What has happened since the start; batches that failed do not count.
  var counters: Counters
  /// What is known of each gateway since the start.
  var ledger: GatewayLedger
  private(set) var throttle: Throttle
  var batch: Batch
  /// What a former intake waited for the rest of, and this one does not understand.
  let lostParts: [Refusal]
  /// The venues whose messages somebody watches; usually none.
  var watchedVenues: Set<String> = [] {
    didSet { isWatched = !watchedVenues.isEmpty }
  }
  /// All that the way of a message asks when nobody watches.
  private(set) var isWatched = false
  /// What the last message was decoded into: its memory is used again.
  var decoded = DecodedDelivery()
  /// Messages that are decoded together.
  var held = HeldMessages()
  /// What the last reading was checked into, likewise.
  var row = SampleRow(pool: PoolNumber(0), time: Timestamp(milliseconds: 0), samples: [])

  /// The intake of a pipeline with `settings` and their `decoder`, which goes on with what `former` knows.
  init(settings: PipelineSettings, decoder: PayloadDecoder, after former: Intake?, now: Moment) {
    plan = settings.plan
    counters = former?.counters ?? Counters(since: now.wall)
    var decoder = decoder
    lostParts = former.map { decoder.remember($0.decoder) } ?? []
    self.decoder = decoder
    counters.count(lostParts)
    ledger =
      former?.ledger.replanned(plan: plan, bindings: settings.gateways)
      ?? GatewayLedger(plan: plan, bindings: settings.gateways)
    throttle =
      former?.throttle.replanned(plan: plan, burst: settings.burst)
      ?? Throttle(plan: plan, burst: settings.burst)
    quality = QualityControl(plan: plan, rules: settings.quality)
    unchecked = former.map { Self.renumbered($0.unchecked, of: $0.plan, in: settings.plan) } ?? [:]
    batch = Batch(counters: counters, decoder: decoder, unchecked: unchecked)
    watchedVenues = former?.watchedVenues ?? []
    isWatched = !watchedVenues.isEmpty
  }

  /// Makes the batch's changes last.
  ///
  /// - Returns: the batch, whose refusals, commands and observations are the caller's now.
  mutating func commit() -> Batch {
    ledger.commit()
    throttle.commit()
    quality.commit()
    let done = batch
    begin()
    return done
  }

  /// Takes back everything since the last commit.
  mutating func undo() {
    ledger.undo()
    throttle.undo()
    quality.undo()
    unchecked = batch.unchecked
    decoder = batch.decoder
    counters = batch.counters
    held.removeAll()
    begin()
  }

  /// Makes amendments last that came after the batch they belong to.
  mutating func commitAmendments() {
    quality.commit()
    begin()
  }

  /// Takes them back; `waiting` is what is to be made again.
  mutating func undoAmendments(waiting: [Series: LateTimes]) {
    quality.undo()
    unchecked = waiting
    begin()
  }

  /// Counts what has happened whatever becomes of the batch.
  mutating func count(_ change: (inout Counters) -> Void) {
    change(&counters)
    change(&batch.counters)
  }

  private mutating func begin() {
    batch = Batch(counters: counters, decoder: decoder, unchecked: unchecked)
  }

  /// Gives up what is remembered of messages that are not whole yet; what to put into the quarantine.
  mutating func giveUpParts() -> [Refusal] {
    let refusals = decoder.giveUp()
    counters.count(refusals)
    begin()
    return refusals
  }

  mutating func sessionWasLost(now: Moment) { ledger.sessionWasLost(now: now) }

  mutating func throttledVenues(now: Moment) -> [ThrottledVenue] {
    throttle.throttledVenues(now: now)
  }

  /// Checks what a message was decoded into, and appends it to `store`.
  mutating func take(_ delivery: Delivery, into store: RingStore, now: Moment) {
    var refusals = decoded.refusals
    let passing = passing(delivery, now: now, &refusals)
    var tally = MessageTally()
    var tooOld: [Reading] = []
    var fates: [AppendOutcome] = []
    var repeatedRowCount = 0
    for index in 0..<passing {
      let outcome = append(
        decoded.readings[index], to: store,
        marks: delivery.isRetained
          ? .replayed : decoded.readings[index].isHistorical ? .late : [], now: now)
      tally.add(
        stored: outcome.stored, duplicate: outcome.duplicate, conflict: outcome.conflict,
        late: outcome.late)
      if isWatched { fates.append(outcome) }
      if outcome.tooOld > 0 { tooOld.append(decoded.readings[index]) }
      if outcome.duplicate > 0, outcome.stored == 0, outcome.conflict == 0 { repeatedRowCount += 1 }
    }
    if repeatedRowCount > 0, let pool = decoded.readings.first?.pool {
      throttle.giveBack(venue: plan.pools[pool.index].venue, duplicates: repeatedRowCount)
    }
    if let first = tooOld.first {
      refusals.append(refusal(of: first, count: tooOld.count, delivery))
    }
    if !refusals.isEmpty { refuse(refusals, of: delivery, now: now) }
    let gateway = note(delivery, refusals: refusals, tally: tally, now: now)
    if isWatched {
      let accepted = zip(decoded.readings, fates).filter { $0.1.tooOld == 0 }
      observe(
        delivery, decoded, gateway: gateway, accepted: accepted, refusals: refusals, tally: tally,
        now: now)
    }
    counters.received += 1
    counters.ignoredKeys += decoded.ignoredKeyCount
    if !decoded.commands.isEmpty { batch.commands += decoded.commands }
    batch.messageCount += 1
  }

  /// Notes in the ledger what was decoded and what became of it.
  ///
  /// - Returns: the index of the gateway's entry.
  private mutating func note(
    _ delivery: Delivery, refusals: [Refusal], tally: MessageTally, now: Moment
  ) -> Int {
    let gateway = ledger.index(of: decoded.gateway, pool: decoded.readings.first?.pool)
    ledger.note(
      gateway: gateway, readings: decoded.readings, refusals: refusals, tally: tally,
      missingMessageCount: decoded.missingMessageCount, isRetained: delivery.isRetained, now: now)
    if let status = decoded.status {
      ledger.noteStatus(
        gateway: gateway, isOnline: status.isOnline, time: status.time, firmware: status.firmware,
        isRetained: delivery.isRetained, now: now)
    }
    return gateway
  }

  /// How many of the readings, all of one venue, the venue may have stored now; the rest is refused.
  private mutating func passing(
    _ delivery: Delivery, now: Moment, _ refusals: inout [Refusal]
  ) -> Int {
    guard let first = decoded.readings.first else { return 0 }
    let count = decoded.readings.count
    let venue = plan.pools[first.pool.index].venue
    let passing = throttle.take(venue: venue, rows: count, now: now)
    if passing < count {
      let id = plan.venues[venue].id
      refusals.append(
        Refusal(
          reason: .throttled,
          detail: "message: found \(count - passing) readings more than \(id) may send "
            + "now, expected at most \(throttle.capacity(of: venue)) at once and twice the plan's rate",
          topic: delivery.topic, payload: delivery.payload))
    }
    return passing
  }

  /// Puts refusals into the batch, as many as it may hold; all are counted.
  private mutating func refuse(_ refusals: [Refusal], of delivery: Delivery, now: Moment) {
    counters.count(refusals)
    for var refusal in refusals {
      // What a reading without a time of its own is of, and whether it is of any: needed to read it again.
      refusal.arrival = decoded.arrival ?? now.wall
      refusal.isRetained = delivery.isRetained
      guard batch.refusalByteCount < Self.refusalByteLimit else {
        counters.refusalsNotKept += 1
        continue
      }
      batch.refusals.append(refusal)
      batch.refusalByteCount += refusal.payload.count + refusal.topic.utf8.count + 256
    }
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

  /// What the refusals of one batch may take: some thousand of ordinary size.
  static let refusalByteLimit = 1 << 20
}
