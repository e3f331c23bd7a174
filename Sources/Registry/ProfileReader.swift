import PoolModel

/// A profile as its file has it; what its parameters are is known only beside a plan.
struct ProfileDraft {
  let id: Placed<String>?
  let title: Title?
  let from: Placed<CivilDate>?
  let to: Placed<CivilDate>?
  var limits: [LimitDraft]

  /// The first and last day in force, for comparing; nil when the days are missing or wrong.
  var days: ClosedRange<CivilDate>? {
    guard let from = from?.value else { return nil }
    guard let to else { return CivilDate(year: 9999, month: 12, day: 31).map { from...$0 } }
    return from <= to.value ? from...to.value : nil
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
    let reader = LimitReader(report: report)
    let subject = reader.subject(of: &section)
    let (low, high) = reader.bounds(of: &section)
    let condition = reader.condition(of: &section)
    let isMandatory = section.value("mandatory", .boolean)
    let scope = reader.scope(of: &section)
    let clause = section.value("clause", .text(200))
    let source = section.value("source", .text(500))
    let status = section.value("status", Form<LimitStatus>.word)
    section.end()
    return LimitDraft(
      place: section.place, subject: subject, condition: condition, low: low, high: high,
      isMandatory: isMandatory, kinds: scope.kinds, disinfectants: scope.disinfectants,
      clause: clause, source: source, status: status, change: nil)
  }

  private func reportOverlaps(_ limits: [LimitDraft]) {
    for (index, limit) in limits.enumerated() {
      for earlier in limits[..<index] {
        guard let overlap = limit.overlap(with: earlier) else { continue }
        report.add(
          limit.place,
          "\(overlap) is limited in line \(earlier.place.line) too, expected one limit"
            + " for each parameter, kind and disinfectant"
            + (limit.condition == nil ? "" : ", and conditions that do not overlap"))
        break
      }
    }
  }
}
