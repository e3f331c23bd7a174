import PoolModel
import Testing

@testable import RingStore

/// What a compact body gives back, and what it takes.
struct CompactRowsTests {
  // MARK: Bytes

  @Test func `bytes are those of the layout`() {
    var batch = RowBatch()
    batch.append(ring: 0, time: 3)
    batch.append(stored(4, 7.25, flag: 1, marks: 0x20))
    batch.append(ring: 1, time: 3)
    batch.append(stored(4, 7.2, flag: 1, marks: 0x20))
    batch.append(ring: 9, time: 1)
    batch.append(stored(4, .nan, flag: 9))
    batch.append(stored(0, -0.0, flag: 3))
    batch.append(ring: 7, time: 2)
    batch.append(stored(4, 8.25, flag: 1, marks: 0x20))
    // Put together by hand from the drawing.
    let expected: [UInt8] = [
      // Ring 0 is next to −1; time +3; one value of column 4; scale 2, 725 = code 1450.
      0x3F, 6, 1, 4, 1, 0x20, 0, 2, 0xAA, 0x0B,
      // Shape 0, next ring, same time; 720 − 725 = −5, code 9, and one.
      0x60, 10,
      // Ring +8, time −2; two values; missing; raw.
      0x1F, 16, 3, 2, 4, 9, 0, 0, 3, 0, 0, 11, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0x80,
      // Shape 0, ring −2, time +1; 825 − 720 = 105, code 210, and one.
      0x00, 3, 2, 0xD3, 0x01,
    ]
    #expect(encoded(batch) == expected)
    #expect(RowBatch(compact: expected, 0..<expected.count, rowCount: 4) == batch)
  }

  @Test func `a change of scale brings the column's integer along`() {
    var batch = RowBatch()
    for (ring, value) in [1.25, 1.2571, 90, -1.26, 1_000_000].enumerated() {
      batch.append(ring: ring, time: 0)
      batch.append(stored(0, value))
    }
    // Put together by hand from the drawing.
    let expected: [UInt8] = [
      0x7F, 1, 0, 1, 0, 0, 2, 0xFA, 0x01,  // 125 at scale 2
      0x60, 0, 4, 0x8E, 0x01,  // 125 is 12,500 now; 71 more
      0x60, 0, 0, 0xB2, 0x01,  // 12,571 is 1 now; 89 more
      0x60, 0, 2, 0xCB, 0x8E, 0x01,  // 90 is 9,000 now; 9,126 less
      0x60, 0, 0, 0x82, 0x89, 0x7A,  // −126 is −1 now; 1,000,001 more
    ]
    #expect(encoded(batch) == expected)
    #expect(RowBatch(compact: expected, 0..<expected.count, rowCount: 5) == batch)
  }

  @Test func `what stands before a body stays, and zeros up to a multiple of 8 may follow`() {
    let batch = typicalBatch(seed: 1)
    let body = encoded(batch)
    var bytes: [UInt8] = [1, 2, 3]
    batch.encodeCompact(into: &bytes)
    #expect(bytes == [1, 2, 3] + body)
    for zeros in 0..<10 {
      let padded = bytes + [UInt8](repeating: 0, count: zeros)
      let read = RowBatch(compact: padded, 3..<padded.count, rowCount: 1_000)
      #expect(read == (zeros < 8 ? batch : nil))
    }
    #expect(RowBatch(compact: bytes + [1], 3..<bytes.count + 1, rowCount: 1_000) == nil)
  }

  // MARK: Round trips

  @Test(arguments: 0..<60)
  func `every batch comes back as it was`(seed: UInt64) {
    let batch = randomBatch(seed: seed)
    let bytes = encoded(batch)
    #expect(RowBatch(compact: bytes, 0..<bytes.count, rowCount: batch.rows.count) == batch)
    let limit = RowBatch.compactByteLimit(rows: batch.rows.count, values: batch.values.count)
    #expect(bytes.count <= limit)
  }

