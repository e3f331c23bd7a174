/// The tokens of a column, and how often each comes.
struct TokenList {
  /// One for each integer.
  private var tokens: [UInt8] = []
  private var parts: [UInt8] = []
  private var plain: [UInt64] = []
  private let low: Int
  /// One for each lane, in units of 2^-8.
  private(set) var starts: [Int64] = []
  /// By code and token.
  private var tallies: [[Int]] = []

  init(_ values: [Int64], _ lanes: [Range<Int>], base: Int64, _ choice: EntropyChoice) {
    low = choice.low
    let codeCount = 1 << choice.contextBits
    let limit = StateCode.tokenLimit
    var flat = [Int](repeating: 0, count: codeCount * limit)
    tokens.reserveCapacity(values.count)
    parts.reserveCapacity(values.count)
    plain.reserveCapacity(values.count)
    for lane in lanes {
      let start = EntropyColumn.start(values[lane], base: base, shift: choice.shift)
      starts.append(start)
      var mean = MovingMean(start << 8, shift: choice.shift)
      for row in lane {
        let part = mean.part(choice.contextBits)
        let code = part < codeCount ? part : 2 * codeCount - 1 - part
        let error = mean.fold(values[row] &- base)
        let (token, _) = ErrorToken.token(error, low: low)
        tokens.append(UInt8(token))
        parts.append(UInt8(code))
        plain.append(error)
        flat[code * limit + token] += 1
      }
    }
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
  mutating func lane(_ lane: Range<Int>, _ encoders: [StateEncoder], width: Int) -> [UInt8] {
    var state = 0
    var steps = [(bits: UInt64, count: Int)](repeating: (0, 0), count: lane.count)
    for row in lane.reversed() {
      let (bits, count) = encoders[Int(parts[row])].step(Int(tokens[row]), &state)
      let (_, plainCount) = ErrorToken.token(plain[row], low: low)
      let rest = plain[row] & ((1 << UInt64(plainCount)) - 1)
      steps[row - lane.lowerBound] = (bits | rest << UInt64(count), count + plainCount)
    }
    var writer = BitWriter()
    writer.append(UInt64(state), width: width)
    for step in steps { writer.append(step.bits, width: step.count) }
    return writer.finish()
  }
}
