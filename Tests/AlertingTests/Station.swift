import PoolModel

@testable import Alerting

/// A small district under test: an engine, and a clock that follows the rows it is fed.
///
/// Times are seconds after midnight of 2 March 2026 in Shanghai.
struct Station {
  var engine: AlarmEngine
  /// How much later than its time a row is judged.
  var lagSeconds = 1
  var now: Moment
  /// How far our wall clock is put forward.
  var wallStep: Duration = .zero

  static let midnight = Timestamp(milliseconds: 1_772_380_800_000)
  static let freeChlorine = ParameterNumber(0)
  static let pH = ParameterNumber(1)
  static let temperature = ParameterNumber(2)
  static let orp = ParameterNumber(3)
  static let hall = PoolNumber(0)
  static let garden = PoolNumber(1)
  static let footBath = PoolNumber(2)

  init(
    profiles: [LimitsProfile] = [Station.profile()], rules: AlarmRules = Station.rules,
    state: JudgementState = JudgementState(), isLinkUp: Bool = true, startSeconds: Int = 0,
    hours: [OpeningHours] = []
  ) {
    now = Self.moment(startSeconds)
    engine = AlarmEngine(
      plan: Self.plan(hours: hours), profiles: profiles, rules: rules, state: state, now: now)
    if isLinkUp { _ = engine.brokerLinkChanged(isUp: true, now: now) }
  }

  static let plan = plan(hours: [])

  /// The district, its one venue open to the public at `hours`.
  static func plan(hours: [OpeningHours]) -> Plan {
    let zone = Zone(name: "Asia/Shanghai") ?? .utc
    let names = ["free_chlorine", "ph", "temperature", "orp"]
    let title = Title(english: "", chinese: "")
    func pool(_ name: String, _ kind: PoolKind) -> Pool {
      Pool(
        id: PoolID(venue: "baths", pool: name), venue: 0, title: title, kind: kind,
        disinfectant: .chlorine, resolution: [:])
    }
    return Plan(
      district: District(code: "310107", title: title, zone: zone), interval: .seconds(60),
      parameters: names.map { name in
        Parameter(name: name, unit: "", title: title, plausible: -10_000...10_000)
      },
      required: [freeChlorine, pH],
      venues: [Venue(id: "baths", title: title, street: "north", openingHours: hours)],
      pools: [pool("hall", .indoor), pool("garden", .outdoor), pool("feet", .footBath)])
  }

  /// Chlorine and pH on after 3 min, off after 5 min; a source is silent after 10 min.
  static let rules = AlarmRules(
    limits: [
      freeChlorine: LimitDamping(
        deadband: 0.03, onDelay: .seconds(180), offDelay: .seconds(300)),
      pH: LimitDamping(deadband: 0.05, onDelay: .seconds(180), offDelay: .seconds(300)),
      temperature: LimitDamping(
        deadband: 0.3, onDelay: .seconds(900), offDelay: .seconds(300)),
    ], silence: .seconds(600), brokerDown: .seconds(120))

  static func profile(
    id: String = "cn-gb37488-2019", from: String = "2019-11-01", to: String? = nil,
    chlorine: ClosedRange<Double> = 0.3...1.0
  ) -> LimitsProfile {
    func limit(
      _ parameter: ParameterNumber, _ range: ClosedRange<Double>, isMandatory: Bool = true,
      kinds: Set<PoolKind> = [.indoor, .outdoor, .children], clause: String
    ) -> Limit {
      Limit(
        parameter: parameter, low: Bound(value: range.lowerBound, isInclusive: true),
        high: Bound(value: range.upperBound, isInclusive: true), isMandatory: isMandatory,
        kinds: kinds, disinfectants: [.chlorine, .stabilizedChlorine], clause: clause, source: "",
        status: .secondary)
    }
    return LimitsProfile(
      id: id, title: Title(english: id, chinese: ""), from: date(from), to: to.map(date),
      limits: [
        limit(freeChlorine, chlorine, clause: "\(id) chlorine"),
        limit(freeChlorine, 5...10, kinds: [.footBath], clause: "\(id) foot bath"),
        limit(pH, 7.0...7.8, clause: "\(id) pH"),
        limit(temperature, 23...30, isMandatory: false, clause: "\(id) temperature"),
      ])
  }

  static func date(_ text: String) -> CivilDate {
    CivilDate(text) ?? CivilDate(daysSinceEpoch: 0)
  }

  static func instant(_ seconds: Int) -> Timestamp { midnight + .seconds(seconds) }

  static func moment(_ seconds: Int) -> Moment {
    Moment(wall: instant(seconds), monotonic: .seconds(seconds + 1_000_000))
  }

  static func sample(
    _ parameter: ParameterNumber, _ value: Double, flag: QualityFlag = .good, isLate: Bool = false
  ) -> Sample {
    Sample(
      parameter: parameter, value: flag == .missing ? .nan : value, flag: flag,
      arrivalMarks: isLate ? .late : [])
  }

  /// Judges a row of the hall; the clock goes to `lagSeconds` after its time, never back.
  mutating func judge(_ seconds: Int, _ samples: Sample..., in pool: PoolNumber = hall) -> [String]
  {
    var later = Self.moment(seconds + lagSeconds)
    later.wall = later.wall + wallStep
    if later.monotonic > now.monotonic { now = later }
    let row = SampleRow(pool: pool, time: Self.instant(seconds), samples: samples)
    return engine.judge(row, now: now).map(Self.text)
  }

  /// Judges one value of free chlorine in the hall.
  mutating func chlorine(
    _ seconds: Int, _ value: Double, flag: QualityFlag = .good, isLate: Bool = false
  ) -> [String] {
    judge(seconds, Self.sample(Self.freeChlorine, value, flag: flag, isLate: isLate))
  }

  /// Lets time go by to `seconds`.
  mutating func tick(_ seconds: Int) -> [String] {
    now = Self.moment(seconds)
    return engine.tick(now: now).map(Self.text)
  }

  /// One line: kind, rule, state, event time and returned time in seconds, and whether it is told.
  static func text(_ transition: AlarmTransition) -> String {
    let occurrence = transition.occurrence
    func seconds(_ time: Timestamp) -> String {
      String((time.milliseconds - midnight.milliseconds) / 1000)
    }
    let span =
      seconds(occurrence.eventTime) + (occurrence.returnedTime.map { "–" + seconds($0) } ?? "…")
    return "\(transition.kind) \(occurrence.rule) \(occurrence.state) \(span)"
      + (transition.isAnnouncement ? " told" : "")
  }
}

extension AlarmOccurrence {
  /// Its times in seconds after the station's midnight.
  var eventSeconds: Int { Int((eventTime - Station.midnight).wholeMilliseconds / 1000) }
}

extension AlarmEngine {
  /// Somebody takes on the alarm `id`.
  mutating func acknowledge(
    id: String, by name: String, comment: String, now: Moment
  ) throws(AlarmError) -> AlarmTransition {
    try act(
      .acknowledge, on: id, by: AlarmTransition.Actor(name: name, comment: comment), now: now)[0]
  }
}
