// Integers near their entropy: the error of a moving mean (MovingMean.swift), coded by a state
// machine (StateCode.swift) in contexts by the mean's fraction. Behind the mode's byte:
//
//   bytes  field
//       1  bits 0 … 5 the mean's shift; bit 6 set for four lanes, clear for one
//       1  bits 0 … 5 number of low bits of an error that are plain; bits 6, 7: w - 8, where 2^w is
//          the number of states
//       1  context bits, b: 2^b codes
//       s  base: integers are above it by what is coded; 0 but for integers of 2^45 and more
//       s  for each lane: where its mean starts, in units of 2^-8, less that of the lane before
//       …  the 2^b codes, one after another in bits, filled up to whole bytes
//       v  for each lane but the last: its byte count
//       …  the lanes
//
// Lanes are decoded side by side, because each step waits for the one before: a lane has a quarter
// of the integers (rounded down; the last has the rest). A lane in bits, lowest first, filled up with zero
// bits to whole bytes:
//
//       w  the first state
//          then for each integer:
//       …  the bits of the state's successor
//       …  the plain bits of the error
//
// The last state is 0. Part p of the fraction has code p, or from the middle on 2^(b+1) - 1 - p with the
// error's side exchanged.

/// Columns of integers near their entropy.
enum EntropyColumn {
  /// From so many integers on there are four lanes: their headers cost about ten bytes.
  private static let fourLaneCount = 1024

  /// The column of `values`, whose shape is `shape`, at most
  /// `MovingMean.widthLimit` wide.
  static func encode(_ values: [Int64], _ shape: IntegerShape, _ choice: EntropyChoice) -> [UInt8] {
    var choice = choice
    choice.isFourLanes = values.count >= fourLaneCount
    let lanes = laneRanges(values.count, isFour: choice.isFourLanes)
    let base = base(shape)
    let tokens = TokenList(values, lanes, base: base, choice)
    let codes = tokens.codes(&choice)
    var bytes = [IntegerColumn.Mode.entropy]
    bytes += choice.bytes
    bytes.append(signedVarint: base)
    var before: Int64 = 0
    for start in tokens.starts {
      bytes.append(signedVarint: start - before)
      before = start
    }
    var writer = BitWriter(bytes)
    for code in codes { code.write(to: &writer) }
    bytes = writer.finish()
    let encoder = StateEncoder(codes, width: choice.stateWidth)
    let coded = lanes.map { tokens.lane($0, encoder) }
    for lane in coded.dropLast() { bytes.append(varint: UInt64(lane.count)) }
    for lane in coded { bytes += lane }
    return bytes
  }

  /// What integers are coded above: 0 unless they are so large that a mean could overflow.
  static func base(_ shape: IntegerShape) -> Int64 {
    shape.least.magnitude < 1 << 45 && shape.width <= 45 ? 0 : shape.least
  }

  /// The rows of each lane.
  static func laneRanges(_ count: Int, isFour: Bool) -> [Range<Int>] {
    guard isFour else { return [0..<count] }
    let quarter = count / 4
    return [0..<quarter, quarter..<2 * quarter, 2 * quarter..<3 * quarter, 3 * quarter..<count]
  }

  /// Where the mean of a lane starts, in units of 2^-8: at the mean of its first integers.
  static func start(_ values: ArraySlice<Int64>, base: Int64, shift: Int) -> Int64 {
    let count = min(values.count, shift == MovingMean.fixedShift ? values.count : 1 << shift)
    guard count > 0 else { return 0 }
    // The sum of integers below 2^46 with so many terms stays below 2^63.
    let sum = values.prefix(min(count, 1 << 16)).reduce(Int64(0)) { $0 &+ ($1 &- base) }
    return Int64(Double(sum) / Double(min(count, 1 << 16)) * 256)
  }
}
