public import PoolModel

/// What is known of one gateway, as it stands at one moment; counted since the daemon started, but for what is
/// missing.
public struct GatewayFigures: Hashable, Sendable {
  /// The gateway's id; `unknown` for the entry of nobody.
  public var id: String
  /// The id of its venue; nil for the entry of nobody.
  public var venue: String?
  /// The name of its dialect; nil for the entry of nobody.
  public var dialect: String?
  /// What its status said last.
  public var state: GatewayState
  /// The gateway's time of its newest status; nil where it gave none.
  public var statusTime: Timestamp?
  /// The gateway's software; nil where it never said.
  public var firmware: String?
  /// When the last live message came, by our wall clock; nil when none did.
  public var lastSeen: Timestamp?
  /// How long ago that was, by the monotonic clock; nil when none came.
  public var silence: Duration?
  /// The newest time of a live reading, by the gateway's clock; nil when none came.
  ///
  /// That of a gateway that counts may be from before the daemon started.
  public var newestTime: Timestamp?
  /// How far the gateway's clock is behind ours, the median of its newest 100 messages in order, in
  /// milliseconds; negative when it is ahead, nil before the first.
  public var clockOffsetMilliseconds: Int?
  /// Messages taken from the broker, retained replays too.
  public var messageCount: Int
  /// What became of the readings.
  public var tally: MessageTally
  /// Refusals by reason: one for a message, a reading or a value.
  public var refused: [RefusalReason: Int]
  /// How often the gateway's counter left numbers out, over all restarts.
  public var gapCount: Int
  /// The messages left out that have not come since, over all restarts.
  public var missingMessageCount: Int
  /// How often the broker lost our session when nothing tells whether messages of this gateway went
  /// with it.
  public var lostSessionCount: Int
  /// When that was last, by our wall clock; nil when it never was.
  public var newestLostSession: Timestamp?

  /// All refusals.
  public var refusedCount: Int { refused.values.reduce(0, +) }
}

/// Whether a gateway is connected, as its status says.
public enum GatewayState: String, CaseIterable, Hashable, Sendable {
  /// It said so, or has sent readings since it was said to be gone.
  case online
  /// It said so, or the broker in its name.
  case offline
  /// Nothing was ever said.
  case unknown
}

extension GatewayLedger {
  /// The figures of the entries at `range`, in the order of the plan, then of the bindings, nobody
  /// last.
  ///
  /// Left out are the native gateway of a venue with bindings, and nobody, when nothing ever came of
  /// them. Some microseconds an entry: for a whole country ask slice by slice.
  ///
  /// - Parameters:
  ///   - range: the entries; what lies beyond the last is ignored.
  ///   - venue: the id of the venue whose gateways are asked for; nil for all.
  ///   - now: what the silence is counted up to.
  /// - Returns: the figures of those that are to be shown.
  public func figures(in range: Range<Int>, venue: String? = nil, now: Moment) -> [GatewayFigures] {
    range.clamped(to: 0..<count).compactMap { index in
      let name = names[index]
      if let venue, name.venue != venue { return nil }
      if name.isOptional, entries[index].messageCount == 0 { return nil }
      return figures(of: index, now: now)
    }
  }

  private func figures(of index: Int, now: Moment) -> GatewayFigures {
    let name = names[index]
    let entry = entries[index]
    // Only gateways that send readings can have lost any; what waits for their next message is open.
    let open = entry.newestTime == nil ? 0 : lostSessions.count - entry.settledLossCount
    return GatewayFigures(
      id: name.id, venue: name.venue, dialect: name.dialect, state: entry.state,
      statusTime: entry.statusTime, firmware: firmware[index], lastSeen: entry.lastSeen?.wall,
      silence: entry.lastSeen.map { max(.zero, now.monotonic - $0.monotonic) },
      newestTime: entry.newestTime, clockOffsetMilliseconds: clockOffset(of: index),
      messageCount: entry.messageCount, tally: entry.tally, refused: refusals(of: index),
      gapCount: entry.sequence.gapCount, missingMessageCount: entry.sequence.missingCount,
      lostSessionCount: entry.doubtfulLosses.count + open,
      newestLostSession: open > 0 ? lostSessions.newest : entry.doubtfulLosses.newest)
  }

  /// How far the clock of the gateway at `index` is behind ours, in milliseconds; nil when nothing
  /// tells.
  ///
  /// Costs sorting a hundred numbers.
  public func clockOffset(of index: Int) -> Int? {
    let start = index * ClockOffsets.sampleCount
    let count = min(entries[index].clock.sampleCount, ClockOffsets.sampleCount)
    return ClockOffsets.median(offsets[start..<start + count])
  }

  private func refusals(of index: Int) -> [RefusalReason: Int] {
    let start = index * Self.reasons.count
    var counts: [RefusalReason: Int] = [:]
    for (number, reason) in Self.reasons.enumerated() where refused[start + number] > 0 {
      counts[reason] = Int(refused[start + number])
    }
    return counts
  }
}
