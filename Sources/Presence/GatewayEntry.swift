import PoolModel

/// What is kept of one gateway; of fixed size, with nothing to count references of.
struct GatewayEntry: Sendable {
  /// The batch that it was last changed in.
  var batch: UInt64 = 0
  var messageCount = 0
  var tally = MessageTally()
  var lastSeen: Moment?
  var state = GatewayState.unknown
  var statusTime: Timestamp?
  /// Since when it is said to be gone, on the monotonic clock; nil when it is not.
  var goneSince: Duration?
  /// The newest time of a live reading.
  var newestTime: Timestamp?
  var sequence = SequenceWatch()
  var clock = ClockOffsets()
  /// The lost sessions that the gateway's counter could not answer for.
  var doubtfulLosses = SessionLosses()
  /// How many of the ledger's lost sessions are settled for this gateway.
  var settledLossCount = 0

  /// Notes a message; what it says of the clock is returned, and what was refused of it is counted
  /// elsewhere.
  mutating func received(
    _ readings: [Reading], tally: MessageTally, missingMessageCount: Int, isRetained: Bool,
    losses: SessionLosses, interval: Int64, now: Moment
  ) -> Int32? {
    messageCount += 1
    self.tally += tally
    if isRetained { return nil }
    if missingMessageCount > 0 { sequence.messagesAreMissing(missingMessageCount) }
    guard readings.contains(where: { !$0.isHistorical }) else { return nil }
    lastSeen = now
    if state == .offline { state = .online }
    goneSince = nil
    let former = newestTime
    let isKnown = tally.duplicate > 0 && tally.stored == 0 && tally.conflict == 0
    // The first reading that says anything of what was lost before says it for the message.
    var doubt = SessionDoubt.stays
    for reading in readings where !reading.isHistorical {
      let isNewer = newestTime.map { reading.time > $0 } ?? true
      if let number = reading.sequence {
        let step = sequence.received(number, isNewer: isNewer, isKnown: isKnown)
        if doubt == .stays { doubt = SessionDoubt(step) }
      } else if doubt == .stays {
        doubt = .isReal
      }
      if isNewer { newestTime = reading.time }
    }
    settle(doubt, losses: losses)
    guard let newestTime, newestTime != former else { return nil }
    return clock.received(newestTime, former: former, interval: interval, now: now)
  }

  /// Settles the sessions lost since the gateway's last message by what this one says of them.
  private mutating func settle(_ doubt: SessionDoubt, losses: SessionLosses) {
    let open = losses.count - settledLossCount
    guard open > 0, doubt != .stays else { return }
    settledLossCount = losses.count
    guard doubt == .isReal else { return }
    doubtfulLosses.count += open
    doubtfulLosses.newest = losses.newest
  }
}

/// How often the broker had no session of ours, and when last.
struct SessionLosses: Hashable, Sendable {
  var count = 0
  var newest: Timestamp?
}

/// What a message says of the sessions lost before it.
enum SessionDoubt {
  /// Nothing: it was sent before.
  case stays
  /// Messages may be missing, and nobody can tell.
  case isReal
  /// The gateway's counter tells that none are missing, or how many.
  case isSettled

  init(_ step: SequenceWatch.Step) {
    switch step {
    case .next, .gap: self = .isSettled
    case .first, .restarted: self = .isReal
    case .repeated, .late: self = .stays
    }
  }
}
