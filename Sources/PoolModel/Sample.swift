/// How far a value can be trusted: the primary flags of QARTOD (IOOS), with their numbers.
public enum QualityFlag: UInt8, CaseIterable, Hashable, Sendable {
  /// Passed every test.
  case good = 1
  /// Not evaluated.
  case unknown = 2
  /// Doubtful; still counts as water.
  case suspect = 3
  /// Not a measurement of the water.
  case fail = 4
  /// The gateway said that it has no value.
  case missing = 9

  /// The name in answers: `good`, `unknown`, `suspect`, `fail`, `missing`.
  public var name: String { "\(self)" }
  /// Whether it may raise and clear water alarms and counts as valid in coverage.
  public var isUsable: Bool { self == .good || self == .suspect }

  /// The flag that stands for all of `flags`: the highest in QARTOD's order, `missing` < `unknown` <
  /// `good` < `suspect` < `fail`; `unknown` when no test was made.
  ///
  /// Source: ioos_qc `qartod_compare`; U.S. IOOS, Manual for Real-Time Quality Control, flags.
  public static func aggregate(_ flags: QualityFlag...) -> QualityFlag {
    flags.dropFirst().reduce(flags.first ?? .unknown) { $0.joined(with: $1) }
  }

  /// The flag that stands for this one and `other`, as `aggregate` says.
  public func joined(with other: QualityFlag) -> QualityFlag {
    other.priority > priority ? other : self
  }

  /// The place in QARTOD's order.
  private var priority: Int {
    switch self {
    case .missing: 0
    case .unknown: 1
    case .good: 2
    case .suspect: 3
    case .fail: 4
    }
  }
}

/// How a value came, decided once when it was stored.
public struct ArrivalMarks: OptionSet, Hashable, Sendable {
  /// The bits as stored: 0x10 … 0x80, so that they share a byte with `GatewayMarks`.
  public let rawValue: UInt8

  /// The marks whose bits are set.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Older than the newest value of its series when it came, or called historical by its gateway.
  public static let late = ArrivalMarks(rawValue: 0x10)
  /// Older than two intervals when it came.
  public static let backfilled = ArrivalMarks(rawValue: 0x20)
  /// Older than 72 h when it came: not counted as received.
  public static let tooLateToCount = ArrivalMarks(rawValue: 0x40)
  /// Replayed by the broker from its retained messages, or out of the quarantine: no sign of life, and
  /// not judged.
  public static let replayed = ArrivalMarks(rawValue: 0x80)
}

/// One value after quality control.
public struct Sample: Hashable, Sendable {
  /// What was measured.
  public var parameter: ParameterNumber
  /// The number in the parameter's unit; NaN exactly when `flag` is `missing`.
  public var value: Double
  /// How far it can be trusted.
  public var flag: QualityFlag
  /// What the gateway said about it.
  public var gatewayMarks: GatewayMarks
  /// How it came.
  public var arrivalMarks: ArrivalMarks

  /// A checked value.
  public init(
    parameter: ParameterNumber, value: Double, flag: QualityFlag,
    gatewayMarks: GatewayMarks = [], arrivalMarks: ArrivalMarks = []
  ) {
    self.parameter = parameter
    self.value = value
    self.flag = flag
    self.gatewayMarks = gatewayMarks
    self.arrivalMarks = arrivalMarks
  }
}

/// The samples of one pool at one instant: a row of the pool's table, or a part of one.
public struct SampleRow: Hashable, Sendable {
  /// The pool.
  public var pool: PoolNumber
  /// The gateway's time of the measurement.
  public var time: Timestamp
  /// One entry per parameter, each parameter at most once.
  public var samples: [Sample]

  /// The samples of `pool` at `time`.
  public init(pool: PoolNumber, time: Timestamp, samples: [Sample]) {
    self.pool = pool
    self.time = time
    self.samples = samples
  }
}

/// A position in the store's journal: the number of bytes written to it since it was created.
///
/// What judgement keeps as its cursor.
public struct JournalPosition: Hashable, Comparable, Sendable {
  /// Bytes since the journal was created.
  public var byteOffset: UInt64

  /// `byteOffset` bytes after the journal's creation.
  public init(byteOffset: UInt64) {
    self.byteOffset = byteOffset
  }

  /// Before the first record.
  public static let start = JournalPosition(byteOffset: 0)

  /// Whether `left` was written earlier.
  public static func < (left: JournalPosition, right: JournalPosition) -> Bool {
    left.byteOffset < right.byteOffset
  }
}
