import PoolModel
import SimulatedPool
import Testing

/// 2026-01-01T00:00:00Z.
let newYear = Timestamp(milliseconds: 1_767_225_600_000)

@Suite struct `A simulated pool` {
  private func day(seed: UInt64, profile: WaterProfile? = nil, faults: [Fault] = []) -> [[Double]] {
    var pool = SimulatedPool(seed: seed, profile: profile, start: newYear, faults: faults)
    return (0..<1440).map { minute in
      pool.reading(at: newYear + .seconds(60 * minute)).map(\.value)
    }
  }

  @Test func `the same seed gives the same day, another seed another`() {
    #expect(day(seed: 5) == day(seed: 5))
    #expect(day(seed: 5) != day(seed: 6))
  }

  /// Limits of GB 37488-2019: free chlorine 0.3–1.0 mg/L, pH 7.0–7.8, temperature 23–30 °C.
  @Test(arguments: UInt64(0)..<20, [PoolKind.indoor, .outdoor, .children])
  func `a healthy pool keeps its limits all day`(seed: UInt64, kind: PoolKind) {
    var random = SplitMix64(seed: seed)
    let profile = WaterProfile.drawn(for: kind, from: &random)
    for reading in day(seed: seed, profile: profile) {
      #expect((0.4...0.8).contains(reading[0]))
      #expect((7.1...7.7).contains(reading[1]))
      #expect((25...29.8).contains(reading[2]))
    }
  }

  /// Limits of a foot bath in GB 37488-2019: 5–10 mg/L.
  @Test(arguments: UInt64(0)..<5) func `a foot bath keeps its limits all day`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let profile = WaterProfile.drawn(for: .footBath, from: &random)
    #expect(day(seed: seed, profile: profile).allSatisfy { (5...10).contains($0[0]) })
  }

  @Test func `the dosing controller makes a saw-tooth`() {
    let chlorine = day(seed: 2).map { $0[0] }
    #expect((chlorine.max() ?? 0) - (chlorine.min() ?? 0) > 0.05)
    let middle = 0.6
    let crossings = zip(chlorine, chlorine.dropFirst()).count { ($0 < middle) != ($1 < middle) }
    #expect(crossings >= 4)
  }

  /// Undisturbed first-order decay at k an hour leaves exp(−k): 0.6 · exp(−0.5) = 0.364 after one.
  @Test func `without dosing chlorine decays to first order`() {
    let profile = WaterProfile(decayPerHour: 0.5, batherLoad: 0)
    var pool = SimulatedPool(
      seed: 9, profile: profile, start: newYear, faults: [.drift(from: .zero, perHour: 1e-9)])
    let before = pool.reading(at: newYear)[0].value
    let after = pool.reading(at: newYear + .seconds(3600))[0].value
    #expect((after - before * 0.60653).magnitude < 0.05)
  }

  @Test func `a drifting pool leaves the lower limit and never shows less than nothing`() {
    let drift = Fault.drift(from: .seconds(5), perHour: 150)
    var pool = SimulatedPool(seed: 4, start: newYear, faults: [drift])
    let chlorine = (0..<60).map { pool.reading(at: newYear + .seconds(2 * $0))[0].value }
    #expect(chlorine[2] > 0.5)
    // 0.65 · exp(−150/3600 · 20) = 0.28: out of limits 20 s after the drift began at the latest.
    #expect(chlorine[13] < 0.3)
    #expect(chlorine.last.map { (0...0.05).contains($0) } == true)
  }

  @Test func `a stuck pool repeats its last reading`() {
    var pool = SimulatedPool(seed: 4, start: newYear, faults: [.stuck(from: .seconds(60))])
    let before = pool.reading(at: newYear + .seconds(59))
    for minute in 1..<100 {
      #expect(pool.reading(at: newYear + .seconds(60 * minute)) == before)
    }
  }

  @Test func `ten times the speed lives ten hours in one`() {
    let slow = WaterProfile(decayPerHour: 0.2, batherLoad: 0)
    var fast = slow
    fast.speed = 10
    let fault = Fault.drift(from: .zero, perHour: 1e-9)
    var pools = [slow, fast].map {
      SimulatedPool(seed: 1, profile: $0, start: newYear, faults: [fault])
    }
    let late = pools[0].reading(at: newYear + .seconds(36_000))[0].value
    let soon = pools[1].reading(at: newYear + .seconds(3600))[0].value
    #expect((late - soon).magnitude < 0.05)
  }

  @Test func `every standard parameter can be measured`() {
    let names = Parameter.standard.map(\.name)
    #expect(Set(SimulatedPool.knownParameters) == Set(names))
    var pool = SimulatedPool(seed: 1, parameters: names, start: newYear)
    let reading = pool.reading(at: newYear)
    #expect(reading.map(\.parameter) == names)
    for (value, parameter) in zip(reading, Parameter.standard) {
      #expect(parameter.plausible.contains(value.value))
    }
  }

  @Test(arguments: [0.01, 0.05, 0.1, 1, 5, 0.001, 0.25])
  func `values are whole steps of the sensor's resolution`(resolution: Double) {
    let profile = WaterProfile(resolution: ["temperature": resolution])
    var pool = SimulatedPool(
      seed: 8, profile: profile, parameters: ["temperature"], start: newYear)
    for minute in 0..<50 {
      let value = pool.reading(at: newYear + .seconds(60 * minute))[0]
      let steps = value.value / resolution
      #expect((steps - steps.rounded()).magnitude < 1e-6)
      // The standard library parses decimals exactly rounded, like strtod.
      #expect(Double(value.text) == value.value)
    }
  }

  @Test func `numbers are written with the sensor's decimals`() {
    let profile = WaterProfile(
      restingCelsius: -0.04, resolution: ["temperature": 0.01, "free_chlorine": 1, "ph": 0.05])
    var pool = SimulatedPool(seed: 8, profile: profile, start: newYear)
    for minute in 0..<50 {
      let texts = pool.reading(at: newYear + .seconds(60 * minute)).map(\.text)
      #expect(texts[0].wholeMatch(of: /[01]/) != nil)
      #expect(texts[1].wholeMatch(of: /7\.\d[05]/) != nil)
      #expect(texts[2].wholeMatch(of: /-?0\.\d\d/) != nil)
    }
  }
}
