import PoolModel

/// What has been read of one reading so far; its keys come in any order.
struct ReadingFields {
  /// A member of `flags`, kept until the values are known.
  struct Flag {
    var key: JSONText
    /// Where the key stands.
    var offset: Int
    /// The parameter's number; nil when the plan does not know it.
    var parameter: Int?
    var mark: GatewayMarks
  }

  /// Meaningless until `ts` was seen, and where `timeMistake` is not nil.
  var time = Timestamp(milliseconds: 0)
  var timeMistake: Mistake?
  var sequence: UInt64?
  var values: [ReportedValue] = []
  var flags: [Flag] = []
  var unknownValues = KeyLedger()
  var unknownFlags = KeyLedger()
  var ignored = KeyLedger()

  private var seen: UInt64 = 0
  private var valued: UInt64 = 0
  private var flagged: UInt64 = 0

  /// Notes that the key numbered `index` was seen; false when it was seen before.
  @inline(__always)
  mutating func see(_ index: Int) -> Bool {
    Self.insert(index, into: &seen)
  }

  /// Whether `key` was seen.
  func hasSeen(_ key: NativeDialect.ReadingKey) -> Bool {
    switch key {
    case .time: seen & 1 != 0
    case .sequence: seen & 2 != 0
    case .values: seen & 4 != 0
    case .flags: seen & 8 != 0
    }
  }

  /// Notes a value of `parameter`; false when there was one before.
  @inline(__always)
  mutating func value(_ parameter: ParameterNumber) -> Bool {
    Self.insert(parameter.index, into: &valued)
  }

  /// Notes a flag for the parameter numbered `index`; false when there was one before.
  mutating func flag(_ index: Int) -> Bool {
    Self.insert(index, into: &flagged)
  }

  @inline(__always)
  private static func insert(_ index: Int, into set: inout UInt64) -> Bool {
    let bit: UInt64 = 1 << UInt64(index)
    defer { set |= bit }
    return set & bit == 0
  }
}
