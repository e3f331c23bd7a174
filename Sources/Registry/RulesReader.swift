import PoolModel

/// Rules as their file has them; what their parameters are is known only beside a plan.
struct RulesDraft {
  let silence: Placed<Duration>?
  let brokerDown: Duration?
  let limits: [RuleDraft]
  let quality: QualityDraft
  let monitoring: MonitoringDraft
}

/// The damping of one parameter's limits.
struct RuleDraft {
  let parameter: Placed<String>
  let deadband: Placed<Double>?
  let onDelay: Duration?
  let offDelay: Duration?
}

/// Reads a file of the kind `rules`.
struct RulesReader {
  let report: Report

  func rules(_ root: Section) -> RulesDraft {
    var root = root
    let silence = root.placed("silence_seconds", .seconds(0.2...604_800))
    let brokerDown = root.value("broker_down_seconds", .seconds(0...86_400))
    var limits: [RuleDraft] = []
    if let section = root.section("limits") {
      if section.namedPairs().isEmpty {
        report.add(section.place, "'limits' is empty, expected a mapping of parameters to delays")
      }
      limits = section.namedPairs().compactMap { rule($0) }
    }
    let monitoring = MonitoringReader(report: report).monitoring(&root)
    let quality = QualityReader(report: report).quality(&root)
    root.end()
    return RulesDraft(
      silence: silence, brokerDown: brokerDown, limits: limits, quality: quality,
      monitoring: monitoring)
  }

  private func rule(_ pair: Element.Pair) -> RuleDraft? {
    guard var section = Section(pair.value, name: quoted(pair.key), report: report) else {
      return nil
    }
    let deadband = section.placed("deadband", .number(0...1_000_000))
    let onDelay = section.value("on_delay_seconds", .seconds(0...86_400))
    let offDelay = section.value("off_delay_seconds", .seconds(0...86_400))
    section.end()
    return RuleDraft(
      parameter: Placed(value: pair.key, place: pair.place), deadband: deadband, onDelay: onDelay,
      offDelay: offDelay)
  }
}
