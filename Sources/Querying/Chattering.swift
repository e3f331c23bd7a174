import PoolModel

/// Which occurrences of one alarm (rule, pool, parameter) chatter: come three times or more within half an
/// hour, both ends included.
///
/// Source: ISA-18.2 has three within a minute, for readings of a second; for readings of a minute it is
/// thirty.
enum Chattering {
  static let count = 3
  static let span = Duration.seconds(30 * 60)

  /// The indexes of those that chatter among `times`, when the alarm's occurrences began, ascending.
  static func indices(in times: [Timestamp]) -> Set<Int> {
    var chattering: Set<Int> = []
    guard times.count >= count else { return chattering }
    for first in 0...(times.count - count)
    where times[first + count - 1] - times[first] <= span {
      chattering.formUnion(first..<first + count)
    }
    return chattering
  }
}
