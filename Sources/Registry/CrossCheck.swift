import PoolModel

/// Everything that was read, for what no file can know alone.
struct CrossCheck {
  let report: Report
  /// nil when there is no plan to refer to: then nothing is said about references to it.
  let plan: PlanOutline?
  let profiles: [ProfileDraft]
  let rules: [RulesDraft]
  let people: [PersonDraft]
  let gateways: [GatewayDraft]
  /// nil when the channels are not known.
  let hasMailChannel: Bool?

  /// Reports every mistake between the files.
  func run() {
    if let plan {
      for profile in profiles { check(profile, against: plan) }
      for rules in rules { check(rules, against: plan) }
      for person in people { check(person, against: plan) }
      for gateway in gateways { check(gateway, against: plan) }
    }
    for rules in rules { checkDeadbands(rules) }
    for (index, profile) in profiles.enumerated() {
      for earlier in profiles[..<index] { check(profile, against: earlier) }
    }
    for person in people {
      if let channel = person.channel, channel.value == .mail, hasMailChannel == false {
        report.add(
          channel.place,
          "'channel' is mail, but there is no mail server, expected"
            + " 'channels: {mail: …}' in poolwatch.yaml")
      }
    }
  }

  private func check(_ rules: RulesDraft, against plan: PlanOutline) {
    if let silence = rules.silence, let interval = plan.interval, silence.value < interval * 2 {
      report.add(
        silence.place,
        "'silence_seconds' is \(shown(silence.value.inSeconds)), expected at least"
          + " two intervals of the plan, \(shown((interval * 2).inSeconds)) s")
    }
    check(rules.quality, against: plan)
    checkMonitoring(rules, against: plan)
    checkTrends(rules, against: plan)
    checkRates(rules, against: plan)
    if let parameter = rules.circulation?.parameter,
      plan.parameterNumbers[parameter.value] == nil
    {
      report.add(
        parameter.place, unknownParameter(parameter.value, among: plan.parameters.map(\.name)))
    }
    for rule in rules.limits
    where plan.parameterNumbers[rule.parameter.value] == nil
      && DerivedParameter(rawValue: rule.parameter.value) == nil
    {
      let derived = DerivedParameter.allCases.map(\.rawValue)
      let names = plan.parameters.map(\.name)
      report.add(
        rule.parameter.place,
        unknownParameter(
          rule.parameter.value, among: names + derived.filter { !names.contains($0) }))
    }
  }

  /// A value returns only when it is the deadband inside its limit: there has to be such a place.
  private func checkDeadbands(_ rules: RulesDraft) {
    for rule in rules.limits {
      guard let deadband = rule.deadband else { continue }
      for profile in profiles {
        let narrow = profile.limits.first {
          guard $0.subject?.value.name == rule.parameter.value, let band = $0.band else {
            return false
          }
          return band > 0 && deadband.value >= rounded(band)
        }
        guard let narrow, let band = narrow.band else { continue }
        report.add(
          deadband.place,
          "'deadband' is \(shown(deadband.value)), expected less than"
            + " \(shown(rounded(band))), the width of the limit in"
            + " \(narrow.writtenAt.file):\(narrow.writtenAt.line)")
        break
      }
    }
  }

  private func check(_ person: PersonDraft, against plan: PlanOutline) {
    for street in person.streets where !plan.streets.contains(street.value) {
      report.add(street.place, unknown("street", street.value, among: plan.streets))
    }
    for venue in person.venues where !plan.venues.contains(venue.value) {
      report.add(venue.place, unknown("venue", venue.value, among: plan.venues))
    }
  }

  private func check(_ profile: ProfileDraft, against earlier: ProfileDraft) {
    if let id = profile.id, let other = earlier.id, id.value == other.value {
      report.add(
        id.place,
        "the profile id '\(id.value)' is also in \(other.place.file):\(other.place.line),"
          + " expected one profile per id")
    }
    guard let days = profile.days, let others = earlier.days, days.overlaps(others) else { return }
    for limit in profile.limits {
      for other in earlier.limits {
        guard let overlap = limit.overlap(with: other) else { continue }
        report.add(
          limit.place,
          "\(overlap) is limited in \(other.place.file):\(other.place.line) too, in"
            + " force on the same days, expected 'from' and 'to' that do not overlap")
        break
      }
    }
  }

  /// What is wrong with the name of something that `whole` does not have.
  func unknown(
    _ what: String, _ name: String, among names: Set<String>, of whole: String = "the plan"
  ) -> String {
    // A dozen names fit a line; of more only the nearest helps.
    let expected = names.count <= 12 ? ", one of \(names.sorted().joined(separator: ", "))" : ""
    var message = "unknown \(what) \(quoted(name)), expected a \(what) of \(whole)\(expected)"
    // Beyond some thousand names the comparison itself takes too long.
    if names.count <= 2000, let word = suggestion(for: name, among: names.sorted()) {
      message += "; did you mean '\(word)'?"
    }
    return message
  }

  /// Without the last binary digits that a subtraction leaves behind (1.0 − 0.3 is 0.7).
  private func rounded(_ number: Double) -> Double { (number * 1e9).rounded() / 1e9 }
}

// MARK: - The checked values

extension CrossCheck {
  /// The rules; for use only when nothing was reported.
  func checkedRules(_ plan: Plan) -> AlarmRules? {
    guard let rules = rules.first, let silence = rules.silence, let brokerDown = rules.brokerDown
    else {
      return nil
    }
    var limits: [ParameterNumber: LimitDamping] = [:]
    var derived: [DerivedParameter: LimitDamping] = [:]
    for rule in rules.limits {
      guard let deadband = rule.deadband, let onDelay = rule.onDelay, let offDelay = rule.offDelay
      else { continue }
      let damping = LimitDamping(
        deadband: deadband.value, onDelay: onDelay.value, offDelay: offDelay,
        criticalLow: rule.criticalLow?.value, criticalHigh: rule.criticalHigh?.value)
      let name = rule.parameter.value
      if let parameter = plan.parameterNumber(name) { limits[parameter] = damping }
      if let parameter = DerivedParameter(rawValue: name) { derived[parameter] = damping }
    }
    return AlarmRules(
      limits: limits, derived: derived, silence: silence.value, brokerDown: brokerDown,
      circulation: checkedCirculation(rules.circulation),
      monitoring: checkedMonitoring(rules.monitoring, plan),
      trends: checkedTrends(rules, plan), rates: checkedRates(rules, plan))
  }

  private func checkedCirculation(_ draft: CirculationDraft?) -> CirculationRule? {
    guard let draft, let parameter = plan?.parameterNumbers[draft.parameter.value] else {
      return nil
    }
    return CirculationRule(
      parameter: parameter, minimum: draft.minimum.value, onDelay: draft.onDelay.value,
      offDelay: draft.offDelay)
  }
}
