import PoolModel

/// Reads the parts that a profile's limits and a district's own have in common.
struct LimitReader {
  let report: Report

  /// What is limited: `parameter` or `derived`.
  func subject(of section: inout Section) -> Placed<SubjectDraft>? {
    guard section.has("derived") else {
      let parameter = section.placed("parameter", .id)
      _ = section.element("derived")
      return parameter.map { Placed(value: .measured($0.value), place: $0.place) }
    }
    if let parameter = section.element("parameter") {
      report.add(
        parameter.place, "'parameter' and 'derived' are both given, expected one of them")
    }
    return section.placed("derived", Form<DerivedParameter>.word).map {
      Placed(value: .derived($0.value), place: $0.place)
    }
  }

  /// `low` and `high`, one of them at least.
  func bounds(of section: inout Section) -> (low: Placed<Bound>?, high: Placed<Bound>?) {
    let low = section.optionalSection("low").flatMap { bound($0) }
    let high = section.optionalSection("high").flatMap { bound($0) }
    if !section.has("low"), !section.has("high") {
      report.add(section.place, "the limit has no bound, expected 'low', 'high' or both")
    }
    if let low, let high { checkOrder(low, high) }
    return (low, high)
  }

  /// Reports a `high` that is not more than `low`.
  func checkOrder(_ low: Placed<Bound>, _ high: Placed<Bound>) {
    guard low.value.value >= high.value.value else { return }
    report.add(
      high.place,
      "'high' is \(shown(high.value.value)), expected more than 'low', which is"
        + " \(shown(low.value.value))")
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

  /// The kinds of pool and disinfectants.
  func scope(of section: inout Section) -> (kinds: Set<PoolKind>, disinfectants: Set<Disinfectant>)
  {
    let kinds = words("kinds", Form<PoolKind>.word, of: &section)
    let disinfectants = words("disinfectants", Form<Disinfectant>.word, of: &section)
    return (kinds, disinfectants)
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
}

// MARK: - Conditions

extension LimitReader {
  /// `when`; nil when it is not there or is no mapping.
  func condition(of section: inout Section) -> ConditionDraft? {
    guard var when = section.optionalSection("when") else { return nil }
    let parameter = when.placed("parameter", .id)
    let low = side(("from", "above"), of: &when)
    let high = side(("to", "below"), of: &when)
    when.end()
    if !["from", "above", "to", "below"].contains(where: { when.has($0) }) {
      report.add(
        when.place, "'when' has no bound, expected 'from' or 'above', 'to' or 'below', or both")
    }
    if let low, let high,
      low.value.value > high.value.value
        || (low.value.value == high.value.value
          && !(low.value.isInclusive && high.value.isInclusive))
    {
      report.add(
        high.place,
        "no value meets 'when': it ends at \(shown(high.value.value)), expected more than"
          + " \(shown(low.value.value)), where it begins")
    }
    return ConditionDraft(place: when.place, parameter: parameter, low: low, high: high)
  }

  /// One end of a condition: the first key includes its number, the second does not.
  private func side(_ keys: (String, String), of section: inout Section) -> Placed<Bound>? {
    let inclusive = section.optional(keys.0, .anyNumber)
    let strict = section.optional(keys.1, .anyNumber)
    if inclusive != nil, let strict {
      report.add(
        strict.place, "'\(keys.0)' and '\(keys.1)' are both given, expected one of them")
    }
    if let inclusive {
      return Placed(
        value: Bound(value: inclusive.value, isInclusive: true), place: inclusive.place)
    }
    return strict.map {
      Placed(value: Bound(value: $0.value, isInclusive: false), place: $0.place)
    }
  }
}
