import PoolModel

@testable import Coverage

/// The definition of coverage, written down instant by instant and without any arithmetic of its own:
/// lists every reading that was due and every one that is missing, then counts.
struct CoverageModel {
  var begin: Int
  var end: Int
  var interval: Int
  var now: Int
  /// Every counted reading that is known: the newest before the period, those in it, the next.
  var readings: [(time: Int, isUsable: Bool)]

  func figures() -> CoverageFigures {
    let dueEnd = min(end, now - interval)
    var due = 0
    while begin + (due + 1) * interval <= dueEnd { due += 1 }
    let all = missing(among: readings.map(\.time), dueEnd: dueEnd, due: due)
    let usable = missing(
      among: readings.filter(\.isUsable).map(\.time), dueEnd: dueEnd, due: due)
    let received = min(due, max(0, due - all))
    return CoverageFigures(
      due: due, received: received, valid: min(received, max(0, due - usable)))
  }

  private func missing(among times: [Int], dueEnd: Int, due: Int) -> Int {
    guard let first = times.first, let last = times.last else { return due }
    var instants: [Int] = []
    if first >= begin {
      var instant = first - interval
      while instant >= begin {
        instants.append(instant)
        instant -= interval
      }
    }
    for (earlier, later) in zip(times, times.dropFirst()) {
      let steps = (Double(later - earlier) / Double(interval)).rounded(.toNearestOrAwayFromZero)
      for step in stride(from: 1, to: Int(steps), by: 1) {
        instants.append(earlier + step * interval)
      }
    }
    var instant = last + interval
    while instant < dueEnd {
      instants.append(instant)
      instant += interval
    }
    return instants.filter { $0 >= begin && $0 < dueEnd }.count
  }
}
