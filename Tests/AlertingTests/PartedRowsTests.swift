import PoolModel
import Testing

@testable import Alerting

private typealias Scenario = LimitScenario

/// A pool whose parameters come in several messages, its store, and what Records would hold of it.
private struct PartedPool {
  private(set) var engine: AlarmEngine
  private(set) var transitions: [AlarmTransition] = []
  /// Everything that will ever come: what is not judged yet has to be left out.
  private let rows: [SampleRow]
  private var occurrences: [String: AlarmOccurrence] = [:]
  private var sources: [String?: SourceState] = [:]
  private var now = Scenario.moment(Scenario.minute(0))

  static let flow = ParameterNumber(9)

  private static let limits = Scenario.profile(
    Scenario.newSouthWales.limits + Scenario.din.limits + [
      Scenario.limit(.derived(.hypochlorousAcid), low: 0.7),
      Scenario.limit(.derived(.combinedChlorine), high: 0.4),
    ])

  private static let rules: AlarmRules = {
    let damping = LimitDamping(deadband: 0.02, onDelay: .seconds(120), offDelay: .seconds(180))
    var monitoring = MonitoringRules()
    monitoring.disagreement = DisagreementRule(
      chlorine: Scenario.freeChlorine, orp: Scenario.orp,
      weakORP: .init(chlorine: 1.5, orp: 755), delay: .seconds(180))
    return AlarmRules(
      limits: [Scenario.freeChlorine: damping, Scenario.orp: damping],
      derived: [.hypochlorousAcid: damping, .combinedChlorine: damping], silence: .seconds(600),
      brokerDown: .seconds(600),
      circulation: CirculationRule(
        parameter: flow, minimum: 1, onDelay: .seconds(120), offDelay: .seconds(60)),
      monitoring: monitoring)
  }()

  /// A pool that will have sent `parts`.
  init(_ parts: [SampleRow]) {
    var samples: [Timestamp: [ParameterNumber: Sample]] = [:]
    for part in parts {
      for sample in part.samples { samples[part.time, default: [:]][sample.parameter] = sample }
    }
    rows = samples.sorted { $0.key < $1.key }.map { time, samples in
      SampleRow(
        pool: PoolNumber(0), time: time,
        samples: samples.values.sorted { $0.parameter < $1.parameter })
    }
    engine = Self.engine(JudgementState(), now)
  }

  private static func engine(_ state: JudgementState, _ now: Moment) -> AlarmEngine {
    var engine = AlarmEngine(
      plan: Scenario([]).plan, profiles: [limits], rules: rules, state: state, now: now)
    _ = engine.brokerLinkChanged(isUp: true, now: now)
    return engine
  }

  /// Judges a part, and reads back what the engine wants to be read back.
  mutating func judge(_ part: SampleRow) {
    now = Scenario.moment(max(now.wall, part.time + .seconds(1)))
    let steps = engine.judge(part, now: now)
    transitions += steps
    for step in steps { occurrences[step.occurrence.id] = step.occurrence }
    for source in engine.takeChangedSources() { sources[source.parameter] = source }
    for pool in engine.takeOutdatedPools() {
      engine.forgetRows(of: pool)
      readBack()
    }
  }

  /// A new process goes on, with `parts` to be judged.
  mutating func restart(before parts: ArraySlice<SampleRow>) {
    let open = occurrences.values.filter(\.state.isOpen)
    engine = Self.engine(
      JudgementState(occurrences: Array(open), sources: Array(sources.values)), now)
    var ahead = SampleStretch()
    for part in parts {
      let first = ahead.samples.count
      ahead.samples += part.samples
      ahead.rows.append(
        .init(pool: part.pool, time: part.time, samples: first..<ahead.samples.count))
    }
    engine.lookAhead(ahead)
    readBack()
  }

  private mutating func readBack() {
    for stretch in engine.warmUpStretches(of: PoolNumber(0)) {
      let end = rows.partitioningIndex { $0.time > stretch.upperBound }
      let begin = rows.partitioningIndex { $0.time >= stretch.lowerBound }
      for row in rows[begin..<end] { engine.warm(row) }
    }
  }

  /// All steps, as lines.
  var lines: [String] {
    transitions.map { "\(Station.text($0)) \($0.occurrence.id) \($0.occurrence.basis ?? "")" }
  }
}

