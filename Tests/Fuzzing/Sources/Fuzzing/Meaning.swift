import PoolModel

/// What names of gateways stand for.
enum Meaning {
  static let main = PoolNumber(0)
  static let children = PoolNumber(1)

  /// `name` for a parameter, in the gateway's unit; nil where the payload has to name it.
  static func value(
    _ name: String, _ parameter: String, unit: String? = nil, pool: PoolNumber = main
  ) -> ValueBinding {
    guard let number = Surroundings.plan.parameterNumber(parameter) else {
      fatalError("no parameter \(parameter)")
    }
    let target = Surroundings.plan[number].unit
    return ValueBinding(
      name: name, pool: pool, parameter: number,
      conversion: unit.flatMap { UnitConversion(from: $0, to: target) })
  }

  static func binding(
    _ id: String, filter: String, _ dialect: Dialect, _ values: [ValueBinding]
  ) -> GatewayBinding {
    GatewayBinding(id: id, venue: "venue-01", filter: filter, dialect: dialect, values: values)
  }
}

extension GatewayBinding {
  /// A name under which `value` can be written as it is stored; ends the program where there is none.
  func plainName(of value: ReportedValue, in pool: PoolNumber) -> String {
    let binding = values.first {
      $0.parameter == value.parameter && $0.pool == pool
        && (value.value == nil || $0.conversion == UnitConversion.none)
    }
    guard let binding else { fatalError("a value that the gateway has no name for") }
    return binding.name
  }
}
