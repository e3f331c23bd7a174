import Decoding
import PoolModel

/// JSON by paths: a byte that chooses the layout, then a payload.
struct MappedFuzz: FuzzTarget {
  private static let topic = "any/1"
  private static let values = [
    Meaning.value("ph", "ph", unit: "pH"),
    Meaning.value("water.cl.0", "free_chlorine", unit: "mg/L"),
    Meaning.value("water.cl.1", "free_chlorine", unit: "mg/L", pool: Meaning.children),
    Meaning.value("water.t", "temperature", unit: "degF"), Meaning.value("0", "orp", unit: "V"),
    Meaning.value("1.value", "turbidity"),
  ]
  private static let layouts = [
    MappedLayout(readings: nil, time: "ts", timeFormat: .epochMilliseconds),
    MappedLayout(readings: "data", time: "ts", timeFormat: .rfc3339),
    MappedLayout(readings: "data.0", time: "meta.time", timeFormat: .local(secondsFromUTC: 28_800)),
    MappedLayout(readings: nil, time: "ts", timeFormat: .epochSeconds),
    MappedLayout(readings: nil, time: nil, timeFormat: .rfc3339),
  ]
  private let gateways = layouts.map {
    StatelessGateway(Meaning.binding("any", filter: topic, .mapped($0), values))
  }
  /// A gateway that writes each value of each pool under a key of its own, as it is stored.
  private let plain = StatelessGateway(
    Meaning.binding(
      "plain", filter: topic,
      .mapped(MappedLayout(readings: nil, time: "ts", timeFormat: .epochMilliseconds)),
      Surroundings.plan.poolNumbersInOrder.flatMap { pool in
        Surroundings.plan.parameters.map {
          Meaning.value("\(pool.index) \($0.name)", $0.name, unit: $0.unit, pool: pool)
        }
      }))

  func check(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let gateway = gateways[Int(first) % gateways.count]
    let decoded = gateway.decode(Delivery(topic: Self.topic, payload: Array(input.dropFirst())))
    demand(!(decoded.readings.isEmpty && decoded.refusals.isEmpty), "nothing")
    guard !decoded.readings.isEmpty else { return }
    // In one object per value, so that the order of values stays.
    let objects = decoded.readings.flatMap { reading in
      reading.values.map { value in
        "{\"ts\":\(reading.time.milliseconds),"
          + "\"\(reading.pool.index) \(Surroundings.plan[value.parameter].name)\":"
          + (value.value.map { "\($0)" } ?? "null") + "}"
      }
    }
    plain.checkAgain(
      decoded.readings, "[" + objects.joined(separator: ",") + "]", topic: Self.topic)
  }
}
