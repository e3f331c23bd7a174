import PoolModel

// The rules as text, for the store's files to name what their rollups were made by:
//
//   interval 60000
//   limit free_chlorine 2019-11-01 - >=0.3 <=1.0 indoor/chlorine,outdoor/chlorine
//   zone Asia/Shanghai
//
// A limit line has the parameter, first and last local day (`-`: no end), lower and upper bound (`-`:
// none; `>` and `<` exclude the bound itself), and the kinds of pool and disinfectants that it holds for.
// Days on which the same bounds hold are one line, whichever profiles they come from.

extension RollupRules {
  /// Everything that rollups depend on beside the readings and each pool's own `poolClass`, sorted.
  ///
  /// The same rules give the same lines on every machine.
  public var lines: [String] {
    var classes: [String: [String]] = [:]
    for parameter in parameterNames.indices {
      for (index, name) in Self.classNames.enumerated() {
        for term in terms(parameter: parameter, poolClass: index) {
          classes["limit \(parameterNames[parameter]) \(term.text)", default: []].append(name)
        }
      }
    }
    let limits = classes.map { "\($0.key) \($0.value.sorted().joined(separator: ","))" }
    return (limits + ["interval \(interval)", "zone \(zone.name)"]).sorted()
  }

  /// The first instant from which rollups made by other rules may differ from those made by these.
  ///
  /// - Parameter old: the `lines` of the other rules.
  /// - Returns: milliseconds since the epoch; `Int64.min` when zone or interval differ or a line is not
  ///   understood; nil when no rollup differs.
  public func earliestDifference(from old: [String]) -> Int64? {
    let new = Set(lines)
    let old = Set(old)
    // A line that both have says the same of the same days, so it can be left out of both.
    guard let before = LimitTimeline(old.subtracting(new)),
      let after = LimitTimeline(new.subtracting(old))
    else { return .min }
    return before.earliestDifference(from: after).map {
      zone.start(of: CivilDate(daysSinceEpoch: $0)).milliseconds
    }
  }

  /// The first instant at which pools of one class have other limits than those of another.
  ///
  /// - Parameters:
  ///   - old: what `poolClass` said when a pool's rollups were made.
  ///   - new: what it says now.
  /// - Returns: milliseconds since the epoch; `Int64.min` for a class that is not known; nil when
  ///   there is no such instant.
  func earliestDifference(fromClass old: String, toClass new: String) -> Int64? {
    guard old != new else { return nil }
    guard let old = Self.classNames.firstIndex(of: old),
      let new = Self.classNames.firstIndex(of: new)
    else { return .min }
    let count = parameterNames.count
    let stretch = stretches.first { stretch in
      stretch.bounds[old * count..<(old + 1) * count]
        != stretch.bounds[new * count..<(new + 1) * count]
    }
    return stretch?.range.lowerBound
  }

  /// Local days on which a parameter has the same bounds in pools of one class.
  private struct Term {
    var firstDay: Int
    var endDay: Int?
    var bounds: RollupBounds

    var text: String {
      let first = CivilDate(daysSinceEpoch: firstDay).description
      let last = endDay.map { CivilDate(daysSinceEpoch: $0 - 1).description } ?? "-"
      let low = bounds.low.map { ($0.isInclusive ? ">=" : ">") + "\($0.value)" } ?? "-"
      let high = bounds.high.map { ($0.isInclusive ? "<=" : "<") + "\($0.value)" } ?? "-"
      return "\(first) \(last) \(low) \(high)"
    }
  }

  private func terms(parameter: Int, poolClass: Int) -> [Term] {
    var terms: [Term] = []
    for stretch in stretches {
      let bounds = stretch.bounds[poolClass * parameterNames.count + parameter]
      guard bounds.isLimiting else { continue }
      if let last = terms.last, last.bounds == bounds, last.endDay == stretch.firstDay {
        terms[terms.count - 1].endDay = stretch.endDay
      } else {
        terms.append(Term(firstDay: stretch.firstDay, endDay: stretch.endDay, bounds: bounds))
      }
    }
    return terms
  }
}

/// Limit lines read back: which bounds hold on which days, by parameter and class of pool.
private struct LimitTimeline {
  /// What a line says of one parameter and class of pool.
  private struct Entry {
    var firstDay: Int
    /// `Int.max` without an end.
    var endDay: Int
    var bounds: String
  }

  private var entries: [String: [Entry]] = [:]

  /// nil when one of `lines` is no limit line.
  init?(_ lines: Set<String>) {
    for line in lines {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 7, words[0] == "limit", let first = CivilDate(words[2]) else {
        return nil
      }
      var endDay = Int.max
      if words[3] != "-" {
        guard let last = CivilDate(words[3]) else { return nil }
        endDay = last.daysSinceEpoch + 1
      }
      for name in words[6].split(separator: ",") {
        entries["\(words[1]) \(name)", default: []].append(
          Entry(
            firstDay: first.daysSinceEpoch, endDay: endDay, bounds: "\(words[4]) \(words[5])"))
      }
    }
  }

  /// The first day on which something has other bounds than in `other`; nil when there is none.
  func earliestDifference(from other: LimitTimeline) -> Int? {
    var earliest: Int?
    for key in Set(entries.keys).union(other.entries.keys) {
      let own = entries[key, default: []]
      let others = other.entries[key, default: []]
      let days = (own + others).flatMap { [$0.firstDay, $0.endDay] }.sorted()
      let day = days.first { day in
        own.first { $0.firstDay <= day && day < $0.endDay }?.bounds
          != others.first { $0.firstDay <= day && day < $0.endDay }?.bounds
      }
      if let day { earliest = min(earliest ?? day, day) }
    }
    return earliest
  }
}
