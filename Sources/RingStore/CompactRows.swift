// The compact body of a journal record: rows in the order they came. It decodes on its own.
//
// Row:
//
//   bytes  field
//       1  control: bits 0 … 4 the row's shape, 31 for one that is described here; bit 5 set when the
//          ring is the one numbered next after that of the row before; bit 6 set when the time is
//          that of the row before; bit 7 zero
//   0 … 5  ring, less that of the row before, as a signed number; not there with bit 5
//  0 … 10  time in milliseconds, less that of the row before, as a signed number; not there with bit 6
//          with shape 31, the shape: what the row's values are but for their bits
//       1    number of values, 0 … 64
//       3    of each: column, 0 … 63, flag, marks
//          of each value, in the order of the shape:
//  1 … 10    its bits
//
// Before the first row come ring −1 and time 0. The shapes described in a record are numbered 0 … 30
// in their order, and then again from 0: the newest one of a number holds.
//
// Bits of a value, as a code c:
//
//   c > 0   the value is n / 10^s, a quotient of two doubles, where s is the column's scale and n the
//           column's integer and the signed number c − 1. The column's integer is n from then on.
//   c = 0   a byte follows:
//   0 … 9     the column's scale is that from then on. Its integer is brought to it, times 10 or
//             divided by 10 (towards zero) for each step. Then n, less that, as a signed number.
//      10     the 8 bytes of the bits follow; scale and integer stay.
//      11     the bits are 0x7FF8000000000000, what a value that is missing has; scale and integer stay.
//
// At the record's beginning every column has scale 0 and integer 0.
//
// A code is an unsigned number, 7 bits a byte, the lowest first, each byte but the last with 0x80. A
// signed number d is the code 2d, or −2d − 1 where d is negative. Sums and products of integers
// are those of 64 bits, without the carry.
//
// A row of three values from a gateway that keeps its rhythm thus takes 4 … 8 bytes.

/// Numbers of the compact body, which the encoder and the decoder must agree on.
enum CompactRows {
  static let shapeLimit = 31
  /// The shape number of a row that describes its own.
  static let newShape: UInt8 = 31
  static let shapeMask: UInt8 = 0x1F
  static let nextRing: UInt8 = 0x20
  static let sameTime: UInt8 = 0x40
  static let reservedMask: UInt8 = 0x80
  static let largestScale = 9
  static let rawBits: UInt8 = 10
  static let missingBits: UInt8 = 11
  static let missing: UInt64 = 0x7FF8_0000_0000_0000
  /// Control, ring, time and number of values.
  static let longestRow = 1 + 5 + 10 + 1
  /// In the shape 3, the code 0, its byte, 8 bytes.
  static let longestValue = 3 + 2 + 8
  /// Codes below it take at most 8 bytes.
  static let longCode: UInt64 = 1 << 56

  /// The code of a signed number.
  @inline(__always)
  static func code(_ number: Int64) -> UInt64 { UInt64(bitPattern: number << 1 ^ number >> 63) }

  /// The signed number of a code.
  @inline(__always)
  static func number(_ code: UInt64) -> Int64 {
    Int64(bitPattern: code >> 1) ^ -Int64(bitPattern: code & 1)
  }
}

/// Where the values of the row lie that described a shape.
struct CompactShape {
  var valueStart = 0
  var valueCount = 0
}

/// What is known of a column between two of its values.
struct CompactColumn {
  /// The integer of its last value.
  var integer: Int64 = 0
  /// The power of ten that `integer` is to be divided by.
  private(set) var scale = 0
  private(set) var power = 1.0

  private static let powers: InlineArray<10, Double> = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
  ]
  /// 1.5 × 2⁵²: in a sum with it a double has its ones as lowest bit, so adding it rounds.
  private static let rounder = 0x1.8p52

  /// Brings the integer to `scale`, 0 … 9.
  mutating func rescale(to scale: Int) {
    while self.scale < scale {
      integer &*= 10
      self.scale += 1
    }
    while self.scale > scale {
      integer /= 10
      self.scale -= 1
    }
    power = Self.powers[scale]
  }

  /// The bits of the column's value.
  @inline(__always)
  var bits: UInt64 { (Double(integer) / power).bitPattern }

  /// The integer that stands for `bits` in this scale bit for bit; nil when there is none.
  @inline(__always)
  func integer(for bits: UInt64) -> Int64? { Self.integer(for: bits, power: power) }

  @inline(__always)
  private static func integer(for bits: UInt64, power: Double) -> Int64? {
    let sum = Double(bitPattern: bits) * power + rounder
    // The exponent of 2⁵²: then the sum is whole, and the integer is within ±2⁵¹.
    guard sum.bitPattern >> 52 == 0x433, ((sum - rounder) / power).bitPattern == bits
    else { return nil }
    return Int64(bitPattern: sum.bitPattern &- rounder.bitPattern)
  }

  /// The smallest scale in which an integer stands for `bits`; nil when there is none.
  static func smallestScale(for bits: UInt64) -> Int? {
    (0...CompactRows.largestScale).first { integer(for: bits, power: powers[$0]) != nil }
  }

  /// Whether `bits` have an integer in a scale two below too: then it is worth a change of scale.
  func isFine(for bits: UInt64) -> Bool {
    scale >= 2 && Self.integer(for: bits, power: Self.powers[scale - 2]) != nil
  }
}

extension RowBatch {
  /// Appends the rows as a compact body, not rounded up to a multiple of 8.
  func encodeCompact(into bytes: inout [UInt8]) {
    let start = bytes.count
    let limit = Self.compactByteLimit(rows: rows.count, values: values.count)
    bytes.append(contentsOf: repeatElement(0, count: limit))
    var encoder = CompactRowsEncoder(at: start)
    var span = bytes.mutableSpan
    encoder.encode(rows.span, values.span, into: &span)
    bytes.removeLast(bytes.count - encoder.at)
  }

  /// The bytes that a compact body never exceeds.
  static func compactByteLimit(rows: Int, values: Int) -> Int {
    rows * CompactRows.longestRow + values * CompactRows.longestValue
  }

  /// The rows of the compact body in `range` of `bytes`, which up to seven zeros may follow.
  ///
  /// Takes no memory that `range` cannot have the rows for, whatever `rowCount` says.
  /// - Returns: nil when the bytes are no such body.
  init?(compact bytes: [UInt8], _ range: Range<Int>, rowCount: Int) {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count,
      (0...range.count).contains(rowCount)
    else { return nil }
    var decoder = CompactRowsDecoder(at: range.lowerBound, end: range.upperBound)
    guard decoder.decode(bytes.span, rowCount: rowCount) else { return nil }
    self.init(rows: decoder.rows, values: decoder.values)
  }
}
