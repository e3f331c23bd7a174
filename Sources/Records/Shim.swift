public import PoolModel
extension Records {
  /// x
  public func resetCursor(to: JournalPosition) throws(RecordsError) {}
  /// x
  public func giveUp(channelsOtherThan: Set<ChannelKind>, at: Timestamp) throws(RecordsError) -> Int { 0 }
}
