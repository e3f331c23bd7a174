public import PoolModel

/// What is known of every gateway, from its own messages.
///
/// The entries are those of the plan's venues, of the bindings, and one for messages of nobody: their
/// number is fixed by the configuration, and so is the memory, about 800 bytes each.
///
/// Changes belong to a batch until `commit`; `undo` takes them back. The first change of a gateway
/// within a batch copies its entry of about 230 bytes, every refusal and every clock offset is
/// written down once more; nothing is allocated after the first batches. Hold no copy of a ledger while
/// it is written to: the next change would copy all of it.
public struct GatewayLedger: Sendable {
  /// How many entries there are.
  public var count: Int { names.count }
  /// The entry for messages whose topic is nobody's.
  public var unknownIndex: Int { names.count - 1 }

  let names: [GatewayName]
  let intervalMilliseconds: Int64
  private let venueIndices: [Int]
  private let indices: [String: Int]

  var entries: [GatewayEntry]
  var firmware: [String?]
  /// For each entry one count per reason, in the order of `RefusalReason.allCases`.
  var refused: [UInt32]
  /// For each entry the newest offsets, a ring of `ClockOffsets.sampleCount`.
  var offsets: [Int32]
  /// When the broker last had no session of ours, and how often.
  var lostSessions = SessionLosses()
  var journal = LedgerJournal()
  var sequenceChanges: SequenceChanges

