import PoolModel
import Testing

@testable import Alerting

/// Rows whose chlorine drifts up and down, with pauses, failed and late values, and sensors that are worked at.
private struct Drifts {
  /// What is judged, in order: rows, and new flags of the newest value.
  var steps: [SampleRow] = []
  /// What the store has of it in the end, by time.
  private(set) var stored: [Int: SampleRow] = [:]

  /// Whether warnings ask for the day before.
  let asksLastDay: Bool

  init(seed: UInt64, count: Int, asksLastDay: Bool) {
    self.asksLastDay = asksLastDay
    var numbers = SplitMix64(seed: seed)
    var (value, slope, second, pauseAfter) = (0.6, -0.002, 0, 40)
    for index in 0..<count {
      if index.isMultiple(of: 70) {
        slope = [-0.004, -0.003, -0.0015, 0, 0.002, 0.004].randomElement(using: &numbers) ?? 0
      }
      second += [30, 60, 60, 60, 120].randomElement(using: &numbers) ?? 60
      if index == pauseAfter {
        second += [240, 600, 1500, 5400].randomElement(using: &numbers) ?? 0
        pauseAfter += Int.random(in: 30..<150, using: &numbers)
      }
      value = min(max(value + slope, 0.15), 1.2)
      let noise = Double(Int.random(in: -1...1, using: &numbers)) / 100
      let shown = ((value + noise) * 100).rounded() / 100
      let pH = Sample(
        parameter: TrendBench.pH, value: index / 90 % 2 == 0 ? 7.2 : 7.8, flag: .good)
      let flow = Sample(
        parameter: TrendBench.flow, value: index % 160 > 154 ? 0 : 10, flag: .good)
      let isWorkedAt = index % 230 > 226
      var row = TrendBench.row(
        second, shown, flag: isWorkedAt ? .fail : .good, marks: isWorkedAt ? .calibration : [],
        others: Int.random(in: 0..<3, using: &numbers) == 0 ? [] : [pH, flow])
      if Int.random(in: 0..<30, using: &numbers) == 0 { row.samples[0].flag = .suspect }
      steps.append(row)
      stored[second] = row
      if Int.random(in: 0..<10, using: &numbers) == 0 {
        // Its final flag comes with the next value.
        row.samples = [row.samples[0]]
        row.samples[0].flag = .fail
        steps.append(row)
        stored[second]?.samples[0].flag = .fail
      }
      if Int.random(in: 0..<25, using: &numbers) == 0 {
        let late = TrendBench.row(second - 17, 5, isLate: true)
        steps.append(late)
        stored[second - 17] = late
      }
    }
  }

  var setting: TrendBench.Setting {
    var setting = TrendBench.Setting()
    setting.lowAboveNeutral = 0.4
    setting.hasCirculation = true
    setting.asksLastDay = asksLastDay
    setting.rate = RateRule(perMinute: 0.006, window: .seconds(300))
    return setting
  }

  /// When each is judged: the first third hours late, within seconds.
  var moments: [Moment] {
    let backlog = steps.count / 3
    return steps.enumerated().map { index, row in
      let second = Int((row.time - TrendBench.start).wholeMilliseconds / 1000)
      if index >= backlog { return TrendBench.moment(second) }
      return Moment(
        wall: row.time + .seconds(20_000), monotonic: .seconds(900_000) + .milliseconds(index * 100)
      )
    }
  }
}

@Suite struct `A restart amid drifts and fast changes` {
  // What late rows change is read back by the same engine.
  @Test(arguments: 1...3)
  func `leaves the same as rows that are read back in between`(seed: UInt64) {
    let drifts = Drifts(seed: seed, count: 1500, asksLastDay: true)
    let moments = drifts.moments
    var straight = TrendBench(drifts.setting, now: moments[0])
    var bench = straight
    var numbers = SplitMix64(seed: seed &+ 5)
    for (index, row) in drifts.steps.enumerated() {
      let expected = straight.engine.judge(row, now: moments[index])
      let steps = bench.engine.judge(row, now: moments[index])
      guard steps == expected else {
        #expect(steps == expected, "seed \(seed), step \(index)")
        return
      }
      guard Int.random(in: 0..<6, using: &numbers) == 0 else { continue }
      bench.engine.forgetRows(of: TrendBench.pool)
      bench.readBack(drifts.stored.values)
    }
  }

  // With the day before asked the drifts of seed 2 make no warning.
  @Test(arguments: [
    (1, false), (2, false), (3, false), (4, false), (1, true), (3, true), (4, true),
  ])
  func `changes nothing that comes after`(seed: UInt64, asksLastDay: Bool) {
    // A third of a day, or nearly two.
    let drifts = Drifts(seed: seed, count: asksLastDay ? 2500 : 700, asksLastDay: asksLastDay)
    let moments = drifts.moments
    var straight = TrendBench(drifts.setting, now: moments[0])
    let expected = zip(drifts.steps, moments).map { straight.engine.judge($0, now: $1) }
    let kinds = Set(
      expected.joined().filter { $0.occurrence.alarmClass == .trend }.map {
        "\($0.occurrence.rule.contains("_trend_") ? "trend" : "rate") \($0.kind)"
      })
    #expect(
      kinds.isSuperset(of: [
        "trend raised", "trend returned", "rate raised", "rate returned",
      ]), "seed \(seed): \(kinds)")
    let severities = Set(
      expected.joined().map(\.occurrence).filter { $0.rule.contains("_trend_") }.map(\.severity))
    #expect(severities.isSuperset(of: [.advisory, .warning]), "seed \(seed): \(severities)")

    var bench = TrendBench(drifts.setting, now: moments[0])
    var occurrences: [String: AlarmOccurrence] = [:]
    var sources: [String: SourceState] = [:]
    var numbers = SplitMix64(seed: seed &+ 99)
    for (index, row) in drifts.steps.enumerated() {
      let steps = bench.engine.judge(row, now: moments[index])
      guard steps == expected[index] else {
        #expect(
          steps.map(TrendBench.text) == expected[index].map(TrendBench.text),
          "seed \(seed), step \(index)")
        #expect(steps == expected[index])
        return
      }
      for step in steps { occurrences[step.occurrence.id] = step.occurrence }
      for source in bench.engine.takeChangedSources() {
        sources[source.parameter ?? ""] = source
      }
      guard Int.random(in: 0..<(asksLastDay ? 60 : 6), using: &numbers) == 0 else { continue }
      let historical = occurrences.values.filter { $0.state == .historical }
      let newest = Dictionary(grouping: historical, by: \.rule).values
        .compactMap { $0.max { $0.eventTime < $1.eventTime } }
      bench = TrendBench(
        drifts.setting,
        state: JudgementState(
          occurrences: occurrences.values.filter(\.state.isOpen) + newest,
          sources: Array(sources.values)), now: moments[index])
      bench.readBack(drifts.stored.values)
    }
  }
}
