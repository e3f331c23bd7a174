import PoolModel

/// The rules about sensors and gateways as their file has them.
struct MonitoringDraft {
  var isStuckTold = true
  var badShare: MonitoringRules.BadShare? = .init(percent: 20, window: .seconds(3600))
  /// Where the share is written; nil where it is not.
  var percent: Placed<Double>?
  /// Where the window is written; nil where it is not.
  var window: Placed<Double>?
  var clockOffset: Placed<Duration>?
  var gatewayOffline: MonitoringRules.GatewayOffline?
  /// Where a gateway's silence is written; nil where it is not.
  var gatewaySilence: Placed<Double>?
  /// Where it is written for how long its word is waited for; nil where it is not.
  var afterWord: Placed<Double>?
  var disagreement: DisagreementDraft?
  var transmission: TransmissionDraft?
}

/// When chlorine and ORP contradict each other.
struct DisagreementDraft {
  /// Where the rule is written.
  let place: Place
  let chlorineAbove: Placed<Double>
  let orpBelow: Placed<Double>
  var chlorineBelow: Placed<Double>?
  var orpAbove: Placed<Double>?
  let minutes: Placed<Double>
}

/// When too little of what is due comes.
struct TransmissionDraft {
  let percent: Placed<Double>
  let hours: Double
}

/// Reads `monitoring` in a file of the kind `rules`.
struct MonitoringReader {
  let report: Report

  func monitoring(_ root: inout Section) -> MonitoringDraft {
    var draft = MonitoringDraft()
    guard var section = root.optionalSection("monitoring") else { return draft }
    draft.isStuckTold = section.value("stuck", .boolean, default: true)
    readRule("bad_share", of: &section) { share in
      draft.badShare = nil
      guard var share else { return }
      draft.percent = share.placed("percent", .number(0.1...100))
      draft.window = share.placed("window_minutes", .number(1...1440))
      share.end()
      if let percent = draft.percent, let window = draft.window {
        draft.badShare = .init(percent: percent.value, window: .seconds(window.value * 60))
      }
    }
    readRule("clock_offset", of: &section) { clock in
      guard var clock else { return }
      draft.clockOffset = clock.placed("seconds", .seconds(1...86_400))
      clock.end()
    }
    readRule("gateway_offline", of: &section) { offline in
      guard var offline else { return }
      draft.gatewaySilence = offline.placed("minutes", .number(0.1...10_080))
      draft.afterWord = offline.optional("said_minutes", .number(0...10_080))
      offline.end()
      let afterWord = draft.afterWord?.value ?? 1
      draft.gatewayOffline = draft.gatewaySilence.map {
        .init(silence: .seconds($0.value * 60), afterWord: .seconds(afterWord * 60))
      }
    }
    readRule("orp_disagreement", of: &section) { section in
      guard let section else { return }
      draft.disagreement = disagreement(section)
    }
    readRule("transmission_below", of: &section) { section in
      guard var section else { return }
      let percent = section.placed("percent", .number(0.1...100))
      let hours = section.value("hours", .number(1...720), default: 24)
      section.end()
      draft.transmission = percent.map { TransmissionDraft(percent: $0, hours: hours) }
    }
    section.end()
    return draft
  }

  private func disagreement(_ section: Section) -> DisagreementDraft? {
    var section = section
    let chlorineAbove = section.placed("chlorine_above", .number(0...100))
    let orpBelow = section.placed("orp_below", .number(-2000...2000))
    let minutes = section.placed("minutes", .number(0...1440))
    let chlorineBelow = section.optional("chlorine_below", .number(0...100))
    let orpAbove = section.optional("orp_above", .number(-2000...2000))
    section.end()
    if let one = chlorineBelow ?? orpAbove, chlorineBelow == nil || orpAbove == nil {
      report.add(one.place, "found one of 'chlorine_below' and 'orp_above', expected both or none")
    }
    guard let chlorineAbove, let orpBelow, let minutes else { return nil }
    return DisagreementDraft(
      place: section.place, chlorineAbove: chlorineAbove, orpBelow: orpBelow,
      chlorineBelow: chlorineBelow, orpAbove: orpAbove, minutes: minutes)
  }

  /// Reads the rule at `key`, which is `off` or a mapping: `body` gets the mapping, nil for `off`, and nothing
  /// happens where the key is not there or is neither.
  private func readRule(
    _ key: String, of section: inout Section, _ body: (Section?) -> Void
  ) {
    guard let element = section.element(key) else { return }
    switch Switched(element, name: "'\(key)'", report: report) {
    case .off: body(nil)
    case .on(let rule): body(rule)
    case nil: break
    }
  }
}
