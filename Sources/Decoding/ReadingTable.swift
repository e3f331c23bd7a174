import PoolModel

/// What one gateway message gives: its values as readings by pool and time, and what was refused.
///
/// Bounded by the message, which has its own limit.
struct ReadingTable {
  /// The readings, in the order of their first values.
  private(set) var readings: [Reading] = []
  /// The readings and values that were refused alone.
  private(set) var refusals = PartialRefusals()
  /// The keys and records that were passed over.
  var ignoredKeyCount = 0

  private var rows: [Row: Int] = [:]

  private struct Row: Hashable {
    let pool: PoolNumber
    let time: Timestamp
    let isHistorical: Bool
  }

  /// Refuses a reading or a value.
  mutating func refuse(_ mistake: PlacedMistake) {
    refusals.add(mistake.reason, mistake.detail)
  }

  /// Adds a value; the same value of the same instant again is no news and passed over.
  ///
  /// - Parameters:
  ///   - value: The number in the parameter's unit; nil where the gateway has none.
  ///   - binding: What it is a value of.
  ///   - time: When it was measured.
  ///   - place: Where it stands in the message.
  ///   - isHistorical: Whether the gateway says that it tells of the past.
  /// - Throws: `bad_payload` when the message has given another value for the same instant.
  mutating func add(
    _ value: Double?, of binding: ValueBinding, at time: Timestamp, place: String,
    isHistorical: Bool = false
  ) throws(PlacedMistake) {
    let row = Row(pool: binding.pool, time: time, isHistorical: isHistorical)
    let reported = ReportedValue(parameter: binding.parameter, value: value)
    guard let index = rows[row] else {
      rows[row] = readings.count
      readings.append(
        Reading(
          pool: binding.pool, time: time, sequence: nil, values: [reported],
          isHistorical: isHistorical))
      return
    }
    guard
      let earlier = readings[index].values.first(where: { $0.parameter == binding.parameter })
    else {
      readings[index].values.append(reported)
      return
    }
    guard earlier.value == value else {
      let words = InstantLedger.words(reported, at: time, earlier: earlier)
      throw .badPayload(place, found: words.found, expected: words.expected)
    }
  }

  /// What `delivery` turned out to hold.
  func decoded(_ delivery: Delivery) -> DecodedDelivery {
    DecodedDelivery(
      readings: readings, refusals: refusals.refusals(of: delivery),
      ignoredKeyCount: ignoredKeyCount)
  }
}
