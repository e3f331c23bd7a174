import PoolModel

/// Rules as their file has them; what their parameters are is known only beside a plan.
struct RulesDraft {
  let silence: Placed<Duration>?
  let brokerDown: Duration?
  let limits: [RuleDraft]
  /// Where `limits` begins; nil when it is missing.
  let limitsPlace: Place?
  let circulation: CirculationDraft?
  let quality: QualityDraft
  let monitoring: MonitoringDraft
  let trends: [TrendDraft]
  let rates: [RateDraft]
}

/// When water does not circulate.
struct CirculationDraft {
  let parameter: Placed<String>
  let minimum: Placed<Double>
  let onDelay: Placed<Duration>
  let offDelay: Duration
}

/// The damping of one parameter's limits.
struct RuleDraft {
  let parameter: Placed<String>
  let deadband: Placed<Double>?
  let onDelay: Placed<Duration>?
  let offDelay: Duration?
  var criticalLow: Placed<Double>?
  var criticalHigh: Placed<Double>?
}

/// Reads a file of the kind `rules`.
struct RulesReader {
  let report: Report

  func rules(_ root: Section) -> RulesDraft {
    var root = root
    let silence = root.placed("silence_seconds", .seconds(0.2...604_800))
    let brokerDown = root.value("broker_down_seconds", .seconds(0...86_400))
    var limits: [RuleDraft] = []
    var limitsPlace: Place?
    if let section = root.section("limits") {
      limitsPlace = section.place
      if section.namedPairs().isEmpty {
        report.add(section.place, "'limits' is empty, expected a mapping of parameters to delays")
      }
      limits = section.namedPairs().compactMap { rule($0) }
    }
    let circulation = root.optionalSection("circulation").flatMap { self.circulation($0) }
    let monitoring = MonitoringReader(report: report).monitoring(&root)
    let trends = TrendReader(report: report).trends(&root)
    let rates = RateReader(report: report).rates(&root)
    let quality = QualityReader(report: report).quality(&root)
    root.end()
    return RulesDraft(
      silence: silence, brokerDown: brokerDown, limits: limits,
      limitsPlace: limitsPlace, circulation: circulation, quality: quality, monitoring: monitoring,
      trends: trends, rates: rates)
  }

  private func circulation(_ section: Section) -> CirculationDraft? {
    var section = section
    let parameter =
      section.optional("parameter", .id) ?? Placed(value: "flow", place: section.place)
    let minimum = section.placed("minimum", .anyNumber)
    let onDelay = section.placed("on_delay_seconds", .seconds(0...86_400))
    let offDelay = section.value("off_delay_seconds", .seconds(0...86_400))
    section.end()
    guard let minimum, let onDelay, let offDelay else { return nil }
    return CirculationDraft(
      parameter: parameter, minimum: minimum, onDelay: onDelay, offDelay: offDelay)
  }

  private func rule(_ pair: Element.Pair) -> RuleDraft? {
    guard var section = Section(pair.value, name: quoted(pair.key), report: report) else {
      return nil
    }
    let deadband = section.placed("deadband", .number(0...1_000_000))
    let onDelay = section.placed("on_delay_seconds", .seconds(0...86_400))
    let offDelay = section.value("off_delay_seconds", .seconds(0...86_400))
    var critical = section.optionalSection("critical")
    let low = critical?.optional("low", .anyNumber)
    let high = critical?.optional("high", .anyNumber)
    if let critical, low == nil, high == nil, critical.namedPairs().isEmpty {
      report.add(critical.place, "'critical' is empty, expected 'low', 'high' or both")
    }
    critical?.end()
    if let low, let high, low.value >= high.value {
      report.add(
        high.place,
        "'high' is \(shown(high.value)), expected more than 'low', \(shown(low.value))")
    }
    section.end()
    return RuleDraft(
      parameter: Placed(value: pair.key, place: pair.place), deadband: deadband, onDelay: onDelay,
      offDelay: offDelay, criticalLow: low, criticalHigh: high)
  }
}