  @Test func `doubles of every kind come back bit for bit, whatever stood before them`() {
    for before in oddDoubles {
      var batch = RowBatch()
      batch.append(ring: 5, time: 0)
      for double in oddDoubles {
        batch.append(stored(1, before))
        batch.append(stored(1, double))
      }
      let bytes = encoded(batch)
      let read = RowBatch(compact: bytes, 0..<bytes.count, rowCount: batch.rows.count)
      #expect(read?.values.map(\.cell.bits) == batch.values.map(\.cell.bits))
      let limit = RowBatch.compactByteLimit(rows: batch.rows.count, values: batch.values.count)
      #expect(bytes.count <= limit)
    }
  }

  @Test func `all flags and marks come back, more shapes than have a number`() {
    var batch = RowBatch()
    for round in [1, 3, 101] {
      for index in 0..<256 {
        let byte = UInt8(truncatingIfNeeded: index * round)
        batch.append(ring: index, time: 0)
        batch.append(stored(UInt8(index % 64), 1, flag: byte, marks: UInt8(round)))
        batch.append(stored(9, 2, flag: 1, marks: byte))
      }
    }
    let bytes = encoded(batch)
    #expect(RowBatch(compact: bytes, 0..<bytes.count, rowCount: batch.rows.count) == batch)
  }

  @Test func `the ends of rings and times come back`() {
    var batch = RowBatch()
    let rings = [Int(Int32.max), 0, Int(Int32.max), 1, Int(Int32.max) - 1, Int(Int32.max)]
    for ring in rings {
      for time in [Int64.min, .max, 0, -1, .min, .min, 1, .max] {
        batch.append(ring: ring, time: time)
      }
    }
    let bytes = encoded(batch)
    #expect(RowBatch(compact: bytes, 0..<bytes.count, rowCount: batch.rows.count) == batch)
  }

  // MARK: Sizes

  @Test(arguments: 1...5)
  func `a row of three values takes at most 8.5 bytes in any order, and 4.5 in step`(seed: UInt64) {
    #expect(encoded(typicalBatch(seed: seed)).count <= 8_500)
    #expect(encoded(typicalBatch(seed: seed, isInStep: true)).count <= 4_500)
  }

  @Test func `a pool of many decimals costs its neighbours nothing`() {
    let typical = typicalBatch(seed: 1)
    var batch = RowBatch()
    for (index, row) in typical.rows.enumerated() {
      batch.append(ring: Int(row.ring), time: row.time)
      for value in typical.values(ofRow: index) {
        let odd = Double(bitPattern: value.cell.bits) + 0.000_123_457
        batch.append(index % 100 == 50 ? stored(value.column, odd) : value)
      }
    }
    // Ten rows of three values: for each a scale and a long difference, there and back.
    #expect(encoded(batch).count <= encoded(typical).count + 10 * 3 * 14)
  }

  // MARK: Damage

  @Test(arguments: 100..<106)
  func `a body cut short is none, and no flipped bit traps`(seed: UInt64) {
    let batch = randomBatch(seed: seed, rowCount: 4)
    let body = encoded(batch)
    for end in 0..<body.count {
      #expect(RowBatch(compact: body, 0..<end, rowCount: 4) == nil)
      #expect(RowBatch(compact: Array(body[..<end]), 0..<end, rowCount: 4) == nil)
    }
    let unsound = (0..<body.count * 8).filter { bit in
      var damaged = body
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      return !isSound(damaged, rowCount: 4)
    }
    #expect(unsound == [])
  }

