import PoolModel

// The rules about sensors and gateways, beside the plan and the other rules.
extension CrossCheck {
  func checkMonitoring(_ rules: RulesDraft, against plan: PlanOutline) {
    let draft = rules.monitoring
    if let window = draft.window, let interval = plan.interval,
      Minutes.inSeconds(window.value) < interval.inSeconds * 10
    {
      report.add(
        window.place,
        "'window_minutes' is \(shown(window.value)), expected at least ten intervals of the plan,"
          + " \(Minutes.least(interval * 10))")
    }
    if let minutes = draft.gatewaySilence, let silence = rules.silence,
      Minutes.inSeconds(minutes.value) >= silence.value.inSeconds
    {
      report.add(
        minutes.place,
        "'minutes' is \(shown(minutes.value)), expected less than 'silence_seconds',"
          + " \(Minutes.most(silence.value)): the pools would be silent before")
    }
    if let minutes = draft.gatewaySilence, let interval = plan.interval,
      Minutes.inSeconds(minutes.value) < interval.inSeconds * 2
    {
      report.add(
        minutes.place,
        "'minutes' is \(shown(minutes.value)), expected at least two intervals of the plan,"
          + " \(Minutes.least(interval * 2))")
    }
  }

  /// The rules; for use only when nothing was reported.
  func checkedMonitoring(_ draft: MonitoringDraft, _ plan: Plan) -> MonitoringRules {
    var rules = MonitoringRules(
      stuck: draft.isStuckTold ? checkedQuality(plan) : nil, badShare: draft.badShare)
    rules.clockOffset = draft.clockOffset?.value
    rules.transmission = draft.transmission.map {
      .init(percent: $0.percent.value, window: .seconds($0.hours * 3600))
    }
    rules.gatewayOffline = draft.gatewayOffline
    if let disagreement = draft.disagreement,
      let chlorine = plan.parameterNumber("free_chlorine"), let orp = plan.parameterNumber("orp")
    {
      rules.disagreement = disagreement.rule(chlorine: chlorine, orp: orp)
    }
    return rules
  }
}

extension DisagreementDraft {
  /// The rule on the parameters `chlorine` and `orp` of the plan.
  fileprivate func rule(chlorine: ParameterNumber, orp: ParameterNumber) -> DisagreementRule {
    var strongORP: DisagreementRule.Bounds?
    if let chlorineBelow, let orpAbove {
      strongORP = .init(chlorine: chlorineBelow.value, orp: orpAbove.value)
    }
    return DisagreementRule(
      chlorine: chlorine, orp: orp,
      weakORP: .init(chlorine: chlorineAbove.value, orp: orpBelow.value), strongORP: strongORP,
      delay: .seconds(minutes.value * 60))
  }
}
