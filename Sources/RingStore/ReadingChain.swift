import PoolModel

/// One choice of a series' readings, in time order: first, last, and what is missing in between.
struct ReadingChain: Hashable, Sendable {
  /// The time of the first reading; `Int64.max` without any.
  var first: Int64
  /// The time of the last one; `Int64.min` without any.
  var last: Int64
  /// The readings missing between neighbours.
  var missing: Int64

  /// Without any reading.
  static let empty = ReadingChain(first: .max, last: .min, missing: 0)

  var isEmpty: Bool { first > last }

  /// Adds a reading that is later than all.
  mutating func add(_ time: Int64, interval: Int64) {
    if isEmpty {
      first = time
    } else {
      missing &+= MissingReadings.count(from: last, to: time, interval: interval)
    }
    last = time
  }

  /// Adds the readings of a chain that begins after this one.
  mutating func merge(_ later: ReadingChain, interval: Int64) {
    guard !later.isEmpty else { return }
    if isEmpty {
      self = later
      return
    }
    missing &+= later.missing
    missing &+= MissingReadings.count(from: last, to: later.first, interval: interval)
    last = later.last
  }
}