  @Test func `no bytes trap`() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<1_000 {
      let count = Int(random.next() % 60)
      let isSmall = random.next() % 2 == 0
      let bytes = (0..<count).map { _ in
        UInt8(truncatingIfNeeded: random.next() % (isSmall ? 13 : 256))
      }
      let rowCounts = [0, 1, 2, count / 4, count]
      #expect(rowCounts.allSatisfy { isSound(bytes, rowCount: $0) })
    }
  }

  /// Whether nothing is read, or as many rows as asked for and not more than the bytes can tell.
  private func isSound(_ bytes: [UInt8], rowCount: Int) -> Bool {
    guard let read = RowBatch(compact: bytes, 0..<bytes.count, rowCount: rowCount)
    else { return true }
    // What was read is a batch like any other.
    let again = encoded(read)
    return read.rows.count == rowCount && read.rows.count + read.values.count <= bytes.count
      && read.rows.allSatisfy { $0.ring >= 0 } && read.values.allSatisfy { $0.column < 64 }
      && RowBatch(compact: again, 0..<again.count, rowCount: rowCount) == read
  }

  @Test(arguments: [
    [0x7F, 1, 64, 1, 0, 1],  // column 64
    [0x7F, 65] + [UInt8](repeating: 1, count: 65 * 4),  // 65 values
    [0x60],  // a shape that was not described
    [0xFF, 0],  // the reserved bit
    [0x5F, 1, 0],  // ring −2
    [0x5F, 0, 0],  // ring −1
    [0x5F, 0x82, 0x80, 0x80, 0x80, 0x10, 0],  // ring 2³¹
    [0x3F, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02, 0],  // a code of 65 bits
    [0x3F, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0],  // one of 11 bytes
    [0x7F, 1, 0, 1, 0, 0, 12],  // bits of a kind that there is not
  ])
  func `what the layout does not know is no body`(bytes: [UInt8]) {
    #expect(RowBatch(compact: bytes, 0..<bytes.count, rowCount: 1) == nil)
  }

  @Test func `a false row count or range is no body`() {
    let body = encoded(typicalBatch(seed: 3))
    for count in [-1, 0, 999, 1_001, body.count, body.count + 1, Int.max, Int.min] {
      #expect(RowBatch(compact: body, 0..<body.count, rowCount: count) == nil)
      #expect(RowBatch(plain: body, 0..<body.count, rowCount: count) == nil)
    }
    for range in [0..<body.count + 1, -1..<body.count, Int.min..<Int.max, 1..<body.count] {
      #expect(RowBatch(compact: body, range, rowCount: 1_000) == nil)
      #expect(RowBatch(plain: body, range, rowCount: 1) == nil)
    }
    #expect(RowBatch(compact: [], 0..<0, rowCount: 0) == RowBatch())
    #expect(RowBatch(plain: [], 0..<0, rowCount: 0) == RowBatch())
  }

  // MARK: The plain body

  /// Two rows: ring 258 at time −2 with two values, ring 3 at time 1 with none.
  private static let plainBody: [UInt8] = [
    2, 1, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2,
    63, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 1, 0x21,
    0, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F, 9, 0,
    3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
  ]

  @Test func `a plain body is read`() throws {
    let bytes = [0xAA] + Self.plainBody + [0, 0, 0]
    let read = try #require(RowBatch(plain: bytes, 1..<bytes.count, rowCount: 2))
    #expect(read.rows.map(\.ring) == [258, 3])
    #expect(read.rows.map(\.time) == [-2, 1])
    #expect(
      Array(read.values(ofRow: 0)) == [
        stored(63, 1, flag: 1, marks: 0x21), stored(0, .nan, flag: 9),
      ])
    #expect(read.values(ofRow: 1).isEmpty)
  }

  @Test func `a damaged plain body is none and never traps`() {
    let body = Self.plainBody
    for end in body.indices {
      #expect(RowBatch(plain: body, 0..<end, rowCount: 2) == nil)
    }
    for bit in 0..<body.count * 8 {
      var damaged = body
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let read = RowBatch(plain: damaged, 0..<body.count, rowCount: 2)
      #expect(read == nil || read?.values.count == 2)
    }
    #expect(RowBatch(plain: body + [1], 0..<body.count + 1, rowCount: 2) == nil)
    #expect(
      RowBatch(plain: body + [UInt8](repeating: 0, count: 8), 0..<body.count + 8, rowCount: 2)
        == nil)
  }
}
