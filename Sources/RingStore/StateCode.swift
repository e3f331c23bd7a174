// A code of tokens near their entropy: a state machine of 2^w states (tabled asymmetric numeral
// system; Duda: Asymmetric numeral systems, 2013). A token that has n of the 2^w states costs
// w - log2(n) bits, fractions included: noise of less than two bits a reading, as of a good
// thermometer, loses a seventh of its size in a code of whole bits.
//
// Layout of a code, in bits, lowest first; `rest` is 2^w less the states given so far:
//
//   bits            field
//                   until rest is 0, for token 0, 1, 2 …:
//   width of rest   number of states of the token
//   4               only when that is 0: how many more tokens have none

/// How many of the states each token has.
struct StateCode {
  /// Tokens are below it.
  static let tokenLimit = 160

  /// There are 2^width states.
  let width: Int
  /// By token; they add up to 2^width.
  private(set) var stateCounts: [Int]

  /// The code for tokens that come as often as `tally` says; all states for token 0 when none comes.
  init(_ tally: [Int], width: Int) {
    self.width = width
    let total = tally.reduce(0, +)
    guard total > 0 else {
      stateCounts = [1 << width]
      return
    }
    let scale = Double(1 << width) / Double(total)
    stateCounts = tally.map { $0 == 0 ? 0 : max(1, Int((Double($0) * scale).rounded())) }
    while let last = stateCounts.last, last == 0 { stateCounts.removeLast() }
    settle(tally)
  }

  /// Gives and takes single states where it matters least until their number is right.
  private mutating func settle(_ tally: [Int]) {
    var excess = stateCounts.reduce(0, +) - 1 << width
    while excess != 0 {
      var best = (token: 0, gain: -Double.infinity)
      for (token, count) in stateCounts.enumerated() where count > (excess > 0 ? 1 : 0) {
        let weight = Double(tally[token])
        let gain = excess > 0 ? -weight / Double(count - 1) : weight / Double(count)
        if gain > best.gain { best = (token, gain) }
      }
      stateCounts[best.token] += excess > 0 ? -1 : 1
      excess += excess > 0 ? -1 : 1
    }
  }

  /// About how many bits `tally` takes in this code.
  func cost(_ tally: [Int]) -> Double {
    var bits = 0.0
    for (token, count) in tally.enumerated() where count > 0 {
      bits += Double(count) * (Double(width) - Logarithm.base2(UInt64(stateCounts[token])))
    }
    return bits
  }

  /// Writes the code.
  func write(to writer: inout BitWriter) {
    var rest = 1 << width
    var token = 0
    while rest > 0 {
      let count = stateCounts[token]
      writer.append(UInt64(count), width: IntegerShape.width(UInt64(rest)))
      rest -= count
      token += 1
      guard count == 0 else { continue }
      var more = 0
      while more < 15, stateCounts[token] == 0 {
        more += 1
        token += 1
      }
      writer.append(UInt64(more), width: 4)
    }
  }

  /// Reads a code of 2^width states; nil when damaged.
  init?(_ reader: inout BitReader, width: Int) {
    self.width = width
    stateCounts = []
    var rest = 1 << width
    while rest > 0 {
      let count = Int(reader.bits(IntegerShape.width(UInt64(rest))))
      guard count <= rest else { return nil }
      stateCounts.append(count)
      rest -= count
      if count == 0 {
        let more = Int(reader.bits(4))
        stateCounts.append(contentsOf: repeatElement(0, count: more))
      }
      guard stateCounts.count <= Self.tokenLimit else { return nil }
    }
  }

  /// The token of each state: those of one token lie far from each other.
  func tokens() -> [UInt8] {
    let stateCount = 1 << width
    // Odd, so that every state is met once.
    let step = (stateCount * 5 / 8) | 1
    var tokens = [UInt8](repeating: 0, count: stateCount)
    var state = 0
    for (token, count) in stateCounts.enumerated() {
      for _ in 0..<count {
        tokens[state] = UInt8(token)
        state = (state + step) & (stateCount - 1)
      }
    }
    return tokens
  }
}

/// The way from a token and the state behind it to the state before it, in the codes of a column.
struct StateEncoder {
  /// A token has n states.
  private struct Token {
    /// Added to a state, from 2^width on, it gives 2^16 times the bits to be taken from that; more of them
    /// where the state is so large that at least n are left without.
    var bitCount: Int32 = 0
    /// Where its states begin in `states`, less n.
    var origin: Int32 = 0
  }

  /// There are 2^width states.
  let width: Int
  /// By code and token.
  private var tokens: [Token]
  /// The states of each token, ascending, code by code.
  private var states: [UInt16]

  /// An encoder for `codes`, all of as many states.
  init(_ codes: [StateCode], width: Int) {
    self.width = width
    let stateCount = 1 << width
    tokens = Array(repeating: Token(), count: codes.count * StateCode.tokenLimit)
    states = Array(repeating: 0, count: codes.count * stateCount)
    for (number, code) in codes.enumerated() {
      var begins: [Int] = []
      var sum = number * stateCount
      for (token, count) in code.stateCounts.enumerated() {
        begins.append(sum)
        if count > 0 {
          let most = width - (IntegerShape.width(UInt64(count)) - 1)
          tokens[number * StateCode.tokenLimit + token] = Token(
            bitCount: Int32(most << 16 - count << most), origin: Int32(sum - count))
        }
        sum += count
      }
      for (state, token) in code.tokens().enumerated() {
        states[begins[Int(token)]] = UInt16(state)
        begins[Int(token)] += 1
      }
    }
  }

  /// Turns `state` into the one before `token` in the code numbered `code`; gives back the bits that lead
  /// the way back.
  @inline(__always)
  func step(_ code: Int, _ token: Int, _ state: inout Int) -> (bits: UInt64, count: Int) {
    let entry = tokens[code &* StateCode.tokenLimit &+ token]
    let full = state &+ 1 << width
    let count = (full &+ Int(entry.bitCount)) >> 16
    state = Int(states[Int(entry.origin) &+ full >> count])
    return (UInt64(full & ((1 << count) &- 1)), count)
  }
}