extension [SampleRow] {
  /// The first place from which on `isBehind` holds.
  fileprivate func partitioningIndex(_ isBehind: (SampleRow) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// How the parameters of a reading come.
private enum Way: CaseIterable {
  case chlorineFirst, pHFirst, apart, minuteBehind, fiveMinutesBehind

  /// Readings a minute of water that wanders about its limits, in the order in which their parts come.
  func parts(seed: UInt64, minutes: Int) -> [SampleRow] {
    var numbers = SplitMix64(seed: seed)
    var parts: [SampleRow] = []
    var behind: [SampleRow] = []
    for minute in 0..<minutes {
      let time = Scenario.minute(minute)
      let first = [Scenario.freeChlorine, Scenario.orp].map { Self.sample($0, minute, &numbers) }
      let second = [Scenario.pH, PartedPool.flow].map { Self.sample($0, minute, &numbers) }
      let third = [Scenario.totalChlorine, Scenario.temperature].map {
        Self.sample($0, minute, &numbers)
      }
      switch self {
      case .chlorineFirst:
        parts += [Self.row(time, first), Self.row(time, second + third)]
      case .pHFirst:
        parts += [Self.row(time, second + third), Self.row(time, first)]
      case .apart:
        parts += [
          Self.row(time, first), Self.row(time + .seconds(20), second),
          Self.row(time + .seconds(40), third),
        ]
      case .minuteBehind, .fiveMinutesBehind:
        parts.append(Self.row(time, first + third))
        behind.append(Self.row(time, second))
        if behind.count > (self == .minuteBehind ? 1 : 5) { parts.append(behind.removeFirst()) }
      }
    }
    return Self.withSpikes(parts, &numbers)
  }

  /// The same, and before the next value of a parameter now and then the word that the one before fails after all.
  private static func withSpikes(_ parts: [SampleRow], _ numbers: inout SplitMix64) -> [SampleRow] {
    var result: [SampleRow] = []
    var failing: [ParameterNumber: SampleRow] = [:]
    for part in parts {
      for sample in part.samples {
        if let spike = failing.removeValue(forKey: sample.parameter) { result.append(spike) }
        guard sample.flag == .good, Int.random(in: 0..<20, using: &numbers) == 0 else { continue }
        let failed = Sample(parameter: sample.parameter, value: sample.value, flag: .fail)
        failing[sample.parameter] = row(part.time, [failed])
      }
      result.append(part)
    }
    return result
  }

  private static func row(_ time: Timestamp, _ samples: [Sample]) -> SampleRow {
    SampleRow(
      pool: PoolNumber(0), time: time, samples: samples.sorted { $0.parameter < $1.parameter })
  }

  private static func sample(
    _ parameter: ParameterNumber, _ minute: Int, _ numbers: inout SplitMix64
  ) -> Sample {
    func number(_ range: ClosedRange<Int>) -> Double {
      Double(Int.random(in: range, using: &numbers)) / 100
    }
    let value =
      switch parameter {
      case Scenario.freeChlorine: minute % 60 < 40 ? number(130...170) : number(180...230)
      case Scenario.totalChlorine: number(190...210)
      case Scenario.pH: minute % 17 < 8 ? number(725...735) : number(740...770)
      case Scenario.orp: number(74_000...77_500)
      case PartedPool.flow: minute % 41 < 5 ? number(0...0) : number(4200...4200)
      default: number(2600...2900)
      }
    let isBad = Int.random(in: 0..<20, using: &numbers) == 0
    return Sample(parameter: parameter, value: value, flag: isBad ? .fail : .good)
  }
}

@Suite struct `A row that comes in parts` {
  @Test(arguments: Way.allCases, [UInt64(1), 2])
  fileprivate func `leaves the same alarms with a restart after each part as without`(
    way: Way, seed: UInt64
  ) {
    let parts = way.parts(seed: seed, minutes: 300)
    var whole = PartedPool(parts)
    var restarted = PartedPool(parts)
    for (index, part) in parts.enumerated() {
      whole.judge(part)
      restarted.judge(part)
      restarted.restart(before: parts[(index + 1)...].prefix(20))
      guard whole.lines == restarted.lines else {
        #expect(
          Array(restarted.lines.suffix(3)) == Array(whole.lines.suffix(3)),
          "\(way), seed \(seed), part \(index)")
        return
      }
    }
    var wanted: Set = ["free_chlorine_low", "orp_low", "orp_disagreement", "circulation"]
    if way != .fiveMinutesBehind {
      wanted.formUnion(["derived_hypochlorous_acid_low", "derived_combined_chlorine_high"])
    }
    #expect(Set(whole.transitions.map(\.occurrence.rule)).isSuperset(of: wanted))
  }

  /// docs/alarms.md: the limit is the one by the value of the same row, and only without it by one before.
  @Test func `counts from its first instant by its own pH, though that comes after the chlorine`() {
    let parts = (0..<5).flatMap { minute in
      [
        Scenario.row(Scenario.minute(minute), [Scenario.freeChlorine: 1.5], flags: [:]),
        Scenario.row(
          Scenario.minute(minute), [Scenario.pH: minute < 2 ? 7.2 : 7.8], flags: [:]),
      ]
    }
    var pool = PartedPool(parts)
    for part in parts { pool.judge(part) }
    #expect(pool.transitions.map(\.occurrence.rule) == ["free_chlorine_low"])
    #expect(pool.transitions.first?.occurrence.eventTime == Scenario.minute(2))
  }
}
