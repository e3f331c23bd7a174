// Which way of foretelling and coding costs least.

/// What a column's entropy coding chooses.
struct EntropyChoice: Hashable {
  /// Of the moving mean.
  var shift: Int
  /// Plain low bits of each error.
  var low = 0
  /// There are 2^contextBits codes.
  var contextBits = 0
  /// There are 2^stateWidth states.
  var stateWidth = 9
  var isFourLanes = false

  static let stateWidths = 8...11
  static let mostContextBits = 2
  /// The choice is made from so many integers in four places at most: it costs as much as coding them.
  private static let sampleCount = 1024
  /// Of a few thousand integers a quarter tells enough, but no less than this.
  private static let leastSampleCount = 256

  init(shift: Int) { self.shift = shift }

  /// Takes the three bytes of a choice; nil when they are not one.
  init?(_ cursor: inout ByteCursor) {
    guard let first = cursor.byte(), let second = cursor.byte(), let third = cursor.byte(),
      first < 0x80, third <= Self.mostContextBits
    else { return nil }
    shift = Int(first & 63)
    isFourLanes = first & 64 != 0
    low = Int(second & 63)
    stateWidth = 8 + Int(second >> 6)
    contextBits = Int(third)
  }

  /// The three bytes.
  var bytes: [UInt8] {
    [
      UInt8(shift) | (isFourLanes ? 64 : 0), UInt8(low) | UInt8(stateWidth - 8) << 6,
      UInt8(contextBits),
    ]
  }

  /// The choice for `values` above `base`, and about how many bits it takes for each of them.
  static func best(_ values: [Int64], base: Int64) -> (choice: EntropyChoice, bits: Double) {
    let ranges = sampleRanges(values.count)
    let trial = { (shift: Int) in choice(values, ranges, base: base, shift: shift) }
    var best = trial(4)
    for shift in [0, MovingMean.fixedShift] {
      let other = trial(shift)
      if other.bits < best.bits { best = other }
    }
    // More smoothing or less, as long as it helps.
    let direction = best.choice.shift == 0 ? 1 : -1
    guard best.choice.shift != MovingMean.fixedShift else { return best }
    var shift = best.choice.shift + direction
    while shift > 0, shift < 4 {
      let other = trial(shift)
      guard other.bits < best.bits else { break }
      best = other
      shift += direction
    }
    guard best.choice.shift == 4 else { return best }
    for shift in 5...7 {
      let other = trial(shift)
      guard other.bits < best.bits else { break }
      best = other
    }
    return best
  }

  /// The best choice with `shift`.
  private static func choice(
    _ values: [Int64], _ ranges: [Range<Int>], base: Int64, shift: Int
  ) -> (choice: EntropyChoice, bits: Double) {
    let sample = ErrorSample(values, ranges, base: base, shift: shift)
    var best = (choice: EntropyChoice(shift: shift), bits: Double.infinity)
    for low in sample.lows {
      let (contextBits, bits) = sample.cost(low: low, total: values.count)
      if bits < best.bits {
        best.choice.low = low
        best.choice.contextBits = contextBits
        best.bits = bits
      }
    }
    return best
  }

  private static func sampleRanges(_ count: Int) -> [Range<Int>] {
    let sampled = min(sampleCount, max(leastSampleCount, count / 4))
    guard count > sampled else { return [0..<count] }
    let length = sampled / 4
    return (0..<4).map { index in
      let start = (count - length) / 3 * index
      return start..<start + length
    }
  }
}

/// Errors of a moving mean in a part of a column, by context.
private struct ErrorSample {
  /// Each in the bits above its context, which has `mostContextBits`.
  private let errors: [UInt64]

  private static let partBits = UInt64(EntropyChoice.mostContextBits)

  init(_ values: [Int64], _ ranges: [Range<Int>], base: Int64, shift: Int) {
    // A mean that never moves is that of the whole column; one of each part would look better than it is.
    let whole =
      shift == MovingMean.fixedShift
      ? EntropyColumn.start(values[...], base: base, shift: shift) : nil
    errors = Array(capacity: ranges.reduce(0) { $0 + $1.count }) { errors in
      let span = values.span
      for range in ranges {
        let start = whole ?? EntropyColumn.start(values[range], base: base, shift: shift)
        var mean = MovingMean(start << 8, shift: shift)
        for row in range {
          let part = mean.part(EntropyChoice.mostContextBits)
          let codeCount = 1 << EntropyChoice.mostContextBits
          let code = UInt64(part < codeCount ? part : 2 * codeCount - 1 - part)
          errors.append(mean.fold(span[row] &- base) << Self.partBits | code)
        }
      }
    }
  }

  /// The numbers of plain low bits worth trying: none, and so many that tokens stay direct.
  var lows: [Int] {
    let mean =
      errors.reduce(0.0) { $0 + Double($1 >> Self.partBits) } / Double(max(1, errors.count))
    guard mean >= 8 else { return [0] }
    let width = IntegerShape.width(UInt64(mean))
    return width > 5 ? [width - 4, width - 3] : [0, 1]
  }

  /// The context bits that cost least, and the cost in bits for each integer of a column of `total`.
  func cost(low: Int, total: Int) -> (contextBits: Int, bits: Double) {
    let limit = StateCode.tokenLimit
    var flat = [Int](repeating: 0, count: limit << EntropyChoice.mostContextBits)
    var plainCount = 0
    var tokenLimit = 0
    for error in errors {
      let (token, plain) = ErrorToken.token(error >> Self.partBits, low: low)
      let part = Int(truncatingIfNeeded: error & ((1 << Self.partBits) - 1))
      flat[part * limit + token] += 1
      plainCount += plain
      tokenLimit = max(tokenLimit, token + 1)
    }
    var tallies = (0..<1 << EntropyChoice.mostContextBits).map {
      Array(flat[$0 * limit..<$0 * limit + tokenLimit])
    }
    var best = (contextBits: 0, bits: Double.infinity)
    for contextBits in (0...EntropyChoice.mostContextBits).reversed() {
      var bits = Double(plainCount)
      // What a token's number of states takes in the column, as part of the sample.
      let header = 6 * Double(errors.count) / Double(total)
      for tally in tallies {
        let count = tally.reduce(0, +)
        bits += Double(count) * Logarithm.base2(UInt64(count))
        for tokenCount in tally where tokenCount > 0 {
          bits += header - Double(tokenCount) * Logarithm.base2(UInt64(tokenCount))
        }
      }
      if bits < best.bits { best = (contextBits, bits) }
      tallies = stride(from: 0, to: tallies.count - 1, by: 2).map { index in
        zip(tallies[index], tallies[index + 1]).map { $0 + $1 }
      }
    }
    return (best.contextBits, best.bits / Double(errors.count))
  }
}
