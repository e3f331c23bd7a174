import PoolModel

/// How a value stands by one rule, and which bound that rests on.
struct Judgement: Hashable, Sendable {
  var standing: Standing
  var choice: BoundChoice
}

/// Which of a rule's bounds a value was judged by.
enum BoundChoice: Hashable, Sendable {
  /// The only one there is, or none at all.
  case plain
  /// One of those with a condition: its place among the entry's alternatives.
  case met(UInt16)
  /// The tightest of them, as the other parameter is not known.
  case unknown
  /// None: the other parameter is known, and no condition is met.
  case none
}

extension AlarmEngine {
  /// How `value` stands by `rule`.
  ///
  /// A rule without a bound for the pool on that day has nothing to say: every value is inside. Where
  /// bounds have conditions, the one whose condition is met counts. When the other parameter is not
  /// known the tightest counts: what is missing is never in limits. When it is known and no condition
  /// is met there is no limit to be out of; but only a value inside the tightest ends an alarm then, so
  /// that any other is near.
  @inline(__always)
  func judgement(of value: Double, rule: Int, pool: PoolNumber, profile: Int?) -> Judgement {
    guard let entry = book.entry(profile: profile, pool: pool, rule: rule) else {
      return Judgement(standing: .inside, choice: .plain)
    }
    if entry.alternatives.isEmpty {
      return Judgement(standing: entry.bound.standing(of: value), choice: .plain)
    }
    return conditionalJudgement(of: value, by: entry)
  }

  private func conditionalJudgement(of value: Double, by entry: RuleBook.Entry) -> Judgement {
    let choice = choice(among: entry.alternatives)
    let standing = book.bound(of: entry, choice).bound.standing(of: value)
    return Judgement(
      standing: choice == .none && standing == .outside ? .near : standing, choice: choice)
  }

  /// Which of the bounds counts by what is known of the row's parts; of several that hold, the tightest.
  func choice(among range: Range<Int>) -> BoundChoice {
    var found: Int?
    for index in range {
      let alternative = book.alternatives[index]
      if let condition = alternative.condition {
        guard let value = parts.value(at: alternative.slot) else { return .unknown }
        guard condition.isMet(by: value) else { continue }
      }
      if let known = found,
        !alternative.entry.bound.isTighter(than: book.alternatives[known].entry.bound)
      {
        continue
      }
      found = index
    }
    return found.map { .met(UInt16(clamping: $0 - range.lowerBound)) } ?? .none
  }
}

extension RuleBook {
  /// The bound that `choice` means; the tightest where it is none of the alternatives.
  func bound(of entry: Entry, _ choice: BoundChoice) -> Entry {
    guard case .met(let offset) = choice, Int(offset) < entry.alternatives.count else {
      return entry
    }
    return alternatives[entry.alternatives.lowerBound + Int(offset)].entry
  }
}
