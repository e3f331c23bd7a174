import PoolModel

// Alarms about sensors and gateways that can never be raised, or that say what another one says.
extension RulesLint {
  func checkMonitoring() {
    let monitoring = rules.monitoring
    if let percent = monitoring.percent, percent.value >= 100 {
      report.add(
        percent.place,
        "'percent' is \(shown(percent.value)): more than all that is due never fails, expected less"
          + " than 100")
    }
    if let offset = monitoring.clockOffset, offset.value >= Self.farthestAhead {
      report.add(
        offset.place,
        "'seconds' is \(shown(offset.value.inSeconds)): readings of a clock more than"
          + " \(shown(Self.farthestAhead.inSeconds)) s ahead are refused, so that only one behind is ever"
          + " told of, expected less than \(shown(Self.farthestAhead.inSeconds))")
    }
    checkGatewaySilence()
    if let transmission = monitoring.transmission { check(transmission) }
    if let disagreement = monitoring.disagreement {
      check(disagreement)
      checkBounds(of: disagreement)
    }
  }

  /// The pools of an offline gateway are not called silent, which needs the gateway's alarm to be there first.
  private func checkGatewaySilence() {
    guard let minutes = rules.monitoring.gatewaySilence, let silence = rules.silence?.value else {
      return
    }
    if Minutes.inSeconds(minutes.value) > (silence - plan.interval).inSeconds {
      report.add(
        minutes.place,
        "'minutes' is \(shown(minutes.value)): pools whose last reading is an interval older than their"
          + " gateway's are silent before it is offline, expected at most"
          + " \(Minutes.most(silence - plan.interval))")
    }
    if let afterWord = rules.monitoring.afterWord, afterWord.value >= minutes.value {
      report.add(
        afterWord.place,
        "'said_minutes' is \(shown(afterWord.value)), and 'minutes' is \(shown(minutes.value)): that a gateway"
          + " was said to be gone changes nothing, expected less")
    }
  }

  private func check(_ transmission: TransmissionDraft) {
    let due = transmission.hours * 3600 / plan.interval.inSeconds * Double(plan.required.count)
    let percent = transmission.percent
    if percent.value >= 100 {
      report.add(
        percent.place,
        "'percent' is \(shown(percent.value)): a single missing value raises it, expected less than 100"
      )
    } else if due * percent.value / 100 <= 1 {
      report.add(
        percent.place,
        "'percent' is \(shown(percent.value)) of \(shown(rounded(due))) values that are due: it is raised only"
          + " where none comes, which is silence, expected more")
    }
  }

  // MARK: Chlorine against ORP

  private func check(_ rule: DisagreementDraft) {
    if !plan.required.contains(where: { plan[$0].name == "orp" }) {
      report.add(
        rule.place,
        "'orp_disagreement' compares with orp, which no pool of the plan has to report: where it is not"
          + " sent nothing is ever raised, expected orp among 'required' in the plan, or off")
    }
    if Minutes.inSeconds(rule.minutes.value) < (plan.interval * 2).inSeconds {
      report.add(
        rule.minutes.place,
        "'minutes' is \(shown(rule.minutes.value)), expected at least two intervals of the plan,"
          + " \(Minutes.least(plan.interval * 2)): an alarm takes two readings in any case")
    }
    if let below = rule.chlorineBelow, let above = rule.orpAbove,
      below.value > rule.chlorineAbove.value, above.value < rule.orpBelow.value
    {
      report.add(
        below.place,
        "'chlorine_below' is more than 'chlorine_above', \(shown(rule.chlorineAbove.value)), and 'orp_above'"
          + " less than 'orp_below', \(shown(rule.orpBelow.value)): what lies between counts both ways,"
          + " expected bounds apart")
    }
  }

  /// Reports bounds that no value of the sensor is beyond, and those that every one is.
  private func checkBounds(of rule: DisagreementDraft) {
    let sides: [(key: String, parameter: String, bound: Placed<Double>?, isUpper: Bool)] = [
      ("chlorine_above", "free_chlorine", rule.chlorineAbove, false),
      ("orp_below", "orp", rule.orpBelow, true),
      ("chlorine_below", "free_chlorine", rule.chlorineBelow, true),
      ("orp_above", "orp", rule.orpAbove, false),
    ]
    for (key, name, bound, isUpper) in sides {
      guard let bound, let number = plan.parameterNumber(name) else { continue }
      let range = plan[number].plausible
      let isNever = isUpper ? bound.value <= range.lowerBound : bound.value >= range.upperBound
      let isAlways = isUpper ? bound.value > range.upperBound : bound.value < range.lowerBound
      guard isNever || isAlways else { continue }
      report.add(
        bound.place,
        "'\(key)' is \(shown(bound.value)), the plausible range of \(name) is \(shown(range)):"
          + " \(isNever ? "no" : "every") value is \(isUpper ? "below" : "above"), expected a number inside"
      )
    }
  }

  /// Readings from further ahead of our clock are refused by Decoding, which Registry may not ask.
  private static let farthestAhead = Duration.seconds(300)
}
