import PoolModel

/// A parameter whose fast changes are watched, as its file has it.
struct RateDraft {
  let parameter: Placed<String>
  let perMinute: Placed<Double>
  let minutes: Placed<Double>
}

/// Reads `rate_of_change` in a file of the kind `rules`.
struct RateReader {
  let report: Report

  func rates(_ root: inout Section) -> [RateDraft] {
    guard let section = root.optionalSection("rate_of_change") else { return [] }
    return section.namedPairs().compactMap { pair in
      let switched = Switched(pair.value, name: quoted(pair.key), report: report)
      guard case .on(var entry) = switched else { return nil }
      let perMinute = entry.placed("per_minute", .number(0.0001...1_000_000))
      let minutes = entry.placed("minutes", .number(0.1...1440))
      entry.end()
      guard let perMinute, let minutes else { return nil }
      return RateDraft(
        parameter: Placed(value: pair.key, place: pair.place), perMinute: perMinute,
        minutes: minutes)
    }
  }
}

extension CrossCheck {
  /// Reports what `rules` watch that the plan does not have, or over too short a time.
  func checkRates(_ rules: RulesDraft, against plan: PlanOutline) {
    for rate in rules.rates {
      let name = rate.parameter.value
      if plan.parameterNumbers[name] == nil {
        report.add(rate.parameter.place, unknownParameter(name, among: plan.parameters.map(\.name)))
      }
      if let interval = plan.interval,
        Minutes.inSeconds(rate.minutes.value) < interval.inSeconds * 2
      {
        report.add(
          rate.minutes.place,
          "'minutes' is \(shown(rate.minutes.value)), expected at least two intervals of the plan,"
            + " \(Minutes.least(interval * 2))")
      }
    }
  }

  /// The changes that are watched.
  func checkedRates(_ rules: RulesDraft, _ plan: Plan) -> [ParameterNumber: RateRule] {
    var rates: [ParameterNumber: RateRule] = [:]
    for rate in rules.rates {
      guard let parameter = plan.parameterNumber(rate.parameter.value) else { continue }
      rates[parameter] = RateRule(
        perMinute: rate.perMinute.value, window: .seconds(rate.minutes.value * 60))
    }
    return rates
  }
}

extension RulesLint {
  /// Reports rates that no change reaches, and those that a step of the sensor does.
  func checkRates() {
    for rate in rules.rates {
      guard let number = plan.parameterNumber(rate.parameter.value) else { continue }
      let range = plan[number].plausible
      let allowed = rounded(rate.perMinute.value * rate.minutes.value)
      let name = rate.parameter.value
      let found =
        "'per_minute' is \(shown(rate.perMinute.value)), \(shown(allowed)) in"
        + " \(Minutes.written(rate.minutes.value))"
      if allowed >= rounded(range.upperBound - range.lowerBound) {
        report.add(
          rate.perMinute.place,
          "\(found), and the plausible range of \(name) is \(shown(range)): it can never be reached,"
            + " expected less")
      } else if let coarse = plan.pools.first(where: {
        ($0.resolution[number] ?? 0) >= allowed
      }) {
        report.add(
          rate.perMinute.place,
          "\(found), and one step of the sensor of \(coarse.id) is \(shown(coarse.resolution[number] ?? 0)):"
            + " noise makes alarms come and go, expected more")
      }
      if let fail = failingRate(of: number, called: name), rounded(rate.perMinute.value) >= fail {
        report.add(
          rate.perMinute.place,
          "'per_minute' is \(shown(rate.perMinute.value)), and 'quality' fails values that change by"
            + " \(shown(fail)) a minute: they are never looked at, expected less")
      }
    }
  }

  /// How fast the values of a parameter change, a minute, that fail for it, as it was written; nil where none
  /// does.
  private func failingRate(of number: ParameterNumber, called name: String) -> Double? {
    var test = QualityRules.standard(of: plan).parameters[number]?.rateOfChange
    if let own = rules.quality.parameters.first(where: { $0.parameter.value == name })?.rateOfChange
    {
      test = own.setting
    }
    return test.map { rounded($0.fail * 60) }
  }
}
