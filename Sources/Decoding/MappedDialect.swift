import PoolModel

/// JSON of any shape, read by paths of the configuration: for gateways that cannot be changed.
///
/// ```
/// {"data":[{"ts":1767225600000,"water":{"ph":7.31,"cl":[0.52,1.9]}}]}
/// ```
/// with `readings: data`, `time: ts`, and the values `water.ph` and `water.cl.0`.
/// - A path that does not lead to a value means that the reading lacks it; null, that the gateway has
///   none. A reading in which no mapped path leads anywhere is refused: the map would be wrong.
/// - A text is never read as a number. It refuses its value alone.
/// - Where the layout has a path for the time, a reading without it is refused. Where it has none, all
///   readings of a message are of the time of arrival, and a message delivered twice gives two.
/// - Where the gateway's declaration names its device, what names another or none is refused.
/// - Everything that no path leads to is the gateway's business and not counted.
struct MappedDialect: GatewayDialect {
  private let values: [(path: JSONPath, binding: ValueBinding)]
  private let readingsPath: JSONPath?
  private let time: MappedTime
  private let device: MappedDevice?

  /// The dialect of one gateway whose JSON is laid out as `layout` says.
  init(_ names: GatewayNames, layout: MappedLayout) {
    values = names.binding.values.map { (JSONPath($0.name), $0) }
    readingsPath = layout.readings.map(JSONPath.init)
    time = MappedTime(path: layout.time.map(JSONPath.init), format: layout.timeFormat)
    device = MappedDevice(names.binding, layout: layout)
  }

  func decode(_ delivery: Delivery, now: Timestamp) -> DecodedDelivery {
    delivery.decodedJSON { (json) throws(PlacedMistake) in
      try table(json, window: TimeWindow(of: delivery, now: now)).decoded(
        delivery)
    }
  }

  private func table(
    _ json: GeneralJSON, window: TimeWindow
  ) throws(PlacedMistake) -> ReadingTable {
    var table = ReadingTable()
    let isArray = if case .array = json { readingsPath == nil } else { false }
    if !isArray { try device?.identify(json, place: "") }
    for (place, reading) in try readings(of: json) {
      do {
        if isArray { try device?.identify(reading, place: place) }
        try add(reading, place: place, window: window, to: &table)
      } catch {
        table.refuse(error)
      }
    }
    return table
  }

  /// The readings with their places; at least one.
  private func readings(
    of message: GeneralJSON
  ) throws(PlacedMistake) -> [(place: String, reading: GeneralJSON)] {
    let prefix = readingsPath?.description ?? ""
    guard let container = readingsPath.map({ $0.value(in: message) }) ?? message else {
      throw .badPayload(prefix, found: "nothing", expected: "an array of readings")
    }
    switch container {
    case .array(let elements):
      guard !elements.isEmpty else {
        throw .badPayload(prefix, found: "an empty array", expected: "at least one reading")
      }
      return elements.enumerated().map { ("\(prefix)[\($0)]", $1) }
    case .object where readingsPath == nil: return [("", message)]
    default:
      throw .wrongKind(
        container, prefix,
        expected: readingsPath == nil
          ? "an object or an array of readings" : "an array of readings")
    }
  }

  /// Adds the values of one reading, and refuses those that are none.
  ///
  /// - Throws: The mistake for which the reading is refused.
  private func add(
    _ reading: GeneralJSON, place: String, window: TimeWindow, to table: inout ReadingTable
  ) throws(PlacedMistake) {
    let present = values.compactMap { path, binding in
      path.value(in: reading).map { (path: path, binding: binding, json: $0) }
    }
    guard !present.isEmpty else {
      throw .badPayload(
        place, found: "none of the mapped values",
        expected: "at least one of " + values.map(\.path.description).joined(separator: ", "))
    }
    let time = try time.instant(in: reading, place: place, window: window)
    for (path, binding, json) in present {
      let place = path.place(in: place)
      do {
        let value = try binding.value(json, place: place)
        try table.add(value, of: binding, at: time, place: place)
      } catch {
        table.refuse(error)
      }
    }
  }
}

extension JSONPath {
  /// This path's place below `place`, for people.
  func place(in place: String) -> String {
    place.isEmpty ? description : "\(place).\(description)"
  }
}