  /// A ledger in which nothing has been seen.
  ///
  /// - Parameters:
  ///   - plan: whose venues have a gateway of the native dialect each.
  ///   - bindings: the gateways of other dialects; one with the id of a venue shares its entry.
  public init(plan: Plan, bindings: [GatewayBinding]) {
    let names = GatewayName.all(plan: plan, bindings: bindings)
    self.names = names
    intervalMilliseconds = max(1, plan.interval.wholeMilliseconds)
    venueIndices = plan.pools.map(\.venue)
    indices = Dictionary(
      names.dropLast().enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    entries = Array(repeating: GatewayEntry(), count: names.count)
    sequenceChanges = SequenceChanges(count: names.count)
    firmware = Array(repeating: nil, count: names.count)
    refused = Array(repeating: 0, count: names.count * Self.reasons.count)
    offsets = Array(repeating: 0, count: names.count * ClockOffsets.sampleCount)
  }

  /// The entry of the gateway called `id`; that of nobody for nil and for a name that is not known.
  ///
  /// - Parameters:
  ///   - id: what the decoder said that a message came from.
  ///   - pool: a pool of the message's readings, where it has any: with it the native gateway of the
  ///     pool's venue is found without hashing.
  /// - Returns: the index for `note`.
  public func index(of id: String?, pool: PoolNumber? = nil) -> Int {
    guard let id else { return unknownIndex }
    if let pool, venueIndices.indices.contains(pool.index) {
      let venue = venueIndices[pool.index]
      if names[venue].id == id { return venue }
    }
    return indices[id] ?? unknownIndex
  }

  /// The venue of the gateway at index `gateway`; nil for nobody.
  public func venue(of gateway: Int) -> String? { names[gateway].venue }

  /// Notes one message and what became of it.
  ///
  /// A live message with readings is a sign of life. A retained replay is none, nor are readings that the
  /// gateway calls historical, and neither is a message of which everything was refused: its counts alone go in.
  ///
  /// - Parameters:
  ///   - gateway: the entry of whom it came from.
  ///   - readings: what was decoded, in the order of the payload, also what was not stored then.
  ///   - refusals: everything of the message that was refused, at any stage.
  ///   - tally: what became of the readings in the store.
  ///   - missingMessageCount: messages that the dialect itself knows to be missing before this one.
  ///   - isRetained: whether the broker replayed it.
  ///   - now: when it came.
  public mutating func note(
    gateway: Int, readings: [Reading], refusals: [Refusal], tally: MessageTally,
    missingMessageCount: Int = 0, isRetained: Bool, now: Moment
  ) {
    keep(gateway)
    for refusal in refusals { count(refusal.reason, of: gateway) }
    let offset = entries[gateway].received(
      readings, tally: tally, missingMessageCount: missingMessageCount, isRetained: isRetained,
      losses: lostSessions, interval: intervalMilliseconds, now: now)
    if let offset { add(offset: offset, of: gateway) }
    if entries[gateway].sequence.isCounting { sequenceChanges.insert(gateway) }
  }

  /// Notes what a message said of the gateway itself; besides `note`, which takes every message.
  ///
  /// A retained status tells how the gateway is, but is no sign of life; nor is a will.
  ///
  /// - Parameters:
  ///   - gateway: the entry of the gateway that it is about.
  ///   - isOnline: whether it is connected.
  ///   - time: the gateway's time of the statement; nil where it gave none.
  ///   - firmware: its software; nil where it did not say, and what is known stays.
  ///   - isRetained: whether the broker replayed it.
  ///   - now: when it came.
  public mutating func noteStatus(
    gateway: Int, isOnline: Bool, time: Timestamp?, firmware: String?, isRetained: Bool,
    now: Moment
  ) {
    keep(gateway)
    entries[gateway].state = isOnline ? .online : .offline
    entries[gateway].goneSince = isOnline ? nil : entries[gateway].goneSince ?? now.monotonic
    entries[gateway].statusTime = time
    if let firmware, firmware != self.firmware[gateway] {
      journal.firmware.append((gateway, self.firmware[gateway]))
      self.firmware[gateway] = firmware
    }
    guard isOnline, !isRetained else { return }
    entries[gateway].lastSeen = now
    entries[gateway].sequence.gatewayHasStarted()
  }

  /// Notes that the broker had no session of ours: what it held for us is lost, and with it perhaps
  /// messages of every gateway.
  ///
  /// A gateway whose next message continues its counter, or shows how many are missing, has no such
  /// doubt. Belongs to no batch.
  public mutating func sessionWasLost(now: Moment) {
    lostSessions.count += 1
    lostSessions.newest = now.wall
  }

  private mutating func add(offset: Int32, of gateway: Int) {
    let place = entries[gateway].clock.nextPlace + gateway * ClockOffsets.sampleCount
    journal.offsets.append((place, offsets[place]))
    offsets[place] = offset
    entries[gateway].clock.sampleCount += 1
  }

  private mutating func count(_ reason: RefusalReason, of gateway: Int) {
    guard let number = Self.reasonNumbers[reason] else { return }
    let place = gateway * Self.reasons.count + number
    guard refused[place] < .max else { return }
    refused[place] += 1
    journal.refused(at: place)
  }

  static let reasons = RefusalReason.allCases
  private static let reasonNumbers = Dictionary(
    uniqueKeysWithValues: reasons.enumerated().map { ($1, $0) })
}

/// What became of one message's readings in the store.
public struct MessageTally: Hashable, Sendable {
  /// Readings of which something was stored.
  public private(set) var stored = 0
  /// Readings of which nothing was stored because it was there already.
  public private(set) var duplicate = 0
  /// Readings of which nothing was stored because something else was there already.
  public private(set) var conflict = 0
  /// Among `stored`, those with a value older than the newest of its series.
  public private(set) var late = 0

  /// Nothing yet.
  public init() {}

  /// Adds one reading, of whose values so many were stored, were there already, were there with
  /// another number, and came late.
  public mutating func add(stored: Int, duplicate: Int, conflict: Int, late: Int) {
    if stored > 0 {
      self.stored += 1
      if late > 0 { self.late += 1 }
    } else if conflict > 0 {
      self.conflict += 1
    } else if duplicate > 0 {
      self.duplicate += 1
    }
  }

  static func += (left: inout MessageTally, right: MessageTally) {
    left.stored += right.stored
    left.duplicate += right.duplicate
    left.conflict += right.conflict
    left.late += right.late
  }
}
