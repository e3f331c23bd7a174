/// A message as the broker handed it over.
public struct Delivery: Hashable, Sendable {
  /// The topic it was published to.
  public var topic: String
  /// Its bytes.
  public var payload: [UInt8]
  /// Whether the broker replayed it from its retained messages: no sign of life then.
  public var isRetained: Bool
  /// When it came, by our clock, where that is long ago, as for one out of the quarantine; nil for now.
  public var arrival: Timestamp?

  /// `payload` published to `topic`.
  public init(
    topic: String, payload: [UInt8], isRetained: Bool = false, arrival: Timestamp? = nil
  ) {
    self.topic = topic
    self.payload = payload
    self.isRetained = isRetained
    self.arrival = arrival
  }
}

/// What a gateway said about one pool at one instant, before anybody judged it.
public struct Reading: Hashable, Sendable {
  /// The pool it is about.
  public var pool: PoolNumber
  /// The gateway's time of the measurement.
  public var time: Timestamp
  /// The gateway's counter, where it sends one.
  public var sequence: UInt64?
  /// One entry per parameter, each parameter at most once.
  public var values: [ReportedValue]
  /// Whether the gateway says that it tells of the past, from its memory: no sign of life then.
  public var isHistorical: Bool

  /// What the gateway said of `pool` at `time`.
  public init(
    pool: PoolNumber, time: Timestamp, sequence: UInt64?, values: [ReportedValue],
    isHistorical: Bool = false
  ) {
    self.pool = pool
    self.time = time
    self.sequence = sequence
    self.values = values
    self.isHistorical = isHistorical
  }
}

/// One number of a reading.
public struct ReportedValue: Hashable, Sendable {
  /// What was measured.
  public var parameter: ParameterNumber
  /// The number in the parameter's unit; nil where the gateway says that it has none.
  ///
  /// Never NaN or infinite.
  public var value: Double?
  /// What the gateway says about it.
  public var marks: GatewayMarks

  /// `value` of `parameter` as the gateway sent it.
  public init(parameter: ParameterNumber, value: Double?, marks: GatewayMarks = []) {
    self.parameter = parameter
    self.value = value
    self.marks = marks
  }
}

/// What a gateway says about a value it sends.
public struct GatewayMarks: OptionSet, Hashable, Sendable {
  /// The bits as stored: 0x01 … 0x08.
  public let rawValue: UInt8

  /// The marks whose bits are set.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Somebody works on the installation.
  public static let maintenance = GatewayMarks(rawValue: 0x01)
  /// The sensor is being calibrated.
  public static let calibration = GatewayMarks(rawValue: 0x02)
  /// The gateway knows that the sensor is broken.
  public static let fault = GatewayMarks(rawValue: 0x04)
  /// Typed in by a person.
  public static let manual = GatewayMarks(rawValue: 0x08)
}
