/// What a ledger was like before the batch.
///
/// Bounded by the batch: one entry for each gateway in it, one place for each offset and each refusal
/// of its messages.
struct LedgerJournal: Sendable {
  /// The batch that is open; entries with another number are not in `entries` yet.
  var batch: UInt64 = 1
  var entries: [(gateway: Int, entry: GatewayEntry)] = []
  var firmware: [(gateway: Int, text: String?)] = []
  var offsets: [(place: Int, offset: Int32)] = []
  var refusals: [(place: Int, count: UInt32)] = []

  /// Notes that the count at `place` went up by one.
  mutating func refused(at place: Int) {
    if let last = refusals.indices.last, refusals[last].place == place {
      refusals[last].count += 1
    } else {
      refusals.append((place, 1))
    }
  }

  mutating func begin() {
    batch += 1
    entries.removeAll(keepingCapacity: true)
    firmware.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    refusals.removeAll(keepingCapacity: true)
  }
}

extension GatewayLedger {
  /// Makes the batch's changes last: call it when the batch is durable.
  ///
  /// Costs next to nothing.
  public mutating func commit() {
    journal.begin()
  }

  /// Takes back what `note` and `noteStatus` changed since the last `commit` or `undo`.
  ///
  /// Costs as much as the batch's messages did.
  public mutating func undo() {
    for (gateway, entry) in journal.entries { entries[gateway] = entry }
    for (gateway, text) in journal.firmware.reversed() { firmware[gateway] = text }
    for (place, offset) in journal.offsets.reversed() { offsets[place] = offset }
    for (place, count) in journal.refusals { refused[place] -= count }
    journal.begin()
  }

  /// Writes down what the entry is like, when the batch has not changed it yet.
  mutating func keep(_ gateway: Int) {
    guard entries[gateway].batch != journal.batch else { return }
    journal.entries.append((gateway, entries[gateway]))
    entries[gateway].batch = journal.batch
  }
}
