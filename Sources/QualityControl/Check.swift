public import PoolModel

/// Flags every value by how far it can be trusted, as QARTOD (IOOS) prescribes.
///
/// Values of a series come in the order of their times, each newer than those before; of one that does not
/// only its range is looked at, and whoever stores it has the rows after it looked at again (`chain`).
/// A flag is final but for the spike test, which speaks with the next value of the series: then the flag
/// of the value before it is among the `amendments`.
///
/// What it remembers is 64 bytes for a series of a parameter that is tested for more than its range, and
/// more only while the values of a rest differ within the tolerance, or for the attenuated signal test.
public struct QualityControl: Sendable {
  /// A stored value whose flag has become final as another one.
  public struct Amendment: Hashable, Sendable {
    /// Whose it is.
    public var pool: PoolNumber
    /// When it was measured.
    public var time: Timestamp
    /// As it is stored, with the new flag.
    public var sample: Sample
  }

  /// What `check` found beside the samples.
  public struct Outcome: Hashable, Sendable {
    /// The parameters whose values are not newer than all of their series.
    public var late = ParameterSet()
    /// Whether there are `amendments`.
    public var hasAmendments = false
  }

  /// The amendments of the last reading that was checked; usually none.
  public private(set) var amendments: [Amendment] = []
  /// By parameter: its place among those that have a state; −1 for one whose flags follow from the value.
  private let slots: [Int16]
  private let slotCount: Int
  private let parameters: [ParameterNumber]
  /// First those of each parameter, then those of pools that have their own.
  private let tests: [SeriesTests]
  /// By pool and slot.
  private var states: [SeriesState]
  /// By the same place; of few series.
  private var windows: [Int: SeriesWindows] = [:]

  /// The number of the batch, and what was before it changed.
  private var batch: UInt32 = 1
  private var formerStates: [(place: Int, state: SeriesState)] = []
  private var formerWindows: [Int: SeriesWindows] = [:]

  /// Quality control of every series of `plan` by `rules`, before their first values.
  public init(plan: Plan, rules: QualityRules) {
    let all = plan.parameters.indices.map { rules.parameters[ParameterNumber($0)] }
    var tests = all.map { SeriesTests($0 ?? QualitySettings(failSpan: -.infinity ... .infinity)) }
    let own = Set(rules.series.keys.map(\.parameter))
    var slots: [Int16] = []
    var parameters: [ParameterNumber] = []
    for index in plan.parameters.indices {
      let parameter = ParameterNumber(index)
      let hasState = !tests[index].isOfValueAlone || own.contains(parameter)
      slots.append(hasState ? Int16(parameters.count) : -1)
      if hasState { parameters.append(parameter) }
    }
    var states: [SeriesState] = []
    states.reserveCapacity(plan.pools.count * parameters.count)
    for pool in plan.poolNumbersInOrder {
      for parameter in parameters {
        var state = SeriesState()
        state.tests = UInt16(parameter.index)
        if let settings = rules.series[Series(pool: pool, parameter: parameter)] {
          // Beyond that number pools share the parameter's: nobody writes so many by hand.
          if tests.count < UInt16.max { tests.append(SeriesTests(settings)) }
          state.tests = UInt16(tests.count - 1)
        }
        states.append(state)
      }
    }
    self.slots = slots
    self.parameters = parameters
    slotCount = parameters.count
    self.tests = tests
    self.states = states
  }

  /// Makes the samples of the values of `reading`, one for each and in their order.
  ///
  /// A value that the gateway does not have becomes `missing` with NaN. The gateway's marks are kept.
  ///
  /// - Parameters:
  ///   - reading: What was decoded with the same plan.
  ///   - marks: How it came.
  ///   - samples: What becomes of it; what it held before is forgotten.
  /// - Returns: what else has to be done.
  public mutating func check(
    _ reading: Reading, marks: ArrivalMarks, into samples: inout [Sample]
  ) -> Outcome {
    if !amendments.isEmpty { amendments.removeAll(keepingCapacity: true) }
    let count = reading.values.count
    if samples.count > count { samples.removeLast(samples.count - count) }
    var outcome = Outcome()
    let time = reading.time.milliseconds
    let first = reading.pool.index * slotCount
    for index in 0..<count {
      let reported = reading.values[index]
      let parameter = reported.parameter.index
      var sample = Sample(
        parameter: reported.parameter, value: .nan, flag: .missing, gatewayMarks: reported.marks,
        arrivalMarks: marks)
      // Infinity is no number that a sensor can have meant, and no test compares with it.
      if let value = reported.value, value.isFinite { sample.value = value }
      let slot = Int(slots[parameter])
      if slot >= 0, states[first + slot].time < time {
        test(&sample, at: first + slot, reading.pool, time)
      } else {
        if slot >= 0 { outcome.late.formUnion(ParameterSet(reported.parameter)) }
        testAlone(&sample, slot < 0 ? parameter : Int(states[first + slot].tests))
      }
      if index < samples.count { samples[index] = sample } else { samples.append(sample) }
    }
    outcome.hasAmendments = !amendments.isEmpty
    return outcome
  }

