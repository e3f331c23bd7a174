import PoolModel

/// What one Sparkplug message comes to, while it is being read.
struct SparkplugOutcome {
  /// The times that a metric may have.
  let window: TimeWindow
  /// Messages that `seq` says are missing before this one.
  var missingMessageCount = 0
  /// Whether the edge node has to tell its metrics again.
  var needsRebirth = false

  private var table = ReadingTable()
  private var status: GatewayStatus?
  private var whole: PlacedMistake?
  /// Times already refused, so that a reading with a wrong clock is refused once and not per value.
  private var refusedTimes: Set<UInt64> = []

  init(window: TimeWindow) {
    self.window = window
  }

  /// Refuses all of the message.
  mutating func refuseAll(_ mistake: PlacedMistake) {
    whole = mistake
  }

  /// Refuses one metric; one that nobody knows asks for a rebirth.
  mutating func refuse(_ mistake: PlacedMistake) {
    if mistake.reason == .unknownName { needsRebirth = true }
    table.refuse(mistake)
  }

  /// The gateway is online or not, at the time of `payload`.
  ///
  /// A time that cannot be is refused alone: a gateway with a wrong clock is online nevertheless.
  mutating func tell(isOnline: Bool, venue: String, payload: SparkplugPayload) {
    var status = GatewayStatus(venue: venue, isOnline: isOnline)
    if let milliseconds = payload.time {
      do throws(PlacedMistake) {
        status.time = try instant(milliseconds, place: "timestamp")
      } catch {
        refuseTime(milliseconds, for: error)
      }
    }
    self.status = status
  }

  /// Adds the value of `metric`, which has been declared; passes it over where the map lacks it.
  mutating func add(
    _ metric: SparkplugPayload.Metric, as declaration: SparkplugBirth.Metric,
    payload: SparkplugPayload
  ) {
    guard let binding = declaration.binding else {
      table.ignoredKeyCount += 1
      return
    }
    let place = declaration.place
    do throws(PlacedMistake) {
      if let rival = declaration.rival {
        throw .badPayload(
          place, found: "the name at a second sender",
          expected: "it from \(OneLine.quoted(rival, limit: 60)) alone")
      }
      guard let milliseconds = metric.hasTimestamp ? metric.timestamp : payload.time else {
        throw .badPayload(
          place, found: "no timestamp", expected: "one in the metric or in the payload")
      }
      let value = try number(metric, as: declaration, of: binding, place: place)
      let time: Timestamp
      do throws(PlacedMistake) {
        time = try instant(milliseconds, place: place)
      } catch {
        refuseTime(milliseconds, for: error)
        return
      }
      try table.add(
        value, of: binding, at: time, place: place, isHistorical: metric.isHistorical)
    } catch {
      refuse(error)
    }
  }

  private func number(
    _ metric: SparkplugPayload.Metric, as declaration: SparkplugBirth.Metric,
    of binding: ValueBinding, place: String
  ) throws(PlacedMistake) -> Double? {
    guard let conversion = binding.conversion else {
      throw PlacedMistake(
        reason: .badUnit, place: place, found: "no unit",
        expected: "a unit in the gateway's configuration")
    }
    guard let number = try metric.number(declared: declaration.dataType, place: place) else {
      return nil
    }
    return try conversion.finite(number, place: place)
  }

  private func instant(
    _ milliseconds: UInt64, place: String
  ) throws(PlacedMistake) -> Timestamp {
    try window.instant(
      milliseconds: Double(milliseconds), place: place, expected: "milliseconds since 1970")
  }

  private mutating func refuseTime(_ milliseconds: UInt64, for mistake: PlacedMistake) {
    if refusedTimes.insert(milliseconds).inserted { table.refuse(mistake) }
  }

  /// What `delivery` turned out to hold, commands apart.
  func decoded(_ delivery: Delivery) -> DecodedDelivery {
    var decoded = whole.map { delivery.refused($0) } ?? table.decoded(delivery)
    decoded.status = status
    decoded.missingMessageCount = missingMessageCount
    return decoded
  }
}
