/// The points at which a source that reports at a steady period is expected.
struct TimeGrid: Hashable {
  /// Where the rows leave one grid for another.
  struct Break: Hashable {
    /// The first row behind it.
    var row: Int
    /// Points that have no row; negative when rows come earlier than their points.
    var skipped: Int64
    /// How far all points behind it move, in milliseconds.
    var shift: Int64
  }

  /// The period is in units of 2^-fractionBits ms.
  var fractionBits: Int
  /// The point of the first row.
  var first: Int64
  var period: Int64
  /// Ascending by row.
  var breaks: [Break]

  /// Adds its point to each of `offsets`, one for each row.
  func add(to offsets: inout [Int64]) {
    let shift = Int64(fractionBits)
    var row = 0
    var scaled: Int64 = 0
    var base = first
    var span = offsets.mutableSpan
    for index in 0...breaks.count {
      let end = index < breaks.count ? breaks[index].row : span.count
      while row < end {
        span[row] &+= base &+ (scaled &>> shift)
        scaled &+= period
        row &+= 1
      }
      if index < breaks.count {
        scaled &+= breaks[index].skipped &* period
        base &+= breaks[index].shift
      }
    }
  }
}
