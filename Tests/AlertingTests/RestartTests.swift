import PoolModel
import Testing

@testable import Alerting

/// Records as far as judgement sees them: the occurrences and sources that decisions wrote.
private struct RecordsModel {
  private var occurrences: [String: AlarmOccurrence] = [:]
  private var sources: [SourceKey: SourceState] = [:]

  private struct SourceKey: Hashable {
    var pool: PoolID
    var parameter: String?
  }

  private struct RuleKey: Hashable {
    var rule: String
    var pool: PoolID?
    var parameter: String?
  }

  mutating func apply(_ transitions: [AlarmTransition], _ states: [SourceState]) {
    for transition in transitions {
      occurrences[transition.occurrence.id] = transition.occurrence
    }
    for state in states {
      sources[SourceKey(pool: state.pool, parameter: state.parameter)] = state
    }
  }

  func state() -> JudgementState {
    let historical = Dictionary(
      grouping: occurrences.values.filter { $0.state == .historical },
      by: { RuleKey(rule: $0.rule, pool: $0.pool, parameter: $0.parameter) })
    let newest = historical.values.compactMap { $0.max { $0.eventTime < $1.eventTime } }
    let held = occurrences.values.filter { !$0.state.isOpen && $0.hold != nil }
    return JudgementState(
      occurrences: occurrences.values.filter(\.state.isOpen) + held
        + newest.filter { $0.hold == nil },
      sources: Array(sources.values))
  }
}

/// Rows as the store would have them, with what happens between them.
private struct Recording {
  var rows: [SampleRow] = []
  var moments: [Moment] = []

  /// Values wander about the limits; some rows are late, some samples bad or absent, some series
  /// stop for long, and the first third is judged in catching up.
  init(seed: UInt64, rowCount: Int) {
    var numbers = SplitMix64(seed: seed)
    var newest: [Series: Timestamp] = [:]
    var stored: Set<[Int]> = []
    var absentUntil: [Series: Int] = [:]
    var second = 0
    for index in 0..<rowCount {
      second += [30, 60, 60, 60, 240].randomElement(using: &numbers) ?? 60
      let pool = Bool.random(using: &numbers) ? Station.hall : Station.garden
      let isOld = Int.random(in: 0..<8, using: &numbers) == 0
      let time = isOld ? second - Int.random(in: 0...1200, using: &numbers) : second
      var samples: [Sample] = []
      for parameter in [Station.freeChlorine, Station.pH] {
        let series = Series(pool: pool, parameter: parameter)
        if Int.random(in: 0..<40, using: &numbers) == 0 { absentUntil[series] = index + 15 }
        guard index >= absentUntil[series] ?? 0, Int.random(in: 0..<8, using: &numbers) > 0,
          stored.insert([pool.index, parameter.index, time]).inserted
        else { continue }
        let isLate = newest[series].map { Station.instant(time) < $0 } ?? false
        if !isLate { newest[series] = Station.instant(time) }
        samples.append(
          Station.sample(
            parameter, Self.value(of: parameter, at: index, &numbers),
            flag: Self.flag(&numbers), isLate: isLate))
      }
      guard !samples.isEmpty else { continue }
      rows.append(SampleRow(pool: pool, time: Station.instant(time), samples: samples))
      let lag = index < rowCount / 3 ? 3600 : 5
      let previous = moments.last ?? Station.moment(0)
      let judged = Station.moment(second + lag)
      // A backlog is judged within seconds.
      moments.append(
        Moment(
          wall: judged.wall,
          monotonic: index < rowCount / 3
            ? previous.monotonic + .milliseconds(100)
            : max(previous.monotonic, judged.monotonic)))
    }
  }

  private static func value(
    of parameter: ParameterNumber, at index: Int, _ numbers: inout SplitMix64
  ) -> Double {
    // Stretches of about a dozen rows out of limits, about the bound, and well inside.
    let phase = (index / 12 + parameter.index) % 3
    let ranges: [ClosedRange<Int>] =
      parameter == Station.freeChlorine
      ? [5...30, 28...35, 33...80] : [781...800, 773...782, 720...775]
    return Double(Int.random(in: ranges[phase], using: &numbers)) / 100
  }

  private static func flag(_ numbers: inout SplitMix64) -> QualityFlag {
    switch Int.random(in: 0..<16, using: &numbers) {
    case 0, 1: .fail
    case 2: .missing
    case 3: .unknown
    case 4: .suspect
    default: .good
    }
  }

  /// Free chlorine is critical at what the recording often has.
  static let rules: AlarmRules = {
    var limits = Station.rules.limits
    limits[Station.freeChlorine] = LimitDamping(
      deadband: 0.03, onDelay: .seconds(120), offDelay: .seconds(60), criticalLow: 0.25)
    return AlarmRules(
      limits: limits, silence: Station.rules.silence, brokerDown: Station.rules.brokerDown)
  }()

  /// What somebody does to the newest alarm after row `index`.
  private func actions(_ index: Int) -> [AlarmAction] {
    let due: [(Int, AlarmAction)] = [
      (7, .acknowledge), (11, .comment), (13, .assign(to: "wang")),
      (17, .shelve(until: moments[index].wall + .seconds(3600))), (19, .unshelve),
      (23, .takeOutOfService), (5, .putBackInService),
    ]
    return due.filter { index.isMultiple(of: $0.0) }.map(\.1)
  }

