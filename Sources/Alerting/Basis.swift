import PoolModel

/// What an alarm rests on beside its clause, in words for people.
struct Basis {
  let plan: Plan
  let limit: Limit
  let side: DampedBound.Side
  let choice: BoundChoice
  /// What a computed parameter was made of; nil for a measured one.
  let reading: DerivedReading?

  /// All there is to say, in one line; nil when that is nothing.
  var text: String? {
    let words = [ingredients, condition, override].compactMap { $0 }
    return words.isEmpty ? nil : words.joined(separator: "; ")
  }

  /// `made of free chlorine 0.5 mg/L, pH 7.8, temperature 28 °C`.
  private var ingredients: String? {
    guard case .derived(let parameter) = limit.subject, let reading else { return nil }
    let values = [reading.first, reading.second, reading.third]
    let parts = zip(parameter.ingredients, values).map { name, value in
      let known = plan.parameterNumber(name).map { plan[$0] }
      return named(known, value.readable, or: name)
    }
    return "made of " + parts.joined(separator: ", ")
  }

  /// `limit for pH above 7.6`, or that the pH is not known.
  private var condition: String? {
    guard let condition = limit.condition else { return nil }
    let parameter = plan[condition.parameter]
    let bounds = [
      condition.low.map { ($0.isInclusive ? "from " : "above ") + $0.value.readable },
      condition.high.map { ($0.isInclusive ? "to " : "below ") + $0.value.readable },
    ].compactMap { $0 }
    let words = "limit for " + named(parameter, bounds.joined(separator: " "), or: parameter.name)
    return choice == .unknown
      ? "\(words), the strictest, as \(name(of: parameter)) is not known" : words
  }

  /// `set by the district instead of 0.3: why (who, 2026-03-01)`.
  private var override: String? {
    guard let override = limit.override else { return nil }
    let before = side == .low ? override.low : override.high
    let now = limit.bound(side)
    guard before != now else { return nil }
    let signature = [override.decidedBy, override.date?.description].compactMap { $0 }
    return "set by the district instead of \(before?.value.readable ?? "no limit"): "
      + override.reason
      + (signature.isEmpty ? "" : " (\(signature.joined(separator: ", ")))")
  }

  private func named(_ parameter: Parameter?, _ value: String, or fallback: String) -> String {
    guard let parameter else { return "\(fallback) \(value)" }
    let unit = parameter.unit.isEmpty ? "" : " \(parameter.unit)"
    return "\(name(of: parameter)) \(value)\(unit)"
  }

  private func name(of parameter: Parameter) -> String {
    parameter.title.both.isEmpty ? parameter.name : parameter.title.both
  }
}
