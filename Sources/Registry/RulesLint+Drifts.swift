import PoolModel

// Drifts that are never seen, and those that nobody is ever warned of.
extension RulesLint {
  func checkTrends() {
    var openings = Openings(plan: plan)
    for trend in rules.trends {
      let name = trend.parameter.value
      guard let number = plan.parameterNumber(name) else { continue }
      let mandatory = limits(on: name).filter { $0.isMandatory == true }
      if mandatory.isEmpty {
        report.add(
          trend.parameter.place,
          "'trend' watches \(quoted(name)), and no profile limits it mandatorily for a pool of the plan:"
            + " no drift is ever seen, expected a parameter with such a limit, or off")
      }
      let range = plan[number].plausible
      if trend.resolution.value >= rounded(range.upperBound - range.lowerBound) {
        report.add(
          trend.resolution.place,
          "'resolution' is \(shown(trend.resolution.value)), the plausible range of \(name) is"
            + " \(shown(range)): no drift is ever seen, expected the sensor's smallest step")
      }
      checkOpening(of: trend, limitedBy: mandatory, &openings)
    }
  }

  /// Reports pools that are open for too short a time to see a drift, or to know one from what they do every day.
  private func checkOpening(
    of trend: TrendDraft, limitedBy limits: [LimitDraft], _ openings: inout Openings
  ) {
    var unseen: [(pool: PoolID, opening: Opening)] = []
    var unwarned: [(pool: PoolID, opening: Opening)] = []
    for number in plan.poolNumbersInOrder where limits.contains(where: { $0.holds(plan[number]) }) {
      guard let opening = openings.opening(of: number) else { continue }
      if opening.longest <= openings.unseen {
        unseen.append((plan[number].id, opening))
      } else if trend.asksLastDay, opening.blockCount < Openings.leastBlockCount {
        unwarned.append((plan[number].id, opening))
      }
    }
    let name = trend.parameter.value
    if let first = unseen.first {
      report.add(
        trend.parameter.place,
        "a drift of \(name) can never be seen at \(first.pool)\(others(unseen.count)), as it is open for"
          + " \(Minutes.most(first.opening.longest)) at a stretch, expected more than"
          + " \(Minutes.most(openings.unseen)), or off")
    }
    if let first = unwarned.first {
      report.add(
        trend.parameter.place,
        "a drift of \(name) can never be warned of at \(first.pool)\(others(unwarned.count)), as it is open in"
          + " \(openings.hours(first.opening.blockCount)) of a day, expected at least"
          + " \(openings.hours(Openings.leastBlockCount)), or 'beyond_last_day: false'")
    }
  }

  private func others(_ count: Int) -> String {
    count == 1 ? "" : count == 2 ? " and 1 other pool" : " and \(count - 1) other pools"
  }
}

extension LimitDraft {
  /// Whether it is about `pool`, by kind and disinfectant.
  fileprivate func holds(_ pool: Pool) -> Bool {
    kinds.contains(pool.kind) && disinfectants.contains(pool.disinfectant)
  }
}

/// How long a pool is open, as far as drifts ask.
private struct Opening {
  /// At a stretch.
  let longest: Duration
  /// In how many blocks of a day, at most.
  let blockCount: Int
}

/// How long the pools of a plan are open, worked out once for each week that they have.
///
/// Buckets, blocks and counts are those of Alerting (TrendWatch, TrendWindow, TrendHistory), which Registry may
/// not ask.
private struct Openings {
  private let plan: Plan
  /// The length of a bucket in milliseconds.
  private let bucket: Int64
  /// The length of a block: an hour, of whole buckets, or a bucket that is longer.
  private let block: Int64
  private var known: [[OpeningHours]: Opening] = [:]

  /// A pool that is open no longer shows no drift.
  ///
  /// The first line is that of the twentieth bucket, the fifth line
  /// running that of the 24th, which ends with a value in the 25th: between the two ends of opening times as
  /// long as this lie parts of 24 at most.
  var unseen: Duration { .milliseconds(bucket * (20 + 5 - 2)) }

  /// So many blocks of the day before have to have values.
  static let leastBlockCount = 6
  /// Over so long it is looked at: some weeks, as blocks that are no hours lie otherwise each day.
  private static let period =
    Timestamp(milliseconds: 1_767_225_600_000)..<Timestamp(milliseconds: 1_769_644_800_000)

  init(plan: Plan) {
    self.plan = plan
    bucket = max(plan.interval, .seconds(120)).wholeMilliseconds
    block = max(1, 3_600_000 / bucket) * bucket
  }

  /// How long the pool is open; nil where that is around the clock, or longer on single dates than in the week.
  mutating func opening(of number: PoolNumber) -> Opening? {
    let schedule = plan.openingSchedule(of: number)
    guard !schedule.weekly.isEmpty, schedule.exceptions.allSatisfy(\.spans.isEmpty) else {
      return nil
    }
    if let opening = known[schedule.weekly] { return opening }
    let week = OpeningSchedule(weekly: schedule.weekly, exceptions: [])
    let times = week.openTimes(in: Self.period, zone: plan.district.zone)
    let longest = times.map { $0.upperBound - $0.lowerBound }.max() ?? .zero
    let opening = Opening(longest: longest, blockCount: blockCount(of: times))
    known[schedule.weekly] = opening
    return opening
  }

  /// So many blocks, such as `5 hours`, to hundredths.
  func hours(_ blockCount: Int) -> String {
    let hours = (Double(Int64(blockCount) * block) / 36_000).rounded() / 100
    return hours == 1 ? "1 hour" : "\(shown(hours)) hours"
  }

  /// The most blocks with open time among those that make a day.
  private func blockCount(of times: [Range<Timestamp>]) -> Int {
    let day = max(Int64(Self.leastBlockCount), 86_400_000 / block)
    var blocks: [Int64] = []
    for time in times {
      // The period lies after 1970, where dividing rounds down.
      let first = max(time.lowerBound.milliseconds / block, (blocks.last ?? -1) + 1)
      let last = (time.upperBound.milliseconds - 1) / block
      if first <= last { blocks += first...last }
    }
    var most = 0
    var oldest = 0
    for (index, number) in blocks.enumerated() {
      while blocks[oldest] <= number - day { oldest += 1 }
      most = max(most, index - oldest + 1)
    }
    return most
  }
}
