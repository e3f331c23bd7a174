import PoolModel

/// A profile as its file has it; what its parameters are is known only beside a plan.
struct ProfileDraft {
  let id: Placed<String>?
  let title: Title?
  let from: Placed<CivilDate>?
  let to: Placed<CivilDate>?
  let limits: [LimitDraft]

  /// The first and last day in force, for comparing; nil when the days are missing or wrong.
  var days: ClosedRange<CivilDate>? {
    guard let from = from?.value else { return nil }
    guard let to else { return CivilDate(year: 9999, month: 12, day: 31).map { from...$0 } }
    return from <= to.value ? from...to.value : nil
  }
}

/// One limit of a profile's file.
struct LimitDraft {
  let place: Place
  let parameter: Placed<String>?
  let low: Placed<Bound>?
  let high: Placed<Bound>?
  let isMandatory: Bool?
  let kinds: Set<PoolKind>
  let disinfectants: Set<Disinfectant>
  let clause: String?
  let source: String?
  let status: LimitStatus?

  /// How far apart the bounds are; nil when one of them is missing.
  var band: Double? {
    guard let low, let high else { return nil }
    return high.value.value - low.value.value
  }

  /// What both limit, in words; nil when they have nothing in common.
  func overlap(with other: LimitDraft) -> String? {
    guard let parameter, parameter.value == other.parameter?.value,
      let kind = PoolKind.allCases.first(where: { kinds.contains($0) && other.kinds.contains($0) }),
      let disinfectant = Disinfectant.allCases.first(where: {
        disinfectants.contains($0) && other.disinfectants.contains($0)
      })
    else { return nil }
    return "\(parameter.value) of a pool of kind \(kind.rawValue) with \(disinfectant.rawValue)"
  }
}

/// Reads a file of the kind `profile`.
struct ProfileReader {
  let report: Report

  func profile(_ root: Section) -> ProfileDraft {
    var root = root
    let id = root.placed("id", .id)
    let title = root.title("title")
    let from = root.placed("from", .date)
    let to = root.optional("to", .date)
    let limits = (root.list("limits", of: "limits") ?? []).compactMap { limit($0) }
    root.end()
    if let from, let to, from.value > to.value {
      report.add(
        to.place,
        "'to' is \(to.value), which is before 'from' \(from.value), expected the same"
          + " day or a later one")
    }
    reportOverlaps(limits)
    return ProfileDraft(id: id, title: title, from: from, to: to, limits: limits)
  }

  private func limit(_ element: Element) -> LimitDraft? {
    guard var section = Section(element, name: "an item of 'limits'", report: report) else {
      return nil
    }
    let parameter = section.placed("parameter", .id)
    let low = section.optionalSection("low").flatMap { bound($0) }
    let high = section.optionalSection("high").flatMap { bound($0) }
    if !section.has("low"), !section.has("high") {
      report.add(section.place, "the limit has no bound, expected 'low', 'high' or both")
    }
    if let low, let high, low.value.value >= high.value.value {
      report.add(
        high.place,
        "'high' is \(shown(high.value.value)), expected more than 'low', which is"
          + " \(shown(low.value.value))")
    }
    let isMandatory = section.value("mandatory", .boolean)
    let kinds = words("kinds", Form<PoolKind>.word, of: &section)
    let disinfectants = words("disinfectants", Form<Disinfectant>.word, of: &section)
    let clause = section.value("clause", .text(200))
    let source = section.value("source", .text(500))
    let status = section.value("status", Form<LimitStatus>.word)
    section.end()
    return LimitDraft(
      place: section.place, parameter: parameter, low: low, high: high, isMandatory: isMandatory,
      kinds: kinds, disinfectants: disinfectants, clause: clause, source: source, status: status)
  }

  private func bound(_ section: Section) -> Placed<Bound>? {
    var section = section
    let value = section.placed("value", .anyNumber)
    let isInclusive = section.value("inclusive", .boolean, default: true)
    section.end()
    return value.map {
      Placed(value: Bound(value: $0.value, isInclusive: isInclusive), place: $0.place)
    }
  }

  /// The words of the list at `key`; all there are when it is not there.
  private func words<Value: CaseIterable & Hashable>(
    _ key: String, _ form: Form<Value>, of section: inout Section
  ) -> Set<Value> {
    guard section.has(key) else {
      _ = section.element(key)
      return Set(Value.allCases)
    }
    let items = section.list(key, of: "words") ?? []
    return Set(section.scalars(items, of: key, form).map(\.value))
  }

  private func reportOverlaps(_ limits: [LimitDraft]) {
    for (index, limit) in limits.enumerated() {
      for earlier in limits[..<index] {
        guard let overlap = limit.overlap(with: earlier) else { continue }
        report.add(
          limit.place,
          "\(overlap) is limited in line \(earlier.place.line) too, expected one limit"
            + " for each parameter, kind and disinfectant")
        break
      }
    }
  }
}
