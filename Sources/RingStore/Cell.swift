import PoolModel

/// One value as it is stored: bits, not a number, so that nothing is rounded or made quiet.
struct Cell: Hashable {
  /// The double's bit pattern.
  var bits: UInt64
  /// `QualityFlag.rawValue`; 0 where a row has no value of the column.
  var flag: UInt8
  /// `GatewayMarks` in 0x0F, `ArrivalMarks` in 0xF0.
  var marks: UInt8

  /// No value.
  static let absent = Cell(bits: 0, flag: 0, marks: 0)
  /// The bits that the gateway's marks have.
  static let gatewayMask: UInt8 = 0x0F

  var isPresent: Bool { flag != 0 }

  /// The flag; `unknown` where a row has no value of the column.
  var qualityFlag: QualityFlag { QualityFlag(rawValue: flag) ?? .unknown }

  /// Whether `other` says the same: the same bits, or both that there is no value.
  func isSameValue(as other: Cell) -> Bool {
    let missing = QualityFlag.missing.rawValue
    return (flag == missing && other.flag == missing)
      || (bits == other.bits
        && (flag == missing) == (other.flag == missing))
  }

  /// Takes on what a later part of the row says: its flag and the gateway's marks.
  ///
  /// The flag may be an amended one; marks come beside the known ones. Bits and arrival marks stay as
  /// they came first.
  mutating func join(_ later: Cell) {
    flag = later.flag
    marks |= later.marks & Self.gatewayMask
  }

  /// The sample of `parameter` that the cell stands for.
  func sample(of parameter: ParameterNumber) -> Sample {
    Sample(
      parameter: parameter, value: Double(bitPattern: bits),
      flag: qualityFlag,
      gatewayMarks: GatewayMarks(rawValue: marks & Self.gatewayMask),
      arrivalMarks: ArrivalMarks(rawValue: marks & ~Self.gatewayMask))
  }
}

/// A cell with its column's number on disk, 0…63.
struct StoredValue: Hashable {
  // The cell first: the column then lies in its padding, and a value takes 16 bytes.
  var cell: Cell
  var column: UInt8

  init(column: UInt8, cell: Cell) {
    self.cell = cell
    self.column = column
  }
}
