import Decoding
import PoolModel

/// SenML: a payload.
struct SenMLFuzz: FuzzTarget {
  private static let topic = "plant/1"
  private static let binding = Meaning.binding(
    "plant", filter: topic, .senML,
    [
      Meaning.value("ph", "ph", unit: "pH"), Meaning.value("t", "temperature", unit: "Cel"),
      Meaning.value("cl", "free_chlorine", unit: "mg/L"), Meaning.value("orp", "orp", unit: "mV"),
      Meaning.value("kids/cl", "free_chlorine", unit: "mg/L", pool: Meaning.children),
      Meaning.value("flow", "flow", unit: "m3/h"), Meaning.value("ec", "conductivity"),
      Meaning.value("ec0", "conductivity", unit: "uS/cm"),
      Meaning.value("urn:dev:ow:10e2073a01080063", "temperature"),
    ])
  private let gateway = StatelessGateway(binding)

  func check(_ input: [UInt8]) {
    let decoded = gateway.decode(Delivery(topic: Self.topic, payload: input))
    demand(
      !decoded.readings.isEmpty || !decoded.refusals.isEmpty || decoded.ignoredKeyCount > 0,
      "nothing")
    guard !decoded.readings.isEmpty else { return }
    let records = decoded.readings.flatMap { reading in
      reading.values.map { Self.record(of: $0, in: reading) }
    }
    gateway.checkAgain(
      decoded.readings, "[" + records.joined(separator: ",") + "]", topic: Self.topic)
  }

  /// The resolved record (RFC 8428, section 4.6): no base fields, an absolute time.
  private static func record(of value: ReportedValue, in reading: Reading) -> String {
    let name = binding.plainName(of: value, in: reading.pool)
    demand(value.marks == [], "marks, which SenML has not")
    guard let number = value.value else { fatalError("no number, which SenML has not") }
    let seconds = Double(reading.time.milliseconds) / 1000
    return "{\"n\":\"\(name)\",\"u\":\"\(Surroundings.plan[value.parameter].unit)\","
      + "\"v\":\(number),\"t\":\(seconds)}"
  }
}
