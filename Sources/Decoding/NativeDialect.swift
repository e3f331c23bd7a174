import PoolModel

/// The Poolwatch v1 dialect: what its keys are called, and what becomes of a message in it.
///
/// ```
/// {"ts":1767225600000,"seq":17,"values":{"ph":7.31,"orp":null},"flags":{"ph":"calibration"}}
/// ```
/// or an array of such objects, which must not be empty.
/// - `ts` (required): milliseconds since 1970 in UTC, or an RFC 3339 time with an offset.
/// - `seq` (optional): the gateway's counter, a whole number 0 … 2⁶⁴ − 1.
/// - `values` (required, not empty): a number per parameter in its unit; null where the gateway has
///   none. A parameter that the plan does not know refuses that value alone.
/// - `flags` (optional): for a parameter of `values` one of `maintenance`, `calibration`, `fault`
///   and `manual`.
/// - Of two different values of one parameter and `ts` the later one is refused, alone; the same again is
///   a duplicate like one of a later message.
/// - Other keys are passed over and counted. No key may be repeated. A text under `district`, `venue` or
///   `pool` has to be that of the topic.
///
/// A class, so that a parser takes one reference along and not all tables.
final class NativeDialect: Sendable {
  /// The parameters by their number.
  let parameters: [Parameter]
  let parameterKeys: KeyTable
  let readingKeys = KeyTable(ReadingKey.allCases.map(\.rawValue))
  let statusKeys = KeyTable(StatusKey.allCases.map(\.rawValue))
  let flagKeys = KeyTable(NativeDialect.marks.map(\.name))

  /// The dialect with `parameters` as the names that `values` may hold.
  init(parameters: [Parameter]) {
    self.parameters = parameters
    parameterKeys = KeyTable(parameters.map(\.name))
  }

  /// What the words in `flags` mean.
  static let marks: [(name: String, mark: GatewayMarks)] = [
    ("maintenance", .maintenance), ("calibration", .calibration), ("fault", .fault),
    ("manual", .manual),
  ]

  /// The keys of a reading, in the order of their bits in `ReadingFields.seen`.
  enum ReadingKey: String, CaseIterable {
    case time = "ts"
    case sequence = "seq"
    case values
    case flags

    /// The `number`-th of them; `allCases` would make an array of them for every key of a message.
    @inline(__always)
    init(number: Int) {
      switch number {
      case 0: self = .time
      case 1: self = .sequence
      case 2: self = .values
      default: self = .flags
      }
    }
  }

  /// The keys of a status message.
  enum StatusKey: String, CaseIterable {
    case online
    case time = "ts"
    case firmware

    /// Its name, as a place is called.
    var field: StaticString {
      switch self {
      case .online: "online"
      case .time: "ts"
      case .firmware: "firmware"
      }
    }
  }

  /// Adds the readings of `pool` in `delivery` to `decoded`.
  func telemetry(
    _ delivery: Delivery, of pool: PoolNumber, now: Timestamp, into decoded: inout DecodedDelivery
  ) {
    let bytes = delivery.payload.span
    var parser = TelemetryParser(
      dialect: self, pool: pool, topic: delivery.topic, now: now, reusing: &decoded.readings)
    do {
      try parser.parse(bytes)
      parser.moveResult(of: delivery, into: &decoded)
    } catch {
      decoded.refusals = [refusal(of: delivery, for: error)]
    }
  }

  /// Adds what the gateway of `venue` says about itself in `delivery` to `decoded`.
  func status(
    _ delivery: Delivery, of venue: String, now: Timestamp, into decoded: inout DecodedDelivery
  ) {
    let bytes = delivery.payload.span
    var parser = StatusParser(dialect: self, topic: delivery.topic, now: now)
    do {
      decoded.status = try parser.parse(bytes, venue: venue)
      decoded.refusals = parser.refusals.refusals(of: delivery)
      decoded.ignoredKeyCount = parser.ignoredKeyCount
    } catch {
      decoded.refusals = [refusal(of: delivery, for: error)]
    }
  }

  /// The whole message refused for `mistake`, or as `bad_json` if it is not even JSON further on.
  private func refusal(of delivery: Delivery, for mistake: Mistake) -> Refusal {
    let bytes = delivery.payload.span
    var mistake = mistake
    if mistake.reason != .badJSON {
      do {
        try JSONScanner.validate(bytes)
      } catch {
        mistake = error
      }
    }
    return delivery.refusal(mistake.reason, mistake.detail(in: bytes))
  }
}