  /// Flags a value that is newer than all of its series, whose state is at `place`.
  @inline(__always)
  private mutating func test(
    _ sample: inout Sample, at place: Int, _ pool: PoolNumber, _ time: Int64
  ) {
    var state = states[place]
    if state.batch != batch { keep(state, at: place) }
    state.batch = batch
    let tests = tests[Int(state.tests)]
    var isQuiet = Severity.good
    if tests.isAttenuationTested { isQuiet = attenuation(sample.value, at: time, place, tests) }
    guard !sample.value.isNaN else {
      if state.isRestMixed { windows[place]?.skip() }
      state.takeMissing(at: time)
      state.marks = sample.gatewayMarks.rawValue | sample.arrivalMarks.rawValue
      states[place] = state
      return
    }
    let newest = (time: state.time, value: state.newest)
    let findings = state.take(sample.value, at: time, tests) { state, value in
      restMixed(value, &state, at: place, tests)
    }
    if findings.previousSpike > state.severity {
      amend(newest.value, newest.time, state, findings.previousSpike, sample.parameter, pool)
    }
    state.severity = max(
      max(findings.range, findings.rate), max(findings.rest, isQuiet),
      GatewayMarkTest.severity(sample.gatewayMarks))
    state.marks = sample.gatewayMarks.rawValue | sample.arrivalMarks.rawValue
    sample.flag = Severity.flag(state.severity)
    states[place] = state
  }

  /// Flags a value by itself.
  private func testAlone(_ sample: inout Sample, _ test: Int) {
    guard !sample.value.isNaN else { return }
    sample.flag = Severity.flag(
      max(tests[test].range(sample.value), GatewayMarkTest.severity(sample.gatewayMarks)))
  }

  // MARK: What is rare

  @inline(never)
  private mutating func restMixed(
    _ value: Double, _ state: inout SeriesState, at place: Int, _ tests: SeriesTests
  ) {
    var window = windows.removeValue(forKey: place) ?? SeriesWindows()
    window.rest(value, tests, &state)
    if !window.isEmpty { windows[place] = window }
  }

  @inline(never)
  private mutating func attenuation(
    _ value: Double, at time: Int64, _ place: Int, _ tests: SeriesTests
  ) -> UInt8 {
    var window = windows.removeValue(forKey: place) ?? SeriesWindows()
    let flag = window.attenuation(value.isNaN ? nil : value, at: time, tests)
    windows[place] = window
    return Severity.of(flag)
  }

  /// The sample before the newest one stands out: `state` has its marks still.
  @inline(never)
  private mutating func amend(
    _ value: Double, _ time: Int64, _ state: SeriesState, _ severity: UInt8,
    _ parameter: ParameterNumber, _ pool: PoolNumber
  ) {
    amendments.append(
      Amendment(
        pool: pool, time: Timestamp(milliseconds: time),
        sample: Sample(
          parameter: parameter, value: value, flag: Severity.flag(severity),
          gatewayMarks: GatewayMarks(rawValue: state.marks & 0x0F),
          arrivalMarks: ArrivalMarks(rawValue: state.marks & 0xF0))))
  }

  // MARK: Batches

  /// Keeps what `undo` goes back to.
  @inline(__always)
  private mutating func keep(_ state: SeriesState, at place: Int) {
    formerStates.append((place, state))
    if !windows.isEmpty, let window = windows[place] { formerWindows[place] = window }
  }

  /// Makes what was taken since the last time last.
  public mutating func commit() {
    batch &+= 1
    formerStates.removeAll(keepingCapacity: true)
    if !formerWindows.isEmpty { formerWindows.removeAll(keepingCapacity: true) }
  }

  /// Takes back everything since the last commit.
  public mutating func undo() {
    for (place, state) in formerStates {
      states[place] = state
      windows[place] = formerWindows[place]
    }
    commit()
  }

  // MARK: Single series

  /// The parameters whose flags depend on the values around them.
  public var testedParameters: [ParameterNumber] { parameters }

  /// The tests of `series` for a stretch of it that is read back; nil for one whose flags follow from each
  /// value alone.
  public func chain(of series: Series) -> SeriesChain? {
    place(of: series).map { SeriesChain(tests[Int(states[$0].tests)]) }
  }

  /// The time of the newest sample of `series` that was taken; nil when there is none.
  public func newestTime(of series: Series) -> Timestamp? {
    guard let place = place(of: series), states[place].time != .min else { return nil }
    return Timestamp(milliseconds: states[place].time)
  }

  /// Goes on with `series` behind the last sample of `chain`, which is stored as `newest`; nil when it has
  /// none.
  public mutating func goOn(_ series: Series, after chain: SeriesChain, newest: Sample?) {
    guard let place = place(of: series) else { return }
    if states[place].batch != batch { keep(states[place], at: place) }
    var state = chain.state
    state.tests = states[place].tests
    state.batch = batch
    if let newest {
      state.severity = Severity.of(newest.flag)
      state.marks = newest.gatewayMarks.rawValue | newest.arrivalMarks.rawValue
    }
    states[place] = state
    windows[place] = chain.windows.isEmpty ? nil : chain.windows
  }

  /// Notes that the newest sample of `series`, at `time`, came again with more of the gateway's marks.
  public mutating func join(_ marks: GatewayMarks, to series: Series, at time: Timestamp) {
    guard let place = place(of: series), states[place].time == time.milliseconds else { return }
    if states[place].batch != batch { keep(states[place], at: place) }
    states[place].batch = batch
    states[place].marks |= marks.rawValue & 0x0F
    if !states[place].newest.isNaN {
      states[place].severity = max(states[place].severity, GatewayMarkTest.severity(marks))
    }
  }

  private func place(of series: Series) -> Int? {
    let slot = Int(slots[series.parameter.index])
    return slot < 0 ? nil : series.pool.index * slotCount + slot
  }
}
