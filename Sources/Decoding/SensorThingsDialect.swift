import PoolModel

/// Observations of the OGC SensorThings API 1.1 (OGC 18-088), one a message.
///
/// ```
/// v1.1/Datastreams(42)/Observations   {"result":7.31,"phenomenonTime":"2026-01-01T08:00:00+08:00"}
/// ```
/// - The name is the datastream's id in the topic, without the quotes of an id that is a string; what
///   stands before `Datastreams` is the service's business.
/// - `result` is a number, or null where the sensor has none.
/// - The time is `phenomenonTime`, else `resultTime`, else the time of arrival: a client without a
///   clock may leave both out, and the service then takes its own time. A message without
///   time that is delivered twice gives two readings.
/// - An observation that names its datastream, as `{"Datastream":{"@iot.id":42}}`, has to mean the topic's.
/// - Other keys, `resultQuality` among them, are passed over and counted.
struct SensorThingsDialect: GatewayDialect {
  private let names: GatewayNames

  init(_ names: GatewayNames) {
    self.names = names
  }

  private static let timeExpectation =
    TimeWindow.rfc3339Expectation + ", or two of them with '/' between"

  func decode(_ delivery: Delivery, now: Timestamp) -> DecodedDelivery {
    let datastream: String
    let binding: ValueBinding
    do {
      datastream = try Self.datastream(delivery.topic)
      binding = try names.binding(datastream, place: "topic")
    } catch {
      return delivery.refused(error)
    }
    return delivery.decodedJSON { (json) throws(PlacedMistake) in
      guard case .object(let observation) = json else {
        throw .wrongKind(json, "", expected: "an object")
      }
      try Self.identify(observation, as: datastream)
      var table = ReadingTable()
      table.ignoredKeyCount = observation.keys.count { !Self.keys.contains($0) }
      guard let result = observation["result"] else {
        throw .badPayload("", found: "no 'result'", expected: "a number or null")
      }
      let value = try binding.value(result, place: "result")
      let time = try Self.time(
        observation, window: TimeWindow(of: delivery, now: now))
      try table.add(value, of: binding, at: time, place: "result")
      return table.decoded(delivery)
    }
  }

  private static let keys: Set<String> = [
    "result", "phenomenonTime", "resultTime", "Datastream",
  ]

  // MARK: Topic

  /// The id in a topic `…/Datastreams(ID)/Observations`.
  private static func datastream(_ topic: String) throws(PlacedMistake) -> String {
    let opening = Array("Datastreams(".utf8)
    let closing = Array(")/Observations".utf8)
    let bytes = Array(topic.utf8)
    let starts = bytes.indices.filter { start in
      (start == 0 || bytes[start - 1] == UInt8(ascii: "/"))
        && bytes[start...].starts(with: opening)
    }
    guard let start = starts.first.map({ $0 + opening.count }),
      bytes[start...].suffix(closing.count).elementsEqual(closing),
      let id = identifier(bytes[start..<(bytes.count - closing.count)])
    else {
      throw PlacedMistake(
        reason: .unknownTopic, place: "topic", found: OneLine.quoted(topic, limit: 60),
        expected: "…/Datastreams(ID)/Observations")
    }
    return id
  }

  /// The id without the quotes of a string, in which a quote is written twice (OData); nil when it is
  /// empty or not properly quoted.
  private static func identifier(_ bytes: ArraySlice<UInt8>) -> String? {
    let quote = UInt8(ascii: "'")
    guard bytes.first == quote else {
      let isPlain = !bytes.contains { $0 == quote || "()/".utf8.contains($0) }
      return isPlain && !bytes.isEmpty ? String(decoding: bytes, as: UTF8.self) : nil
    }
    guard bytes.count > 2, bytes.last == quote else { return nil }
    var id: [UInt8] = []
    var rest = bytes.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      if byte == quote { guard rest.popFirst() == quote else { return nil } }
      id.append(byte)
    }
    return String(decoding: id, as: UTF8.self)
  }

  /// Makes sure that an observation that names a datastream means that of the topic.
  ///
  /// - Throws: `wrong_gateway` where it names another one.
  private static func identify(
    _ observation: [String: GeneralJSON], as datastream: String
  ) throws(PlacedMistake) {
    guard case .object(let named)? = observation["Datastream"], let id = named["@iot.id"] else {
      return
    }
    let found: String
    switch id {
    case .string(let text):
      // By bytes: text of any length compares quickly so, whatever characters it has.
      if text.utf8.elementsEqual(datastream.utf8) { return }
      found = OneLine.quoted(text, limit: 60)
    case .number(let number):
      if Double(datastream) == number { return }
      found = Int64(exactly: number).map { "\($0)" } ?? "\(number)"
    default: throw .wrongKind(id, "Datastream.@iot.id", expected: "the id of a datastream")
    }
    throw PlacedMistake(
      reason: .wrongGateway, place: "Datastream.@iot.id", found: found,
      expected: "\(OneLine.quoted(datastream, limit: 60)), as in the topic")
  }

  // MARK: Time

  private static func time(
    _ observation: [String: GeneralJSON], window: TimeWindow
  ) throws(PlacedMistake) -> Timestamp {
    for key in ["phenomenonTime", "resultTime"] {
      switch observation[key] {
      case nil, .null: continue
      case .string(let text): return try instant(text, place: key, window: window)
      case .some(let json): throw .wrongKind(json, key, expected: timeExpectation)
      }
    }
    return try window.arrival(place: "phenomenonTime")
  }

  /// The instant that `text` names, or the end of the period that it names.
  ///
  /// The standard lets an observation be of a period (a mean over a minute) and leaves open which of
  /// its instants stands for it. The end does here: a result exists when its period is over, which is
  /// the `resultTime` that the standard puts beside it (ISO 19156), and a value dated at the beginning
  /// would be older than most of the water that it tells of.
  private static func instant(
    _ text: String, place: String, window: TimeWindow
  ) throws(PlacedMistake) -> Timestamp {
    let ends = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard ends.count == 2 else {
      return try window.instant(rfc3339: text, place: place, expected: timeExpectation)
    }
    guard let start = Timestamp(rfc3339: Array(ends[0])),
      let end = Timestamp(rfc3339: Array(ends[1]))
    else {
      throw window.absurd(
        OneLine.quoted(text, limit: 60), place: place, expected: timeExpectation)
    }
    guard start <= end else {
      throw PlacedMistake(
        reason: .absurdTime, place: place, found: OneLine.quoted(text, limit: 60),
        expected: "a period that ends after it begins")
    }
    return try window.instant(
      milliseconds: Double(end.milliseconds), place: place, expected: timeExpectation)
  }
}
