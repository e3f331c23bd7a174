import Decoding
import PoolModel

/// What holds for everything that any dialect makes of any delivery.
struct Promises {
  /// What the decoder was made with.
  var limits = Surroundings.smallLimits
  /// The columns that the gateway may write to; nil for all of the plan's.
  var series: Set<Series>?
  /// How many bytes of earlier messages may be told of together with this one.
  var rememberedByteCount = 0

  /// 2000-01-01T00:00:00Z, as the manual for gateways says.
  private static let earliest = Timestamp(milliseconds: 946_684_800_000)
  private static let tolerance = Duration.seconds(300)

  /// Ends the program when `decoded` breaks a promise.
  func check(_ decoded: DecodedDelivery, of delivery: Delivery, now: Timestamp) {
    demand(decoded.readings.count <= limits.arrayReadingCount, "too many readings")
    for reading in decoded.readings { check(reading, now: now) }
    var counts: [RefusalReason: Int] = [:]
    for refusal in decoded.refusals {
      check(refusal, of: delivery)
      counts[refusal.reason, default: 0] += 1
      demand(counts[refusal.reason, default: 0] <= 17, "more than 17 of \(refusal.reason)")
    }
    let byteCount = delivery.payload.count + rememberedByteCount
    demand((0...byteCount).contains(decoded.ignoredKeyCount), "\(decoded.ignoredKeyCount) ignored")
    demand(
      (0...255).contains(decoded.missingMessageCount), "\(decoded.missingMessageCount) missing")
    if let status = decoded.status {
      demand(Surroundings.plan.venue(status.venue) != nil, "a status of nobody")
      demand((status.firmware?.utf8.count ?? 0) <= 200, "a long firmware")
      if let time = status.time { demand(isPossible(time, now: now), "a status at \(time)") }
    }
    // What is not of its dialect, or beyond a limit, gives one refusal and nothing else.
    if delivery.payload.count > limits.payloadByteCount || counts[.badJSON] != nil {
      demand(decoded.refusals.count == 1 && decoded.readings.isEmpty, "not refused whole")
    }
  }

  private func check(_ reading: Reading, now: Timestamp) {
    demand(isPossible(reading.time, now: now), "a reading at \(reading.time)")
    demand(Surroundings.plan.pools.indices.contains(reading.pool.index), "a pool of nobody")
    demand(!reading.values.isEmpty, "a reading without values")
    var parameters: Set<ParameterNumber> = []
    for value in reading.values {
      demand(parameters.insert(value.parameter).inserted, "a parameter twice in a reading")
      demand(
        Surroundings.plan.parameters.indices.contains(value.parameter.index),
        "a parameter of nobody")
      if let number = value.value { demand(number.isFinite, "\(number)") }
      let column = Series(pool: reading.pool, parameter: value.parameter)
      if let series { demand(series.contains(column), "a value of another gateway's column") }
    }
  }

  private func isPossible(_ time: Timestamp, now: Timestamp) -> Bool {
    time >= Self.earliest && time <= now + Self.tolerance
  }

  private func check(_ refusal: Refusal, of delivery: Delivery) {
    let scalars = refusal.detail.unicodeScalars
    demand(!scalars.isEmpty && scalars.count <= 200, "a detail of \(scalars.count) characters")
    demand(!scalars.contains(where: Self.isDangerous), "not one line: \(refusal.detail)")
    // What was cut ends in an ellipsis.
    demand(
      scalars.last == "…"
        || refusal.detail.contains("found ") && refusal.detail.contains(", expected "),
      "neither found nor expected: \(refusal.detail)")
    demand(refusal.payload.count <= Refusal.keptByteCount, "a long payload kept")
    if rememberedByteCount == 0 {
      demand(refusal.topic == delivery.topic, "a refusal of another topic")
      demand(refusal.payloadByteCount == delivery.payload.count, "a refusal of another payload")
      demand(delivery.payload.starts(with: refusal.payload), "a refusal of another payload")
    }
  }

  /// Control characters, separators of lines, and what changes the direction of a line.
  private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
