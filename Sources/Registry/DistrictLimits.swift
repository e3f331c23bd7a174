import PoolModel

/// Bounds that a district puts in the place of a profile's, as the plan's file has them.
struct DistrictLimitDraft {
  let place: Place
  let profile: Placed<String>?
  let subject: Placed<SubjectDraft>?
  let condition: ConditionDraft?
  let low: Placed<Bound>?
  let high: Placed<Bound>?
  let kinds: Set<PoolKind>
  let disinfectants: Set<Disinfectant>
  let reason: String?
  let decidedBy: String?
  let date: CivilDate?
}

/// Reads `district_limits` of a plan, and puts them in the place of the profiles'.
struct DistrictLimits {
  let report: Report

  /// One item of the list; nil when it is no mapping.
  func limit(_ element: Element) -> DistrictLimitDraft? {
    guard var section = Section(element, name: "an item of 'district_limits'", report: report)
    else { return nil }
    let reader = LimitReader(report: report)
    let profile = section.placed("profile", .id)
    let subject = reader.subject(of: &section)
    let (low, high) = reader.bounds(of: &section)
    let condition = reader.condition(of: &section)
    let scope = reader.scope(of: &section)
    let reason = section.value("reason", .text(500, what: "the district's reason"))
    let decidedBy = section.optional("by", .text(100))
    let date = section.optional("date", .date)
    section.end()
    return DistrictLimitDraft(
      place: section.place, profile: profile, subject: subject, condition: condition, low: low,
      high: high, kinds: scope.kinds, disinfectants: scope.disinfectants, reason: reason,
      decidedBy: decidedBy?.value, date: date?.value)
  }

  /// The profiles with the district's bounds in the place of their own.
  ///
  /// What is changed is named by profile, subject and condition; for kinds of pool and disinfectants that
  /// the change does not name the profile's own bounds stay. Reports a change of what no profile limits,
  /// and a second one of the same.
  func applied(_ changes: [DistrictLimitDraft], to profiles: [ProfileDraft]) -> [ProfileDraft] {
    guard !profiles.isEmpty else { return profiles }
    var profiles = profiles
    for change in changes {
      guard let name = change.profile, let subject = change.subject else { continue }
      guard let index = profiles.firstIndex(where: { $0.id?.value == name.value }) else {
        let names = profiles.compactMap { $0.id?.value }
        report.add(
          name.place,
          "unknown profile \(quoted(name.value)), expected one of \(names.joined(separator: ", "))")
        continue
      }
      var isFound = false
      profiles[index].limits = profiles[index].limits.flatMap { limit -> [LimitDraft] in
        guard limit.isChanged(by: change) else { return [limit] }
        isFound = true
        return changed(limit, by: change)
      }
      if !isFound {
        report.add(
          change.place,
          "\(name.value) does not limit \(subject.value) of such pools on this condition, expected"
            + " a limit of the profile to change")
      }
    }
    return profiles
  }

  /// The limit in pieces: as it was where the change does not reach, then as it is changed.
  private func changed(_ limit: LimitDraft, by change: DistrictLimitDraft) -> [LimitDraft] {
    if let earlier = limit.change {
      report.add(
        change.place,
        "\(change.subject?.value.description ?? "") is changed in line \(earlier.place.line) too,"
          + " expected one change for each parameter, kind and disinfectant")
      return [limit]
    }
    var pieces: [LimitDraft] = []
    var others = limit
    others.kinds.subtract(change.kinds)
    if !others.kinds.isEmpty { pieces.append(others) }
    others = limit
    others.kinds.formIntersection(change.kinds)
    others.disinfectants.subtract(change.disinfectants)
    if !others.disinfectants.isEmpty { pieces.append(others) }
    var own = limit
    own.kinds.formIntersection(change.kinds)
    own.disinfectants.formIntersection(change.disinfectants)
    own.low = change.low ?? limit.low
    own.high = change.high ?? limit.high
    own.change = Placed(
      value: LimitOverride(
        reason: change.reason ?? "", decidedBy: change.decidedBy, date: change.date,
        low: limit.low?.value, high: limit.high?.value), place: change.place)
    if change.low == nil || change.high == nil, let low = own.low, let high = own.high {
      guard low.value.value < high.value.value else {
        report.add(
          change.place,
          "the limit would go from \(shown(low.value.value)) to \(shown(high.value.value)) with"
            + " the profile's other bound, expected the lower number first")
        return [limit]
      }
    }
    return pieces + [own]
  }
}

extension LimitDraft {
  fileprivate func isChanged(by change: DistrictLimitDraft) -> Bool {
    guard subject?.value == change.subject?.value,
      !kinds.isDisjoint(with: change.kinds),
      !disinfectants.isDisjoint(with: change.disinfectants)
    else { return false }
    return switch (condition, change.condition) {
    case (nil, nil): true
    case (let own?, let other?): own.isEqual(to: other)
    default: false
    }
  }
}
