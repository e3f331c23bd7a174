import PoolModel

extension CrossCheck {
  /// Reports limits on what the plan does not have, and numbers that its sensors cannot show.
  func check(_ profile: ProfileDraft, against plan: PlanOutline) {
    for limit in profile.limits {
      if let range = limit.subject.flatMap({ plausible($0, in: plan) }), let subject = limit.subject
      {
        for (key, bound) in [("low", limit.low), ("high", limit.high)] {
          check(bound, key: "'\(key)'", of: subject.value.name, inside: range)
        }
      }
      if let condition = limit.condition { check(condition, of: limit, against: plan) }
    }
  }

  private func check(
    _ condition: ConditionDraft, of limit: LimitDraft, against plan: PlanOutline
  ) {
    guard let name = condition.parameter,
      let range = plausible(
        Placed(value: .measured(name.value), place: name.place), in: plan)
    else { return }
    if limit.subject?.value == .measured(name.value) {
      report.add(
        name.place,
        "the limit on \(name.value) has a condition on \(name.value), expected another parameter")
    }
    for bound in [condition.low, condition.high] {
      check(bound, key: "the bound of 'when'", of: name.value, inside: range)
    }
  }

  /// The values that a sensor can show; nil, which is reported, for a parameter that the plan lacks.
  private func plausible(
    _ subject: Placed<SubjectDraft>, in plan: PlanOutline
  ) -> ClosedRange<Double>? {
    switch subject.value {
    case .derived(let parameter): return parameter.plausible
    case .measured(let name):
      guard let number = plan.parameterNumbers[name] else {
        report.add(subject.place, unknownParameter(name, among: plan.parameters.map(\.name)))
        return nil
      }
      return plan.parameters[number.index].plausible
    }
  }

  private func check(
    _ bound: Placed<Bound>?, key: String, of name: String, inside range: ClosedRange<Double>
  ) {
    guard let bound, !range.contains(bound.value.value) else { return }
    report.add(
      bound.place,
      "\(key) is \(shown(bound.value.value)), expected a number inside the"
        + " plausible range of \(name), \(shown(range.lowerBound))…"
        + "\(shown(range.upperBound))")
  }
}

// MARK: - The checked values

extension CrossCheck {
  /// The profiles; for use only when nothing was reported.
  func checkedProfiles() -> [LimitsProfile] {
    profiles.compactMap { draft in
      guard let id = draft.id, let title = draft.title, let from = draft.from else { return nil }
      return LimitsProfile(
        id: id.value, title: title, from: from.value, to: draft.to?.value,
        limits: draft.limits.compactMap(checkedLimit))
    }
  }

  private func checkedLimit(_ draft: LimitDraft) -> Limit? {
    guard let subject = draft.subject?.value, let isMandatory = draft.isMandatory,
      let clause = draft.clause, let source = draft.source, let status = draft.status
    else { return nil }
    let checkedSubject: LimitSubject
    switch subject {
    case .derived(let parameter): checkedSubject = .derived(parameter)
    case .measured(let name):
      guard let parameter = plan?.parameterNumbers[name] else { return nil }
      checkedSubject = .measured(parameter)
    }
    var condition: LimitCondition?
    if let written = draft.condition {
      guard let parameter = written.parameter.flatMap({ plan?.parameterNumbers[$0.value] }) else {
        return nil
      }
      condition = LimitCondition(
        parameter: parameter, low: written.low?.value, high: written.high?.value)
    }
    return Limit(
      subject: checkedSubject, condition: condition, low: draft.low?.value,
      high: draft.high?.value, isMandatory: isMandatory, kinds: draft.kinds,
      disinfectants: draft.disinfectants, clause: clause, source: source, status: status,
      override: draft.change?.value)
  }
}

extension LimitDraft {
  /// Where the bounds that hold are written.
  var writtenAt: Place { change?.place ?? place }
}
