public import PoolModel

extension AlarmEngine {
  /// How far before the newest judged reading of a series its rows must be fed to `warm`.
  ///
  /// The longest delay, which no pending or returning run outlasts, and the longest time that such a
  /// run waits for its next usable sample while others come.
  public var warmUpWindow: Duration { .milliseconds(book.longestDelay + patience) }

  /// The stretches of time, in order, whose rows of `pool` must be fed to `warm`, ends included.
  ///
  /// Usually one, the window before its newest judged reading; more when its series stopped at different
  /// times. Empty when nothing of it was judged. Ask before the first row is judged.
  public func warmUpStretches(of pool: PoolNumber) -> [ClosedRange<Timestamp>] {
    let newest = plan.parameters.indices.compactMap { parameter in
      book.rules(of: ParameterNumber(parameter)).isEmpty
        ? nil
        : series[index(of: Series(pool: pool, parameter: ParameterNumber(parameter)))]
          .newestReading
    }
    var stretches: [ClosedRange<Timestamp>] = []
    for end in newest.sorted() {
      let begin = end - warmUpWindow
      if let last = stretches.last, begin <= last.upperBound {
        stretches[stretches.count - 1] = last.lowerBound...end
      } else {
        stretches.append(begin...end)
      }
    }
    return stretches
  }

  /// Reads back a row from before the cursor, so that pending and returning runs are as they were.
  ///
  /// Raises and ends nothing. Of each series only the window before its newest judged reading counts;
  /// later samples are yet to be judged. Late ones are left out.
  ///
  /// - Parameter row: a stored row; rows of a pool come in the order of their times, before its
  ///   first row is judged.
  public mutating func warm(_ row: SampleRow) {
    let window = warmUpWindow
    let profile = book.profile(at: row.time)
    let time = row.time.milliseconds
    for sample in row.samples {
      guard sample.flag != .missing, sample.arrivalMarks.isDisjoint(with: [.late, .replayed])
      else { continue }
      let place = index(of: Series(pool: row.pool, parameter: sample.parameter))
      // Rows from before its own window come for the sake of other series, with gaps after them.
      guard let newest = series[place].newestReading, row.time <= newest,
        row.time >= newest - window
      else { continue }
      rooms[place] = SteadyRoom()
      for rule in book.rules(of: sample.parameter) {
        let place = row.pool.index * book.rules.count + rule
        if sample.flag.isUsable {
          let standing = standing(of: sample.value, rule: rule, pool: row.pool, profile: profile)
          runs[place].readBack(standing, value: sample.value, at: time)
        } else {
          runs[place].readBackFailed(at: time, patience: patience)
        }
      }
    }
  }
}
