// This file says `unsafe`: decoding is one dependent load after another, and a check of each would
// double its time. Every place says what keeps it within its buffer.

/// The tables that decode a column, ready to use.
struct EntropyDecoder {
  /// At p << stateWidth | s for part p of the fraction and state s.
  private var table: [EntropyEntry] = []
  /// By token: the least error and how many plain bits are added.
  private var origins: [ErrorToken.Origin] = []
  private let choice: EntropyChoice
  private let base: Int64

  /// Appends `count` integers to the empty `values`; false when damaged.
  static func decode(
    _ bytes: [UInt8], _ cursor: inout ByteCursor, count: Int, into values: inout [Int64]
  ) -> Bool {
    guard let choice = EntropyChoice(&cursor), let base = cursor.signedVarint() else {
      return false
    }
    let rows = EntropyColumn.laneRanges(count, isFour: choice.isFourLanes)
    var starts: [Int64] = []
    for _ in rows {
      guard let start = cursor.signedVarint() else { return false }
      starts.append((starts.last ?? 0) &+ start)
    }
    guard let decoder = EntropyDecoder(choice, base, bytes, &cursor) else { return false }
    var lengths: [Int] = []
    for _ in rows.dropLast() {
      guard let length = cursor.count(upTo: cursor.rest.count) else { return false }
      lengths.append(length)
    }
    let rest = cursor.rest.count - lengths.reduce(0, +)
    guard rest >= 0 else { return false }
    lengths.append(rest)
    // Eight bytes are read from any byte that a lane has.
    var source = bytes
    var at = cursor.at
    if cursor.end + 8 > bytes.count {
      source = Array(bytes[cursor.rest]) + [UInt8](repeating: 0, count: 8)
      at = 0
    }
    var lanes: [EntropyLane] = []
    for (start, length) in zip(starts, lengths) {
      lanes.append(EntropyLane(mean: start << 8, firstBit: at * 8, endBit: (at + length) * 8))
      at += length
    }
    return decoder.decode(source, &lanes, rows, count: count, into: &values)
  }

  /// Reads the codes and makes the tables; nil when damaged.
  private init?(
    _ choice: EntropyChoice, _ base: Int64, _ bytes: [UInt8], _ cursor: inout ByteCursor
  ) {
    self.choice = choice
    self.base = base
    let codeCount = 1 << choice.contextBits
    let stateCount = 1 << choice.stateWidth
    for token in 0..<StateCode.tokenLimit {
      guard let origin = ErrorToken.origin(token, low: choice.low) else { break }
      origins.append(origin)
    }
    var reader = BitReader(bytes, cursor.rest)
    table = [EntropyEntry](
      repeating: EntropyEntry(count: 0, mask: 0, least: 0, error: 0),
      count: 2 * codeCount * stateCount)
    for part in 0..<codeCount {
      guard let code = StateCode(&reader, width: choice.stateWidth),
        code.stateCounts.count <= origins.count
      else { return nil }
      let mirrored = 2 * codeCount - 1 - part
      fill(code, from: part * stateCount, mirroredFrom: mirrored * stateCount)
    }
    guard (reader.bit + 7) / 8 <= cursor.rest.count else { return nil }
    cursor.skip((reader.bit + 7) / 8)
  }

  /// Puts the entries of `code` at two places, for errors of either side.
  private mutating func fill(_ code: StateCode, from start: Int, mirroredFrom mirrored: Int) {
    var next = code.stateCounts
    let tokens = code.tokens()
    unsafe table.withUnsafeMutableBufferPointer { table in
      for state in tokens.indices {
        let token = Int(tokens[state])
        let number = next[token]
        next[token] = number &+ 1
        // number << count is in 2^width ..< 2 × 2^width: least + 2^count <= 2^width.
        let count = choice.stateWidth &- (63 &- number.leadingZeroBitCount)
        let least = (number &<< count) &- (1 &<< choice.stateWidth)
        var error = EntropyEntry.tokenBase &+ token
        var mirroredError = error
        if choice.low == 0, token < ErrorToken.directCount {
          error = -Int(Int64(folded: UInt64(token)))
          mirroredError = 1 &- error
        }
        var entry = EntropyEntry(
          count: UInt16(truncatingIfNeeded: count),
          mask: UInt16(truncatingIfNeeded: (1 &<< count) &- 1),
          least: UInt16(truncatingIfNeeded: least), error: Int16(truncatingIfNeeded: error))
        // Both places begin at least 2^width before the table's end.
        unsafe table[start &+ state] = entry
        entry.error = Int16(truncatingIfNeeded: mirroredError)
        unsafe table[mirrored &+ state] = entry
      }
    }
  }

  private func decode(
    _ source: [UInt8], _ lanes: inout [EntropyLane], _ rows: [Range<Int>], count: Int,
    into values: inout [Int64]
  ) -> Bool {
    for index in lanes.indices { lanes[index].begin(source, choice) }
    unsafe values = [Int64](unsafeUninitializedCapacity: count) { target, filled in
      unsafe source.withUnsafeBytes { source in
        unsafe table.withUnsafeBufferPointer { table in
          unsafe origins.withUnsafeBufferPointer { origins in
            // All have elements: count is above 0, the source has 8 bytes behind its lanes.
            guard let out = target.baseAddress, let table = table.baseAddress,
              let start = source.baseAddress, let origins = origins.baseAddress
            else { return }
            let loop = unsafe EntropyLoop(
              table: table, source: start, sourceCount: source.count, origins: origins,
              choice: choice)
            if lanes.count == 4 {
              unsafe loop.four(&lanes, rows, out)
            } else {
              unsafe loop.run(&lanes[0], rows[0], out)
            }
            filled = count
          }
        }
      }
    }
    if base != 0 {
      for index in values.indices { values[index] &+= base }
    }
    return lanes.allSatisfy(\.isAtEnd)
  }
}
