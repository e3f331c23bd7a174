public import PoolModel

/// A stored row on its way out of a store or into one, by names, which are the same in both.
public struct TransferRow: Hashable, Sendable {
  /// The pool.
  public var pool: PoolID
  /// When it was measured.
  public var time: Timestamp
  /// Its values, at least one, each parameter at most once.
  public var values: [TransferValue]

  /// The values of `pool` at `time`.
  public init(pool: PoolID, time: Timestamp, values: [TransferValue]) {
    self.pool = pool
    self.time = time
    self.values = values
  }

  /// What `row` holds of the parameters in `wanted`; nil when that is nothing.
  public init?(_ row: SampleRow, plan: Plan, wanted: Set<ParameterNumber>) {
    let samples = row.samples.filter { wanted.contains($0.parameter) }
    guard !samples.isEmpty else { return nil }
    self.init(
      pool: plan[row.pool].id, time: row.time,
      values: samples.map { sample in
        TransferValue(
          parameter: plan[sample.parameter].name,
          value: sample.flag == .missing ? nil : sample.value, flag: sample.flag,
          marks: sample.gatewayMarks.rawValue | sample.arrivalMarks.rawValue)
      })
  }

  /// The row in the numbers of `plan`.
  ///
  /// - Throws: `TransferMistake` when the plan does not have its pool or one of its parameters.
  public func row(in plan: Plan) throws(TransferMistake) -> SampleRow {
    guard let number = plan.poolNumber(pool) else {
      throw TransferMistake("the plan has no pool '\(pool)'")
    }
    var samples: [Sample] = []
    for value in values {
      guard let parameter = plan.parameterNumber(value.parameter) else {
        throw TransferMistake("the plan has no parameter '\(value.parameter)'")
      }
      samples.append(
        Sample(
          parameter: parameter, value: value.value ?? .nan, flag: value.flag,
          gatewayMarks: GatewayMarks(rawValue: value.marks & 0x0F),
          arrivalMarks: ArrivalMarks(rawValue: value.marks & 0xF0)))
    }
    samples.sort { $0.parameter < $1.parameter }
    return SampleRow(pool: number, time: time, samples: samples)
  }
}

/// One value of a `TransferRow`.
public struct TransferValue: Hashable, Sendable {
  /// The parameter's name.
  public var parameter: String
  /// The number; nil exactly when `flag` is `missing`.
  public var value: Double?
  /// How far it can be trusted.
  public var flag: QualityFlag
  /// `GatewayMarks` in 0x0F, `ArrivalMarks` in 0xF0.
  public var marks: UInt8

  /// A value of `parameter`.
  public init(parameter: String, value: Double?, flag: QualityFlag, marks: UInt8 = 0) {
    self.parameter = parameter
    self.value = value
    self.flag = flag
    self.marks = marks
  }

  /// The value that texts of a file stand for.
  ///
  /// Nothing is guessed: the flag has to be there, and a number exactly when it is not `missing`.
  init(
    _ parameter: String, number: String?, flag name: String?, marks: String
  ) throws(TransferMistake) {
    guard let name else { throw TransferMistake("\(parameter) has no flag") }
    guard let flag = QualityFlag.allCases.first(where: { $0.name == name }) else {
      let expected = QualityFlag.allCases.map(\.name).joined(separator: ", ")
      throw TransferMistake("\(parameter) has the flag '\(name)', expected one of \(expected)")
    }
    guard (number == nil) == (flag == .missing) else {
      throw TransferMistake(
        number == nil
          ? "\(parameter) has the flag \(name) and no number"
          : "\(parameter) is flagged missing and has a number")
    }
    var value: Double?
    if let number { value = try TransferNumber.value(number, of: parameter) }
    self.init(
      parameter: parameter, value: value, flag: flag, marks: try MarkNames.marks(marks))
  }
}

/// Why a line of a file is no row.
public struct TransferMistake: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was found, and what was expected.
  public let description: String

  /// The mistake that `description` tells.
  public init(_ description: String) {
    self.description = description
  }
}

/// Marks by their names, joined by plus signs.
enum MarkNames {
  /// By their bits, the lowest first.
  private static let names = [
    "maintenance", "calibration", "fault", "manual", "late", "backfilled", "too_late_to_count",
    "replayed",
  ]

  /// The names of `marks`; empty for none.
  static func text(_ marks: UInt8) -> String {
    names.indices.filter { marks & 1 << UInt8($0) != 0 }.map { names[$0] }.joined(separator: "+")
  }

  /// The marks that `text` names.
  static func marks(_ text: String) throws(TransferMistake) -> UInt8 {
    guard !text.isEmpty else { return 0 }
    var marks: UInt8 = 0
    for name in text.split(separator: "+", omittingEmptySubsequences: false) {
      guard let bit = names.firstIndex(of: String(name)) else {
        throw TransferMistake(
          "'\(name)' is no mark, expected \(names.joined(separator: ", ")), joined by +")
      }
      marks |= 1 << UInt8(bit)
    }
    return marks
  }
}

/// Numbers that come back bit for bit.
enum TransferNumber {
  /// The shortest decimal text that reads back as the same double.
  static func text(_ value: Double) -> String { value.description }

  /// The double that the decimal number `text` (RFC 8259, section 6) is nearest to.
  static func value(_ text: String, of parameter: String) throws(TransferMistake) -> Double {
    guard isDecimal(text), let value = Double(text), value.isFinite else {
      throw TransferMistake("\(parameter) is '\(text)', expected a decimal number")
    }
    return value
  }

  private static func isDecimal(_ text: String) -> Bool {
    var rest = Substring(text).utf8
    func digits() -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let isZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole == 1 || whole > 1 && !isZero else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if let sign = rest.first, sign == UInt8(ascii: "e") || sign == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
