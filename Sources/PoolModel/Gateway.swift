/// A gateway that speaks another dialect than Poolwatch's own, and what its names stand for.
public struct GatewayBinding: Hashable, Sendable {
  /// What the gateway is called in messages and figures; unique.
  public let id: String
  /// The venue that it belongs to.
  public let venue: String
  /// The MQTT topic filter that its messages come on; no two bindings' filters match one topic.
  public let filter: String
  /// How its payloads are to be read.
  public let dialect: Dialect
  /// What each of its names stands for; names are unique.
  public let values: [ValueBinding]
  /// What the payloads have to call the device that they are from; nil where that is not looked at.
  ///
  /// HJ 212 has it in `MN`, a mapped payload at the layout's path.
  public let device: String?

  /// A binding whose parts have been checked.
  public init(
    id: String, venue: String, filter: String, dialect: Dialect, values: [ValueBinding],
    device: String? = nil
  ) {
    self.id = id
    self.venue = venue
    self.filter = filter
    self.dialect = dialect
    self.values = values
    self.device = device
  }
}

/// What one of a gateway's names stands for.
public struct ValueBinding: Hashable, Sendable {
  /// The name as the dialect has it: a SenML name, a Sparkplug metric (`DEVICE/METRIC` for a
  /// device's), an HJ 212 code, a SensorThings datastream's id, or the path of a mapped value.
  public let name: String
  /// The pool that it is measured in.
  public let pool: PoolNumber
  /// What is measured.
  public let parameter: ParameterNumber
  /// From the gateway's unit to the parameter's; nil where the payload has to name the unit.
  public let conversion: UnitConversion?

  /// A name's meaning.
  public init(
    name: String, pool: PoolNumber, parameter: ParameterNumber, conversion: UnitConversion?
  ) {
    self.name = name
    self.pool = pool
    self.parameter = parameter
    self.conversion = conversion
  }
}

/// How a gateway's payloads are to be read.
public enum Dialect: Hashable, Sendable {
  /// SenML JSON (RFC 8428).
  case senML
  /// Sparkplug B 3.0.
  case sparkplug
  /// HJ 212 frames, as ASCII in the payload.
  case hj212
  /// OGC SensorThings 1.1 observations.
  case sensorThings
  /// JSON of any shape.
  case mapped(MappedLayout)

  /// The name in configuration.
  public var name: String {
    switch self {
    case .senML: "senml"
    case .sparkplug: "sparkplug"
    case .hj212: "hj212"
    case .sensorThings: "sensorthings"
    case .mapped: "mapped"
    }
  }
}

/// Where a mapped gateway's JSON has what is needed.
///
/// Paths are keys and array indices with dots between, such as `payload.0.value`.
public struct MappedLayout: Hashable, Sendable {
  /// The path of an array of readings; nil where the message is one reading, or an array of them.
  public let readings: String?
  /// The path of the time within a reading; nil where the time of arrival has to do.
  public let time: String?
  /// How the time is written.
  public let timeFormat: TimeFormat
  /// The path of the device's name, within the message or, where that is an array of readings, within
  /// each; nil where it names none.
  public let device: String?

  /// How a time is written.
  public enum TimeFormat: Hashable, Sendable {
    /// RFC 3339 with an offset.
    case rfc3339
    /// Seconds since 1970, with or without a fraction.
    case epochSeconds
    /// Milliseconds since 1970.
    case epochMilliseconds
    /// `YYYY-MM-DD hh:mm:ss` or `YYYYMMDDhhmmss` of a place so many seconds ahead of UTC.
    case local(secondsFromUTC: Int)
  }

  /// A layout whose paths have been checked.
  public init(
    readings: String?, time: String?, timeFormat: TimeFormat, device: String? = nil
  ) {
    self.readings = readings
    self.time = time
    self.timeFormat = timeFormat
    self.device = device
  }
}

/// A message for the broker that a decoder or the daemon wants published.
public struct OutgoingMessage: Hashable, Sendable {
  /// Where to.
  public var topic: String
  /// Its bytes.
  public var payload: [UInt8]
  /// 0 or 1.
  public var qualityOfService: Int
  /// Whether the broker is to keep it.
  public var isRetained: Bool

  /// `payload` for `topic`.
  public init(
    topic: String, payload: [UInt8], qualityOfService: Int = 1, isRetained: Bool = false
  ) {
    self.topic = topic
    self.payload = payload
    self.qualityOfService = qualityOfService
    self.isRetained = isRetained
  }
}