  /// Row `index` and what follows from it: now and then somebody does something to what is newest.
  func step(_ index: Int, _ engine: inout AlarmEngine, _ newestID: inout String?)
    -> [AlarmTransition]
  {
    var transitions = engine.judge(rows[index], now: moments[index])
    if let raised = transitions.last(where: { $0.kind == .raised }) {
      newestID = raised.occurrence.id
    }
    for action in actions(index) {
      guard let id = newestID else { continue }
      // A refusal is a result like any other: both runs have to give the same.
      let actor = AlarmTransition.Actor(name: "li", comment: "")
      if let steps = try? engine.act(action, on: id, by: actor, now: moments[index]) {
        transitions += steps
      }
    }
    return transitions
  }

  /// The engine as a restart after row `index` makes it.
  ///
  /// It is fed the stretches that it asks for, or everything there is, of which it has to leave out
  /// the rest by itself. The store holds also what comes after the cursor.
  func restarted(
    after index: Int, _ state: JudgementState, isFedEverything: Bool
  ) -> AlarmEngine {
    var engine = AlarmEngine(
      plan: Station.plan, profiles: [Station.profile()], rules: Self.rules, state: state,
      now: moments[index])
    _ = engine.brokerLinkChanged(isUp: true, now: moments[index])
    for pool in Station.plan.poolNumbersInOrder {
      let stretches = engine.warmUpStretches(of: pool)
      for row in rows.filter({ $0.pool == pool }).sorted(by: { $0.time < $1.time })
      where isFedEverything || stretches.contains(where: { $0.contains(row.time) }) {
        engine.warm(row)
      }
    }
    return engine
  }
}

struct `A restart` {
  private func start() -> AlarmEngine { Station(rules: Recording.rules).engine }

  /// The transitions without any restart, one entry a row.
  private func uninterrupted(_ recording: Recording) -> [[AlarmTransition]] {
    var engine = start()
    var newestID: String?
    return recording.rows.indices.map { recording.step($0, &engine, &newestID) }
  }

  @Test func `is looked for after steps of every kind`() {
    let steps = (1...3).flatMap { seed in
      uninterrupted(Recording(seed: seed, rowCount: 200)).joined()
    }
    #expect(Set(steps.map(\.kind)) == Set(AlarmTransition.Kind.allCases))
  }

  @Test(arguments: 1...3)
  func `at any row changes nothing that comes after`(seed: UInt64) {
    let recording = Recording(seed: seed, rowCount: 200)
    let expected = uninterrupted(recording)
    var engine = start()
    var records = RecordsModel()
    var newestID: String?
    for index in recording.rows.indices {
      let transitions = recording.step(index, &engine, &newestID)
      records.apply(transitions, engine.takeChangedSources())
      var other = recording.restarted(after: index, records.state(), isFedEverything: false)
      var otherID = newestID
      for later in recording.rows.indices.dropFirst(index + 1) {
        let steps = recording.step(later, &other, &otherID)
        guard steps == expected[later] else {
          #expect(
            steps.map(Station.text) == expected[later].map(Station.text),
            "seed \(seed), restart after row \(index), difference at row \(later)")
          return
        }
      }
    }
  }

  @Test(arguments: 1...24)
  func `after every row changes nothing`(seed: UInt64) {
    let recording = Recording(seed: seed, rowCount: 200)
    let expected = uninterrupted(recording)
    var engine = start()
    var records = RecordsModel()
    var newestID: String?
    var transitions: [[AlarmTransition]] = []
    for index in recording.rows.indices {
      transitions.append(recording.step(index, &engine, &newestID))
      records.apply(transitions[index], engine.takeChangedSources())
      engine = recording.restarted(after: index, records.state(), isFedEverything: true)
    }
    for index in recording.rows.indices where transitions[index] != expected[index] {
      #expect(
        transitions[index].map(Station.text) == expected[index].map(Station.text),
        "seed \(seed), row \(index)")
      #expect(transitions[index] == expected[index], "seed \(seed), row \(index)")
      return
    }
  }
}

struct `The sources of a decision` {
  @Test func `are all expected ones at first, then those that were heard of`() {
    var station = Station()
    let first = station.engine.takeChangedSources()
    #expect(first.count == 3 + 3 * 2)
    #expect(first.allSatisfy { $0.newestReading == nil })
    #expect(first.allSatisfy { $0.expectedSince == Station.instant(0) })
    #expect(station.engine.takeChangedSources() == [])
    _ = station.judge(60, Station.sample(Station.freeChlorine, 0.5))
    _ = station.judge(120, Station.sample(Station.freeChlorine, 0.5))
    let hall = PoolID(venue: "baths", pool: "hall")
    #expect(
      station.engine.takeChangedSources() == [
        SourceState(
          pool: hall, parameter: nil, expectedSince: Station.instant(0),
          newestReading: Station.instant(120)),
        SourceState(
          pool: hall, parameter: "free_chlorine", expectedSince: Station.instant(0),
          newestReading: Station.instant(120)),
      ])
    #expect(station.engine.takeChangedSources() == [])
    #expect(station.engine.newestJudged == Station.instant(120))
    #expect(station.engine.newestJudged(of: Station.hall) == Station.instant(120))
    #expect(station.engine.newestJudged(of: Station.garden) == nil)
  }
}
