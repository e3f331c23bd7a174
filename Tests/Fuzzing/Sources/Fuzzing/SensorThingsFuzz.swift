import Decoding
import PoolModel

/// SensorThings: a payload, or a topic behind `things/`, a zero byte and a payload.
struct SensorThingsFuzz: FuzzTarget {
  private static let binding = Meaning.binding(
    "things", filter: "things/#", .sensorThings,
    [
      Meaning.value("42", "ph", unit: "pH"), Meaning.value("43", "temperature", unit: "degF"),
      Meaning.value("44", "temperature", unit: "Cel"), Meaning.value("pool's", "orp", unit: "mV"),
      Meaning.value("a/b", "flow", unit: "m3/h", pool: Meaning.children),
      Meaning.value("no unit", "turbidity"),
    ])
  private let gateway = StatelessGateway(binding)

  func check(_ input: [UInt8]) {
    var delivery = Input.delivery(input, topic: "v1.1/Datastreams(42)/Observations")
    delivery.topic = "things/" + delivery.topic
    let decoded = gateway.decode(delivery)
    demand(decoded.readings.count + decoded.refusals.count == 1, "not one observation")
    guard let reading = decoded.readings.first, let value = reading.values.first else { return }
    demand(reading.values.count == 1, "\(reading.values.count) values of one observation")
    let name = Self.binding.plainName(of: value, in: reading.pool)
    let id = name.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
    let text =
      "{\"result\":\(value.value.map { "\($0)" } ?? "null"),"
      + "\"phenomenonTime\":\"\(reading.time.rfc3339(offsetSeconds: 0))\"}"
    gateway.checkAgain(
      decoded.readings, text, topic: "things/v1.1/Datastreams('\(id)')/Observations")
  }
}
