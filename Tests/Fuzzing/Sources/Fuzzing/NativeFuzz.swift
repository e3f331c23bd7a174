import Foundation
import PoolModel

@testable import Decoding

/// The native dialect: a payload, or a topic, a zero byte and a payload.
struct NativeFuzz: FuzzTarget {
  private let decoder = PayloadDecoder(
    plan: Surroundings.plan, limits: Surroundings.smallLimits)
  private let unlimited = PayloadDecoder(
    plan: Surroundings.plan,
    limits: PayloadDecoder.Limits(payloadByteCount: .max, arrayReadingCount: .max))

  func check(_ input: [UInt8]) {
    let delivery = Input.delivery(input, topic: Surroundings.telemetryTopic)
    let decoded = decode(delivery)
    demand(!(decoded.readings.isEmpty && decoded.refusals.isEmpty) || isStatus(delivery), "nothing")
    if !decoded.readings.isEmpty {
      checkAgainstLibrary(decoded, delivery)
      checkAgain(decoded, delivery)
    }
    if delivery.topic == Surroundings.telemetryTopic {
      _ = decode(Delivery(topic: Surroundings.statusTopic, payload: delivery.payload))
      if let large = LargePayload.grown(from: delivery.payload) { checkLarge(large) }
    }
  }

  private func isStatus(_ delivery: Delivery) -> Bool {
    TopicPattern(delivery.topic).map { $0.pool == nil } ?? false
  }

  private func decode(_ delivery: Delivery) -> DecodedDelivery {
    var decoder = decoder
    let decoded = decoder.decode(delivery, now: Surroundings.now)
    Promises().check(decoded, of: delivery, now: Surroundings.now)
    demand(decoder.decode(delivery, now: Surroundings.now) == decoded, "another result")
    return decoded
  }

  private func checkLarge(_ payload: [UInt8]) {
    var decoder = PayloadDecoder(plan: Surroundings.plan)
    let delivery = Delivery(topic: Surroundings.telemetryTopic, payload: payload)
    let decoded = Patience.spend("a payload") {
      decoder.decode(delivery, now: Surroundings.now)
    }
    Promises(limits: PayloadDecoder.Limits()).check(decoded, of: delivery, now: Surroundings.now)
  }

  // MARK: The same by a library

  /// Every reading has the numbers that Foundation reads, one after another in the order of the payload.
  private func checkAgainstLibrary(_ decoded: DecodedDelivery, _ delivery: Delivery) {
    let json: GeneralJSON
    do {
      json = try JSONDecoder().decode(GeneralJSON.self, from: Data(delivery.payload))
    } catch {
      fatalError("readings of what is no JSON: \(error)")
    }
    var elements: [GeneralJSON] = [json]
    if case .array(let several) = json { elements = several }
    var rest = decoded.readings[...]
    for case .object(let element) in elements {
      let mayLack = decoded.refusals.contains { $0.reason == .badPayload }
      if let reading = rest.first, isSame(reading, element, mayLack: mayLack) { rest.removeFirst() }
    }
    demand(rest.isEmpty, "a reading that the library does not find")
    checkInstants(decoded)
  }

  /// Whether `element` is what `reading` was read from; it `mayLack` values that contradict earlier ones.
  private func isSame(
    _ reading: Reading, _ element: [String: GeneralJSON], mayLack: Bool
  ) -> Bool {
    guard case .object(let values)? = element["values"] else { return false }
    if case .number(let time)? = element["ts"], time != Double(reading.time.milliseconds) {
      return false
    }
    if (element["seq"] == nil) != (reading.sequence == nil) { return false }
    let names = values.keys.filter { Surroundings.plan.parameterNumber($0) != nil }
    guard names.count == reading.values.count || mayLack && names.count > reading.values.count
    else { return false }
    return reading.values.allSatisfy { value in
      switch values[Surroundings.plan[value.parameter].name] {
      case .null?: value.value == nil
      case .number(let number)?: value.value?.bitPattern == number.bitPattern
      case .unrepresentableNumber?: value.value == 0
      default: false
      }
    }
  }

  /// No two readings have different numbers for one instant.
  private func checkInstants(_ decoded: DecodedDelivery) {
    var bits: [Timestamp: [ParameterNumber: UInt64?]] = [:]
    for reading in decoded.readings {
      for value in reading.values {
        let known = bits[reading.time, default: [:]].updateValue(
          value.value?.bitPattern, forKey: value.parameter)
        demand(known == nil || known == value.value?.bitPattern, "two numbers of an instant")
      }
    }
  }

  // MARK: Written and read again

  private func checkAgain(_ decoded: DecodedDelivery, _ delivery: Delivery) {
    var decoder = unlimited
    let text = "[" + decoded.readings.map(written).joined(separator: ",") + "]"
    let again = decoder.decode(
      Delivery(topic: delivery.topic, payload: Array(text.utf8)), now: Surroundings.now)
    demand(again.refusals.isEmpty, "refused when written again: \(again.refusals[0].detail)")
    demand(again.readings == decoded.readings, "other readings when written again: \(text)")
    for (left, right) in zip(again.readings, decoded.readings) {
      for (one, other) in zip(left.values, right.values) {
        demand(one.value?.bitPattern == other.value?.bitPattern, "other bits")
      }
    }
  }

  private func written(_ reading: Reading) -> String {
    let values = reading.values.map { value in
      "\"\(Surroundings.plan[value.parameter].name)\":\(value.value.map { "\($0)" } ?? "null")"
    }
    let words: [(GatewayMarks, String)] = [
      (.maintenance, "maintenance"), (.calibration, "calibration"), (.fault, "fault"),
      (.manual, "manual"),
    ]
    let flags = reading.values.flatMap { value in
      words.filter { $0.0 == value.marks }.map {
        "\"\(Surroundings.plan[value.parameter].name)\":\"\($0.1)\""
      }
    }
    let sequence = reading.sequence.map { "\"seq\":\($0)," } ?? ""
    return "{\"ts\":\(reading.time.milliseconds),\(sequence)\"values\":{"
      + values.joined(separator: ",") + "},\"flags\":{" + flags.joined(separator: ",") + "}}"
  }
}
