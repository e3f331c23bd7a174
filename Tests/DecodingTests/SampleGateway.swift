import PoolModel

@testable import Decoding

/// What the dialects of gateways are tested with: names for pools and parameters, and short words for
/// what comes out.
enum SampleGateway {
  /// 2026-01-01T00:00:00Z.
  static let now = SamplePlan.now
  static let main = PoolNumber(0)
  static let kids = PoolNumber(1)

  /// A name for a standard parameter, with the gateway's unit; nil where the payload has to name it.
  static func value(
    _ name: String, _ parameter: String, unit: String? = nil, pool: PoolNumber = main
  ) -> ValueBinding {
    let number = Parameter.standard.firstIndex { $0.name == parameter } ?? -1
    return ValueBinding(
      name: name, pool: pool, parameter: ParameterNumber(number),
      conversion: unit.flatMap {
        UnitConversion(from: $0, to: Parameter.standard[number].unit)
      })
  }

  static func names(_ dialect: Dialect, _ values: [ValueBinding]) -> GatewayNames {
    GatewayNames(
      GatewayBinding(
        id: "plant", venue: "venue-01", filter: "x/#", dialect: dialect, values: values)
    )
  }

  static func decode(
    _ payload: String, by dialect: some GatewayDialect, topic: String = "x/1",
    now: Timestamp = now
  ) -> DecodedDelivery {
    var dialect = dialect
    return dialect.decode(Delivery(topic: topic, payload: Array(payload.utf8)), now: now)
  }

  /// One line a reading: `pool @ milliseconds: parameter=value …`.
  static func lines(_ decoded: DecodedDelivery) -> [String] {
    decoded.readings.map { reading in
      let values = reading.values.map { value in
        "\(Parameter.standard[value.parameter.index].name)=\(value.value.map { "\($0)" } ?? "-")"
      }
      return "\(reading.pool.index) @ \(reading.time.milliseconds): "
        + values.joined(separator: " ")
    }
  }

  /// A name of RFC 8428's examples.
  static let device = "urn:dev:ow:10e2073a01080063"

  static let senML = SenMLDialect(
    names(
      .senML,
      [
        value("ph", "ph"), value("t", "temperature", unit: "Cel"),
        value("cl", "free_chlorine"),
        value("kids/cl", "free_chlorine", unit: "mg/L", pool: kids),
        value("orp", "orp"), value("flow", "flow"),
        value("level", "water_level"), value("ec", "conductivity"),
        value(device, "temperature"),
        value("urn:dev:ow:10e2073a0108006:voltage", "orp"),
        value("urn:dev:ow:10e2073a0108006:current", "turbidity", unit: "NTU"),
      ]),
    parameters: Parameter.standard)
}
