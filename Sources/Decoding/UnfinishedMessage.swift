/// A message in several parts, some of which have not come yet.
///
/// It is stored when all are there, or refused as `lost_parts` after ten minutes.
public struct UnfinishedMessage: Hashable, Sendable {
  /// Whose parts they are, for people, such as `QN 20260101080000000 MN 'POOL1' CN 2011`.
  public let name: String
  /// How many parts it has.
  public let partCount: Int
  /// How many have come.
  public let receivedCount: Int
  /// The numbers of those that are missing, from 1; the first eight at most.
  public let missingNumbers: [Int]
}

extension HJ212Parts.Unfinished {
  /// The same for those who ask what is being waited for.
  var message: UnfinishedMessage {
    UnfinishedMessage(
      name: key.phrase, partCount: key.count, receivedCount: frames.count,
      missingNumbers: missingNumbers)
  }
}
