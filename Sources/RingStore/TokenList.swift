/// The tokens of a column, and how often each comes.
struct TokenList {
  /// One for each integer: its error, folded and below 2^48, and in the lowest `codeBits` its code.
  private let errors: [UInt64]
  private let low: Int
  /// One for each lane, in units of 2^-8.
  private(set) var starts: [Int64] = []
  /// By code and token.
  private let tallies: [[Int]]

  private static let codeBits = UInt64(EntropyChoice.mostContextBits)

  init(_ values: [Int64], _ lanes: [Range<Int>], base: Int64, _ choice: EntropyChoice) {
    let low = choice.low
    let codeCount = 1 << choice.contextBits
    let limit = StateCode.tokenLimit
    let starts = lanes.map {
      EntropyColumn.start(values[$0], base: base, shift: choice.shift)
    }
    var flat = [Int](repeating: 0, count: codeCount * limit)
    errors = Array(capacity: values.count) { errors in
      let values = values.span
      for (lane, start) in zip(lanes, starts) {
        var mean = MovingMean(start << 8, shift: choice.shift)
        for row in lane {
          let part = mean.part(choice.contextBits)
          let code = part < codeCount ? part : 2 * codeCount - 1 - part
          let error = mean.fold(values[row] &- base)
          flat[code * limit + ErrorToken.token(error, low: low).token] += 1
          errors.append(error << Self.codeBits | UInt64(code))
        }
      }
    }
    self.low = low
    self.starts = starts
    tallies = (0..<codeCount).map { Array(flat[$0 * limit..<($0 + 1) * limit]) }
  }

  /// The codes for the tokens, of the number of states that costs least.
  func codes(_ choice: inout EntropyChoice) -> [StateCode] {
    var best: (codes: [StateCode], cost: Double)?
    for width in EntropyChoice.stateWidths {
      let codes = tallies.map { StateCode($0, width: width) }
      var cost = 0.0
      for (code, tally) in zip(codes, tallies) { cost += code.cost(tally) }
      // Twice as many states are twice the time to set up; that is worth a two-hundredth.
      if cost * 1.005 < best?.cost ?? .infinity {
        best = (codes, cost)
        choice.stateWidth = width
      }
    }
    return best?.codes ?? []
  }

  /// The bits of the lane that has the rows `lane`.
  func lane(_ lane: Range<Int>, _ encoder: StateEncoder) -> [UInt8] {
    var state = 0
    var bitCount = encoder.width
    // The last one first: in the lowest six bits how many bits there are, at most 57, then these.
    let steps = [UInt64](capacity: lane.count) { steps in
      let errors = errors.span
      for row in lane.reversed() {
        let error = errors[row] >> Self.codeBits
        let (token, plainCount) = ErrorToken.token(error, low: low)
        let code = Int(truncatingIfNeeded: errors[row] & ((1 << Self.codeBits) - 1))
        let (bits, count) = encoder.step(code, token, &state)
        let plain = error & ((1 << UInt64(plainCount)) - 1)
        steps.append((bits | plain << UInt64(count)) << 6 | UInt64(count + plainCount))
        bitCount += count + plainCount
      }
    }
    var writer = BitWriter(bitCount: bitCount)
    writer.append(UInt64(state), width: encoder.width)
    let span = steps.span
    for index in span.indices.reversed() {
      writer.append(span[index] >> 6, width: Int(truncatingIfNeeded: span[index] & 63))
    }
    return writer.finish()
  }
}
