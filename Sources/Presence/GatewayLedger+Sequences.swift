public import PoolModel

/// Which gateways have counted on since they were saved last.
struct SequenceChanges: Sendable {
  private var isChanged: [Bool]
  private(set) var gateways: [Int] = []
  /// Whether all have to be saved, because what is saved may be of other gateways.
  var isComplete = true

  init(count: Int) {
    isChanged = Array(repeating: false, count: count)
  }

  mutating func insert(_ gateway: Int) {
    guard !isChanged[gateway] else { return }
    isChanged[gateway] = true
    gateways.append(gateway)
  }

  mutating func clear() {
    for gateway in gateways { isChanged[gateway] = false }
    gateways.removeAll(keepingCapacity: true)
    isComplete = false
  }
}

extension GatewayLedger {
  /// Whether any gateway has counted on since `takeChangedSequences`.
  public var hasChangedSequences: Bool { !sequenceChanges.gateways.isEmpty }

  /// How far those gateways have counted that have counted on since the last call, for the next start; the
  /// first time all of them.
  ///
  /// Call it between two batches: what is not committed must not be saved.
  ///
  /// - Parameter position: the end of what is committed.
  /// - Returns: their states, of `position`.
  public mutating func takeChangedSequences(at position: JournalPosition) -> SequenceStates {
    let isComplete = sequenceChanges.isComplete
    let gateways = isComplete ? Array(entries.indices) : sequenceChanges.gateways
    defer { sequenceChanges.clear() }
    return SequenceStates(
      position: position, states: gateways.compactMap(sequenceState), isComplete: isComplete)
  }

  private func sequenceState(of index: Int) -> SequenceState? {
    let (entry, name) = (entries[index], names[index])
    guard entry.sequence.isCounting, let venue = name.venue else { return nil }
    return entry.sequence.state(gateway: name.id, venue: venue, newestTime: entry.newestTime)
  }

  /// Goes on where earlier runs of the daemon have counted to.
  ///
  /// What is saved of gateways that are not known, or belong to another venue now, is left out. Call it
  /// before the first message.
  ///
  /// - Parameter states: what was saved.
  public mutating func restore(_ states: [SequenceState]) {
    for state in states {
      let index = index(of: state.gateway)
      guard index != unknownIndex, names[index].venue == state.venue else { continue }
      entries[index].sequence = SequenceWatch(state)
      entries[index].newestTime = state.newestTime
    }
  }

  /// Notes a reading that came after what was restored, and whose number is not known.
  ///
  /// - Parameters:
  ///   - gateway: the entry of whom it came from; nothing happens to one that does not count.
  ///   - time: the reading's time.
  public mutating func noteUnnumbered(gateway: Int, time: Timestamp) {
    let isOlder = entries[gateway].newestTime.map { time < $0 } ?? false
    entries[gateway].sequence.receivedUnnumbered(isOlder: isOlder)
  }

  /// When the newest live reading of the gateway at index `gateway` was taken, by its clock; nil when none
  /// came.
  public func newestTime(of gateway: Int) -> Timestamp? { entries[gateway].newestTime }
}
