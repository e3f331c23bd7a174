import PoolModel

extension CrossCheck {
  /// Reports what in `quality` does not fit `plan`.
  func check(_ quality: QualityDraft, against plan: PlanOutline) {
    for entry in quality.parameters { check(entry, against: plan) }
    for (id, entries) in quality.pools {
      if let pools = plan.pools[id.value.venue] {
        if !pools.contains(id.value.pool), !plan.lacksIDs {
          report.add(
            id.place,
            unknown("pool", id.value.pool, among: pools, of: "the venue '\(id.value.venue)'"))
        }
      } else if !plan.lacksIDs {
        report.add(id.place, unknown("venue", id.value.venue, among: plan.venues))
      }
      for entry in entries { check(entry, against: plan) }
    }
  }

  private func check(_ entry: QualityEntry, against plan: PlanOutline) {
    if plan.parameterNumbers[entry.parameter.value] == nil {
      report.add(
        entry.parameter.place,
        unknownParameter(entry.parameter.value, among: plan.parameters.map(\.name)))
    }
    if let suspect = entry.flatLine?.setting?.suspect, let interval = plan.interval,
      suspect.value < interval
    {
      report.add(
        suspect.place,
        "'suspect_hours' is \(shown(suspect.value.inSeconds / 3600)), expected at least"
          + " an interval of the plan, \(shown(interval.inSeconds)) s: one value alone is at rest")
    }
  }

  /// The thresholds for every series of `plan`: those proposed, and in their place what the file says; for
  /// use only when nothing was reported.
  func checkedQuality(_ plan: Plan) -> QualityRules {
    let standard = QualityRules.standard(of: plan)
    guard let draft = rules.first?.quality else { return standard }
    var parameters = standard.parameters
    for entry in draft.parameters {
      guard let number = plan.parameterNumber(entry.parameter.value) else { continue }
      parameters[number]?.take(entry, interval: plan.interval)
    }
    var series: [Series: QualitySettings] = [:]
    for (id, entries) in draft.pools {
      guard let pool = plan.poolNumber(id.value) else { continue }
      for entry in entries {
        guard let number = plan.parameterNumber(entry.parameter.value) else { continue }
        var settings = parameters[number]
        settings?.take(entry, interval: plan.interval)
        series[Series(pool: pool, parameter: number)] = settings
      }
    }
    return QualityRules(parameters: parameters, series: series)
  }
}

extension QualitySettings {
  /// Puts what `entry` says in the place of what is there.
  fileprivate mutating func take(_ entry: QualityEntry, interval: Duration) {
    if let expected = entry.expected { suspectSpan = expected.setting }
    if let spike = entry.spike { self.spike = spike.setting }
    if let rateOfChange = entry.rateOfChange { self.rateOfChange = rateOfChange.setting }
    if let flatLine = entry.flatLine {
      self.flatLine = flatLine.setting.flatMap {
        FlatLine(
          suspect: $0.suspect.value, fail: $0.fail, tolerance: $0.tolerance, interval: interval)
      }
    }
    if let attenuation = entry.attenuation { self.attenuation = attenuation.setting }
  }
}
