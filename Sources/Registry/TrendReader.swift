import PoolModel

/// A parameter whose drift is watched, as its file has it.
struct TrendDraft {
  let parameter: Placed<String>
  let resolution: Placed<Double>
  let asksLastDay: Bool
}

/// Reads `trend` in a file of the kind `rules`.
struct TrendReader {
  let report: Report

  func trends(_ root: inout Section) -> [TrendDraft] {
    guard let section = root.optionalSection("trend") else { return [] }
    return section.namedPairs().compactMap { pair in
      let switched = Switched(pair.value, name: quoted(pair.key), report: report)
      guard case .on(var entry) = switched else { return nil }
      let resolution = entry.placed("resolution", .number(0.0001...1000))
      let asksLastDay = entry.value("beyond_last_day", .boolean, default: true)
      entry.end()
      guard let resolution else { return nil }
      return TrendDraft(
        parameter: Placed(value: pair.key, place: pair.place),
        resolution: resolution, asksLastDay: asksLastDay)
    }
  }
}

extension CrossCheck {
  /// Reports what `rules` watch that the plan does not have, or that is not judged against limits.
  func checkTrends(_ rules: RulesDraft, against plan: PlanOutline) {
    for trend in rules.trends {
      let name = trend.parameter.value
      if plan.parameterNumbers[name] == nil {
        report.add(
          trend.parameter.place, unknownParameter(name, among: plan.parameters.map(\.name)))
      } else if !rules.limits.contains(where: { $0.parameter.value == name }) {
        report.add(
          trend.parameter.place,
          "'trend' watches \(quoted(name)), expected an entry of it in 'limits' as well")
      }
    }
  }

  /// The drifts that are watched.
  func checkedTrends(_ rules: RulesDraft, _ plan: Plan) -> [ParameterNumber: TrendRule] {
    var trends: [ParameterNumber: TrendRule] = [:]
    for trend in rules.trends {
      guard let parameter = plan.parameterNumber(trend.parameter.value) else { continue }
      trends[parameter] = TrendRule(
        resolution: trend.resolution.value, asksLastDay: trend.asksLastDay)
    }
    return trends
  }
}
