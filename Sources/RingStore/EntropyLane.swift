// This file says `unsafe`: decoding is one dependent load after another, and a check of each would
// double its time. Every place says what keeps it within its buffer.

/// Where the decoding of a lane stands.
struct EntropyLane {
  /// The moving mean, in units of 2^-16.
  var mean: Int64
  /// Below the number of states.
  var state = 0
  /// The bit that was the next one at the last refill, counted from the beginning of the source.
  var bit: Int
  /// What follows and is not taken: of at least 56 bits at the last refill, and the bit 63 of a
  /// word of which as many are taken as it has leading zeros.
  var word: UInt64 = 1 << 63
  /// Where the lane ends; its last byte may have bits to spare.
  let endBit: Int

  /// Stands before the first state.
  init(mean: Int64, firstBit: Int, endBit: Int) {
    self.mean = mean
    bit = firstBit
    self.endBit = endBit
  }

  /// The next bit.
  @inline(__always)
  var nextBit: Int { bit &+ word.leadingZeroBitCount }

  /// Whether all of the lane was used, and its last state is 0.
  var isAtEnd: Bool { state == 0 && (nextBit + 7) / 8 * 8 == endBit }

  /// Takes the first state.
  mutating func begin(_ source: [UInt8], _ choice: EntropyChoice) {
    var reader = BitReader(source, bit / 8..<source.count)
    state = Int(reader.bits(choice.stateWidth))
    bit += choice.stateWidth
  }
}

/// What a state of a part of the fraction stands for.
struct EntropyEntry {
  /// How many bits the successor takes, and ones in their places.
  var count: UInt16
  var mask: UInt16
  /// The least successor: with the bits it is below the number of states.
  var least: UInt16
  /// Below `tokenLimit` it stands for a token of plain bits: `tokenBase` and the token added.
  var error: Int16

  static let tokenBase = -0x8000
  static let tokenLimit = -0x4000
}

/// The tables of a column and the loops over its lanes, for as long as its buffers last.
@safe struct EntropyLoop {
  /// 2^(contextBits + 1 + stateWidth) entries; see `EntropyDecoder`.
  private let table: UnsafePointer<EntropyEntry>
  /// At least eight bytes.
  private let source: UnsafeRawPointer
  /// The last byte from which eight can be read.
  private let lastLoad: Int
  /// An entry for each token that the codes have.
  private let origins: UnsafePointer<ErrorToken.Origin>
  private let isWide: Bool
  private let shift: Int64
  private let partShift: Int64
  private let partMask: Int

  /// More than 5 × 11 bits are there after a refill.
  private static let groupCount = 5

  init(
    table: UnsafePointer<EntropyEntry>, source: UnsafeRawPointer, sourceCount: Int,
    origins: UnsafePointer<ErrorToken.Origin>, choice: EntropyChoice
  ) {
    unsafe self.table = table
    unsafe self.source = source
    lastLoad = sourceCount - 8
    unsafe self.origins = origins
    isWide = choice.low > 0
    shift = Int64(choice.shift)
    partShift = 15 - Int64(choice.contextBits) - Int64(choice.stateWidth)
    partMask = ((2 << choice.contextBits) - 1) << choice.stateWidth
  }

  /// Decodes four lanes side by side; `out` has room for all of `rows`, and the first three are of
  /// one length, the last at least as long.
  func four(
    _ lanes: inout [EntropyLane], _ rows: [Range<Int>], _ out: UnsafeMutablePointer<Int64>
  ) {
    var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
    let quarter = rows[0].count
    var done = 0
    if isWide {
      while done < quarter {
        unsafe out[done] = wideStep(&a)
        unsafe out[done &+ quarter] = wideStep(&b)
        unsafe out[done &+ 2 &* quarter] = wideStep(&c)
        unsafe out[done &+ 3 &* quarter] = wideStep(&d)
        done &+= 1
      }
    } else {
      while done &+ Self.groupCount <= quarter {
        refill(&a)
        refill(&b)
        refill(&c)
        refill(&d)
        for index in done..<done &+ Self.groupCount {
          unsafe out[index] = step(&a)
          unsafe out[index &+ quarter] = step(&b)
          unsafe out[index &+ 2 &* quarter] = step(&c)
          unsafe out[index &+ 3 &* quarter] = step(&d)
        }
        done &+= Self.groupCount
      }
    }
    lanes = [a, b, c, d]
    for index in 0..<4 {
      unsafe run(&lanes[index], rows[index].lowerBound + done..<rows[index].upperBound, out)
    }
  }

