import PoolModel

// Thresholds of quality control that can never be reached.
extension RulesLint {
  func checkQuality() {
    for entry in rules.quality.parameters { check(entry) }
    for pool in rules.quality.pools {
      for entry in pool.entries { check(entry) }
    }
  }

  private func check(_ entry: QualityEntry) {
    guard let number = plan.parameterNumber(entry.parameter.value) else { return }
    let range = plan[number].plausible
    if let expected = entry.expected?.setting, expected.lowerBound <= range.lowerBound,
      expected.upperBound >= range.upperBound
    {
      add(
        entry, "'expected' is all of the plausible range, \(shown(range)): it makes nothing suspect"
      )
    }
    let width = rounded(range.upperBound - range.lowerBound)
    if let spike = entry.spike?.setting, spike.suspect >= width {
      add(
        entry,
        "'spike' says suspect at \(shown(spike.suspect)), as far apart as plausible values are:"
          + " it can never be reached")
    }
    let interval = plan.interval.inSeconds
    if let rate = entry.rateOfChange?.setting.map({ rounded($0.suspect * interval) }), rate >= width
    {
      add(
        entry,
        "'rate_of_change' says suspect at \(shown(rate)) in one interval of the plan,"
          + " as far apart as plausible values are: it can never be reached")
    }
    checkRest(entry)
    checkAttenuation(entry, interval: interval)
  }

  private func checkRest(_ entry: QualityEntry) {
    guard let rest = entry.flatLine?.setting else { return }
    if rest.tolerance == 0 {
      add(
        entry,
        "'flat_line' has a 'tolerance' of 0, and rest is a range below it: it can never be reached")
    }
    if let retention, rest.fail > retention {
      add(
        entry,
        "'flat_line' fails after \(shown(rest.fail.inSeconds / 3600)) h, and raw readings are kept for"
          + " \(shown(retention.inSeconds / 3600)) h: after a restart so long a rest is not found")
    }
  }

  private func checkAttenuation(_ entry: QualityEntry, interval: Double) {
    guard let quiet = entry.attenuation?.setting else { return }
    // A value exactly as old as the period does not count.
    let count = Int((quiet.period.inSeconds / interval).rounded(.up))
    if quiet.minimumCount > count {
      add(
        entry,
        "'attenuated' wants \(quiet.minimumCount) values in a period that has \(count) at the plan's"
          + " interval, \(shown(interval)) s: it can never be reached")
    }
    if quiet.levels.suspect == 0 {
      add(
        entry,
        "'attenuated' says suspect below a deviation of 0: it can never be reached")
    }
  }

  private func add(_ entry: QualityEntry, _ message: String) {
    report.add(entry.parameter.place, "\(message), expected another threshold or off")
  }
}
