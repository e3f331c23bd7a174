public import PoolModel

extension GatewayLedger {
  /// The ledger of another plan and other bindings, which goes on with what is known of the gateways
  /// that both have, by their ids.
  ///
  /// Call it between two batches: what is not committed could not be undone any more.
  public func replanned(plan: Plan, bindings: [GatewayBinding]) -> GatewayLedger {
    precondition(journal.entries.isEmpty, "a plan is replaced between two batches")
    var ledger = GatewayLedger(plan: plan, bindings: bindings)
    ledger.lostSessions = lostSessions
    for index in ledger.entries.indices {
      let isNobody = index == ledger.unknownIndex
      let former = isNobody ? unknownIndex : self.index(of: ledger.names[index].id)
      guard isNobody || former != unknownIndex, ledger.names[index].venue == names[former].venue
      else {
        // What was lost before a gateway was planned is not its loss.
        ledger.entries[index].settledLossCount = lostSessions.count
        continue
      }
      ledger.entries[index] = entries[former]
      ledger.entries[index].batch = 0
      ledger.firmware[index] = firmware[former]
      ledger.copy(Self.reasons.count, from: former, of: refused, to: index, \.refused)
      ledger.copy(ClockOffsets.sampleCount, from: former, of: offsets, to: index, \.offsets)
    }
    return ledger
  }

  private mutating func copy<Element>(
    _ width: Int, from former: Int, of source: [Element], to index: Int,
    _ target: WritableKeyPath<GatewayLedger, [Element]>
  ) {
    self[keyPath: target].replaceSubrange(
      index * width..<(index + 1) * width, with: source[former * width..<(former + 1) * width])
  }
}
