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
  var flags: [Flag] = []
  /// Where the object of values stands; meaningless until it was seen.
  var valuesOffset = 0
  /// The keys that mean nothing here.
  var strangers = KeyLedger()

  /// The values so far, and after them those of an earlier reading, whose memory is used again.
  private var values: [ReportedValue] = []
  private(set) var valueCount = 0
  /// The key that follows the last one in the dialect's order, which is probably the next.
  private(set) var nextKey = 0
  private var seen: UInt64 = 0
  private var valued: UInt64 = 0
  private var flagged: UInt64 = 0

  /// Notes that the key numbered `index` was seen; false when it was seen before.
  @inline(__always)
  mutating func see(_ index: Int) -> Bool {
    nextKey = index &+ 1
    return Self.insert(index, into: &seen)
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

  /// Takes the memory of `used`, which nobody needs any more.
  @inline(__always)
  mutating func reuse(_ used: inout [ReportedValue]) {
    swap(&values, &used)
  }

  /// Adds a value.
  @inline(__always)
  mutating func append(_ value: ReportedValue) {
    if valueCount < values.count {
      values[valueCount] = value
    } else {
      // Gateways send three to eight values; growing from one by doubling would allocate three times.
      if valueCount == 0 { values.reserveCapacity(4) }
      values.append(value)
    }
    valueCount += 1
  }

  /// The values so far.
  var reportedValues: ArraySlice<ReportedValue> { values[..<valueCount] }

  /// Takes out the values of the parameters in `refused`.
  mutating func remove(_ refused: [ParameterNumber]) {
    var kept = 0
    for index in 0..<valueCount where !refused.contains(values[index].parameter) {
      values[kept] = values[index]
      kept += 1
    }
    valueCount = kept
  }

  /// Gives the values away.
  @inline(__always)
  mutating func takeValues() -> [ReportedValue] {
    if values.count > valueCount { values.removeLast(values.count - valueCount) }
    var taken: [ReportedValue] = []
    swap(&taken, &values)
    return taken
  }

  /// Marks the value of `parameter`; false when there is none.
  mutating func mark(_ parameter: ParameterNumber, _ marks: GatewayMarks) -> Bool {
    guard let index = values[..<valueCount].firstIndex(where: { $0.parameter == parameter }) else {
      return false
    }
    values[index].marks = marks
    return true
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
