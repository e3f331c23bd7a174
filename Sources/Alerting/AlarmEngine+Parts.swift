import PoolModel

// Limits on a condition, and on computed parameters. A book without them, as is usual, never comes here.

extension AlarmEngine {
  /// Finds what is known of the parts when a row is judged.
  mutating func gatherParts(of samples: Span<Sample>, verdict: Verdict) {
    parts.begin(verdict.pool, at: verdict.time)
    for index in samples.indices {
      let sample = samples[index]
      guard let slot = book.slot(of: sample.parameter),
        !sample.arrivalMarks.contains(.replayed)
      else { continue }
      let place = self.index(of: Series(pool: verdict.pool, parameter: sample.parameter))
      let isNewer = series[place].newestReading.map { verdict.time > $0 } ?? true
      let isNews = isNewer && !sample.arrivalMarks.contains(.late)
      parts.take(sample, slot: slot, isNews: isNews)
    }
  }

  /// Keeps the row's own values for rows that lack them.
  mutating func rememberParts(of samples: Span<Sample>, verdict: Verdict) {
    for index in samples.indices {
      let sample = samples[index]
      guard sample.flag != .missing,
        sample.isInOrder,
        let slot = book.slot(of: sample.parameter)
      else { continue }
      parts.remember(sample, slot: slot, of: verdict.pool, at: verdict.time)
    }
  }

  /// Judges what the row's values and those known beside them make up.
  ///
  /// Once per instant: when the parts of a row come one by one, with the first that completes them. What the
  /// others change of it counts from the next row on.
  mutating func judgeDerived(verdict: Verdict, into transitions: inout [AlarmTransition]) {
    if book.derived.isEmpty { return }
    let time = verdict.time.milliseconds
    for (index, derived) in book.derived.enumerated() {
      let place = verdict.pool.index * book.derived.count + index
      if (parts.news | parts.late) & derived.mask == 0 { continue }
      let made = made(derived)
      if parts.news & derived.mask != 0 {
        let isJoined =
          verdict.isJoining
          && (time <= derivedReadings[place].time
            || parts.isKnown(derived.mask, of: verdict.pool, after: verdict.time))
        if isJoined {
          joinDerived(index, made, verdict: verdict)
        } else {
          if made.value != nil, let reading = made.reading {
            derivedReadings[place] = reading.at(time)
          }
          for rule in derived.rules {
            judgeRule(
              rule, value: made.value, at: verdict.pool.index * book.rules.count + rule,
              time: time, verdict: verdict, into: &transitions)
          }
          continue
        }
      }
      guard parts.late & derived.mask != 0, let value = made.value, let reading = made.reading
      else { continue }
      for rule in derived.rules {
        recordLate(value, rule: rule, reading: reading, verdict: verdict, into: &transitions)
      }
    }
  }

  /// Whether the water of the row's pool stands, by what is known of it.
  var isStanding: Bool {
    guard let circulation = book.circulation, let value = parts.value(at: circulation.slot) else {
      return false
    }
    return circulation.isStanding(value)
  }

  /// Reads back what the row's values made up, as `warm` does.
  mutating func warmDerived(_ row: SampleRow, profile: Int?) {
    let time = row.time.milliseconds
    for (index, derived) in book.derived.enumerated() {
      let place = row.pool.index * book.derived.count + index
      guard parts.news & derived.mask != 0, time > derivedReadings[place].time else { continue }
      let made = made(derived)
      if made.value != nil, let reading = made.reading {
        derivedReadings[place] = reading.at(time)
      }
      for rule in derived.rules {
        readBack(
          rule, value: made.value, at: row.pool.index * book.rules.count + rule, row: row,
          profile: profile, isStanding: isStanding)
      }
    }
  }

  /// What the computed parameter of a rule was made of when it was last judged; nil for a measured one.
  func derivedReading(of pool: PoolNumber, rule: Int) -> DerivedReading? {
    guard let index = book.derived.firstIndex(where: { $0.rules.contains(rule) }) else {
      return nil
    }
    return derivedReadings[pool.index * book.derived.count + index]
  }

  /// The value that the parts make up, and of what; no value when one of them is missing or says nothing
  /// of the water, as then it says nothing either.
  private func made(_ derived: RuleBook.Derived) -> Made {
    var reading = DerivedReading()
    for (index, slot) in derived.slots.enumerated() {
      guard case .known(let value) = parts.row[slot] else { return (nil, nil) }
      switch index {
      case 0: reading.first = value
      case 1: reading.second = value
      default: reading.third = value
      }
    }
    return (
      derived.parameter.value(reading.first, reading.second, reading.third), reading
    )
  }
}

/// A computed value, and what it is made of.
typealias Made = (value: Double?, reading: DerivedReading?)

extension DerivedReading {
  /// The same, judged at `time`.
  func at(_ time: Int64) -> DerivedReading {
    var reading = self
    reading.time = time
    return reading
  }
}