  /// Decodes one lane; `out` has room for `rows`.
  func run(_ lane: inout EntropyLane, _ rows: Range<Int>, _ out: UnsafeMutablePointer<Int64>) {
    var local = lane
    for row in rows {
      if isWide {
        unsafe out[row] = wideStep(&local)
      } else {
        refill(&local)
        unsafe out[row] = step(&local)
      }
    }
    lane = local
  }

  @inline(__always)
  private func refill(_ lane: inout EntropyLane) {
    lane.bit = lane.nextBit
    lane.word = word(lane.bit) | 1 &<< 63
  }

  /// What follows at `bit`; something else behind the end, which `isAtEnd` finds.
  @inline(__always)
  private func word(_ bit: Int) -> UInt64 {
    let at = min(bit &>> 3, lastLoad)
    let word = unsafe source.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    return UInt64(littleEndian: word) &>> UInt64(bit & 7)
  }

  /// Takes the entry that leads to the next integer, and the state behind it.
  @inline(__always)
  private func entry(_ lane: inout EntropyLane) -> Int64 {
    // The part is below 2^(contextBits + 1), the state below 2^stateWidth.
    let index = (Int(truncatingIfNeeded: lane.mean &>> partShift) & partMask) | lane.state
    let successor = unsafe lane.word & UInt64(table[index].mask)
    lane.state = unsafe Int(table[index].least) &+ Int(truncatingIfNeeded: successor)
    unsafe lane.word &>>= UInt64(table[index].count)
    return unsafe Int64(table[index].error)
  }

  /// Takes the next integer; at least 11 bits are in the word.
  @inline(__always)
  private func step(_ lane: inout EntropyLane) -> Int64 {
    let error = entry(&lane)
    if error < EntropyEntry.tokenLimit {
      let next = unusual(Int(error), lane.mean, lane.nextBit)
      lane.bit = next.bit
      lane.word = word(next.bit) | 1 &<< 63
      lane.mean = next.mean
      return next.value
    }
    let value = lane.mean &>> 16 &+ error
    lane.mean &+= ((error &<< 16) &- (lane.mean & 0xFFFF)) &>> shift
    return value
  }

  /// Takes the next integer when every error has plain bits.
  @inline(__always)
  private func wideStep(_ lane: inout EntropyLane) -> Int64 {
    refill(&lane)
    let token = Int(entry(&lane)) &- EntropyEntry.tokenBase
    // At most 11 bits of 57 are taken, so that 46 are left before the bit 63. The token is below the origins' count.
    let origin = unsafe origins[token]
    let folded = origin.error | (lane.word & ((1 &<< origin.plainCount) &- 1))
    lane.word &>>= origin.plainCount
    var mean = MovingMean(lane.mean, shift: Int(shift))
    let value = mean.unfold(folded)
    lane.mean = mean.mean
    return value
  }

  /// Takes an integer whose error has plain bits, beside others that have none.
  @inline(never)
  private func unusual(
    _ entry: Int, _ mean: Int64, _ bit: Int
  ) -> (value: Int64, mean: Int64, bit: Int) {
    let origin = unsafe origins[entry - EntropyEntry.tokenBase]
    let folded = origin.error | (word(bit) & ((1 &<< origin.plainCount) &- 1))
    var moving = MovingMean(mean, shift: Int(shift))
    let value = moving.unfold(folded)
    return (value, moving.mean, bit + Int(origin.plainCount))
  }
}
