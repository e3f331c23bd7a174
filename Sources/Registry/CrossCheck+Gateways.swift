import PoolModel

extension CrossCheck {
  func check(_ gateway: GatewayDraft, against plan: PlanOutline) {
    if let id = gateway.id, plan.venues.contains(id.value) {
      report.add(
        id.place,
        "the gateway id '\(id.value)' is the id of a venue, which stands for its gateway of"
          + " Poolwatch's own dialect, expected another id")
    }
    var pools: Set<String>?
    if let venue = gateway.venue {
      if plan.venues.contains(venue.value) {
        pools = plan.pools[venue.value] ?? []
      } else if !plan.lacksIDs {
        report.add(venue.place, unknown("venue", venue.value, among: plan.venues))
      }
    }
    // The gateway's own pool and those of single values; the report keeps each mistake once.
    for pool in [gateway.pool].compactMap({ $0 }) + gateway.values.compactMap(\.pool) {
      guard let venue = gateway.venue, let pools, !pools.contains(pool.value), !plan.lacksIDs
      else { continue }
      report.add(
        pool.place,
        unknown("pool", pool.value, among: pools, of: "the venue '\(venue.value)'"))
    }
    for value in gateway.values { check(value, of: gateway, against: plan) }
  }

  private func check(_ value: ValueDraft, of gateway: GatewayDraft, against plan: PlanOutline) {
    guard let name = value.parameter else { return }
    guard let number = plan.parameterNumbers[name.value] else {
      report.add(name.place, unknownParameter(name.value, among: plan.parameters.map(\.name)))
      return
    }
    let parameter = plan.parameters[number.index]
    let accepted = "one of \(UnitConversion.units(to: parameter.unit).joined(separator: ", "))"
    if let unit = value.unit {
      guard UnitConversion(from: unit.value, to: parameter.unit) == nil else { return }
      report.add(
        unit.place,
        "'unit' is \(quoted(unit.value)), which cannot be converted to that of \(parameter.name),"
          + " expected \(accepted)")
    } else if !value.hasUnit, !parameter.unit.isEmpty, let dialect = gateway.dialect,
      dialect != .senML
    {
      report.add(
        value.place,
        "'unit' is missing, expected the gateway's unit of \(parameter.name), \(accepted), as the"
          + " payloads of \(dialect.name) name none")
    }
  }

  /// The gateways with the numbers of `plan`; for use only when nothing was reported.
  func checkedGateways(_ plan: Plan) -> [GatewayBinding] {
    gateways.compactMap { draft in
      guard let id = draft.id, let venue = draft.venue, let filter = draft.filter,
        let dialect = draft.dialect
      else { return nil }
      return GatewayBinding(
        id: id.value, venue: venue.value, filter: filter.value.text, dialect: dialect,
        values: draft.values.compactMap {
          checkedValue($0, venue: venue.value, dialect: dialect, plan)
        }, device: draft.device)
    }
  }

  private func checkedValue(
    _ draft: ValueDraft, venue: String, dialect: Dialect, _ plan: Plan
  ) -> ValueBinding? {
    guard let name = draft.name, let pool = draft.pool,
      let poolNumber = plan.poolNumber(PoolID(venue: venue, pool: pool.value)),
      let parameter = draft.parameter.flatMap({ plan.parameterNumber($0.value) })
    else { return nil }
    // A quantity without a unit, as pH, needs none; only SenML would still name it.
    let unit = draft.unit?.value ?? (dialect == .senML ? nil : "")
    return ValueBinding(
      name: name.value, pool: poolNumber, parameter: parameter,
      conversion: unit.flatMap { UnitConversion(from: $0, to: plan[parameter].unit) })
  }
}
