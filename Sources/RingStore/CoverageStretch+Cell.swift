import PoolModel

extension CoverageStretch {
  /// The stretch that a cell stands for.
  init(_ cell: RollupCell) {
    let received = cell.received
    let valid = cell.valid
    self.init(
      first: received.isEmpty ? nil : Timestamp(milliseconds: received.first),
      last: received.isEmpty ? nil : Timestamp(milliseconds: received.last),
      missingCount: Int(received.missing),
      firstUsable: valid.isEmpty ? nil : Timestamp(milliseconds: valid.first),
      lastUsable: valid.isEmpty ? nil : Timestamp(milliseconds: valid.last),
      missingUsableCount: Int(valid.missing), backfilledCount: Int(cell.backfilledCount))
  }
}
