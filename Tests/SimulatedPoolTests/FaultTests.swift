import PoolModel
import SimulatedPool
import Testing

@Suite struct `A fault of a simulated pool` {
  private static let names = ["free_chlorine", "ph", "temperature", "orp", "flow", "water_level"]

  /// What the sensors show each minute, by parameter.
  private func hours(
    _ hours: Int, faults: [Fault] = [], profile: WaterProfile? = nil, seed: UInt64 = 3
  ) -> [String: [Double]] {
    var pool = SimulatedPool(
      seed: seed, profile: profile, parameters: Self.names, start: newYear, faults: faults)
    var shown: [String: [Double]] = [:]
    for minute in 0..<(60 * hours) {
      for value in pool.reading(at: newYear + .seconds(60 * minute)) {
        shown[value.parameter, default: []].append(value.value)
      }
    }
    return shown
  }

  @Test(arguments: [
    Fault.drift(from: .seconds(600), to: .seconds(1200), perHour: 1),
    .coarseDosing(from: .seconds(600), to: .seconds(9000), band: 0.2),
    .bathers(from: .seconds(600), to: .seconds(1200), houses: 5),
    .flowLoss(from: .seconds(600), to: .seconds(1200)),
    .stuck(from: .seconds(600), to: .seconds(1200)),
    .fouling(from: .seconds(600), to: .seconds(1200), perHour: 2),
    .calibration(from: .seconds(600), to: .seconds(1200), parameter: "ph", step: 0.2),
  ])
  func `shows from its beginning on and not before, the same for the same seed`(fault: Fault) {
    let (sound, broken) = (hours(3), hours(3, faults: [fault]))
    #expect(broken == hours(3, faults: [fault]))
    for (name, values) in sound {
      #expect(broken[name]?.prefix(10).elementsEqual(values.prefix(10)) == true, "\(name)")
    }
    #expect(broken != sound)
  }

  /// After its end the sensor shows again what it would have shown.
  @Test(arguments: [
    Fault.flowLoss(from: .seconds(600), to: .seconds(1200)),
    .stuck(from: .seconds(600), to: .seconds(1200)),
    .fouling(from: .seconds(600), to: .seconds(1200), perHour: 2),
    .calibration(from: .seconds(600), to: .seconds(1200), parameter: "free_chlorine", step: 0.2),
  ])
  func `of a sensor leaves what comes after it as it would have been`(fault: Fault) {
    let (sound, broken) = (hours(1), hours(1, faults: [fault]))
    // The cell fills again within ten minutes.
    for (name, values) in sound {
      #expect(broken[name]?.dropFirst(35).elementsEqual(values.dropFirst(35)) == true, "\(name)")
    }
  }

  /// Flow stops: the reading of the cell falls to 0 in minutes while pH and temperature go flat.
  @Test func `without flow chlorine falls to nothing and the others rest`() throws {
    let shown = hours(1, faults: [.flowLoss(from: .seconds(600))])
    #expect(shown["flow"]?.prefix(10).allSatisfy { $0 > 100 } == true)
    #expect(shown["flow"]?.dropFirst(10).allSatisfy { $0 == 0 } == true)
    let chlorine = try #require(shown["free_chlorine"])
    #expect(chlorine[9] > 0.5)
    #expect(chlorine[15...].allSatisfy { $0 <= 0.03 })
    for name in ["ph", "temperature", "orp"] {
      let values = try #require(shown[name])
      #expect(Set(values[9...]).count == 1, "\(name)")
    }
    #expect(Set(try #require(shown["water_level"])[10...]).count > 1)
  }

  @Test func `of one sensor leaves the others alone`() throws {
    let fault = Fault.stuck(from: .seconds(600), parameter: "ph")
    let (sound, broken) = (hours(1), hours(1, faults: [fault]))
    for name in Self.names where name != "ph" { #expect(broken[name] == sound[name]) }
    #expect(Set(try #require(broken["ph"])[9...]).count == 1)
  }

  /// What is shown of 1 mg/L after h hours at k an hour is 1 / (1 + k·h).
  @Test func `of a fouled cell is a slow fall of what it shows alone`() throws {
    let (sound, fouled) = (hours(24), hours(24, faults: [.fouling(from: .zero, perHour: 0.05)]))
    let truth = try #require(sound["free_chlorine"])
    let shown = try #require(fouled["free_chlorine"])
    for hour in [4, 12, 23] {
      let share = 1 / (1 + 0.05 * Double(hour))
      #expect((shown[60 * hour] - truth[60 * hour] * share).magnitude < 0.03)
    }
    #expect(fouled["orp"] == sound["orp"])
  }

  @Test func `of calibration is a step`() throws {
    let step = Fault.calibration(from: .seconds(600), parameter: "free_chlorine", step: 0.25)
    let sound = try #require(hours(1)["free_chlorine"])
    let shown = try #require(hours(1, faults: [step])["free_chlorine"])
    for minute in 10..<60 {
      #expect((shown[minute] - sound[minute] - 0.25).magnitude < 0.011)
    }
  }

  @Test func `of dosing is as wide a saw-tooth as it says`() throws {
    let profile = WaterProfile(batherLoad: 0)
    let coarse = Fault.coarseDosing(from: .zero, band: 0.2)
    let values = try #require(hours(24, faults: [coarse], profile: profile)["free_chlorine"])
    // 0.6 ± 0.2, one step of the pump and the noise beyond.
    #expect((0.36...0.42).contains(try #require(values.min())))
    #expect((0.78...0.86).contains(try #require(values.max())))
  }

  /// Undisturbed, k = 0.3 an hour leaves exp(−0.3); with five more full houses at a load of 0.5 each
  /// k is 0.3 · (1 + 0.5 · 5) = 1.05 in the night, when nobody else is there.
  @Test func `of bathers uses up chlorine faster`() throws {
    let profile = WaterProfile(chlorineSetPoint: 0.6, decayPerHour: 0.3, batherLoad: 0.5)
    let still = Fault.drift(from: .zero, perHour: 1e-9)
    let crowd = Fault.bathers(from: .zero, houses: 5)
    let quiet = try #require(hours(1, faults: [still], profile: profile)["free_chlorine"])
    let loud = try #require(hours(1, faults: [still, crowd], profile: profile)["free_chlorine"])
    #expect((quiet[59] / quiet[0] - 0.7445).magnitude < 0.04)
    #expect((loud[59] / loud[0] - 0.3561).magnitude < 0.04)
  }

  /// Lag-1 correlation and standard deviation by their definitions.
  @Test func `free noise has the spread and the memory that the profile says`() throws {
    var profile = WaterProfile(resolution: ["water_level": 0.0001])
    profile.noise = ["water_level": 0.03]
    profile.noiseMemorySeconds = 240
    let values = try #require(hours(24 * 14, profile: profile)["water_level"])
    let mean = values.reduce(0, +) / Double(values.count)
    let errors = values.map { $0 - mean }
    let variance = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
    let shared = zip(errors, errors.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    #expect((variance.squareRoot() - 0.03).magnitude < 0.002)
    #expect((shared / Double(errors.count) / variance - 0.8).magnitude < 0.02)
  }
}

@Suite struct `A fault on the command line` {
  @Test(arguments: [
    ("a/b:drift:60", Fault.drift(from: .seconds(60), perHour: 0.5)),
    ("a/b:drift=2:60:30", .drift(from: .seconds(60), to: .seconds(90), perHour: 2)),
    ("a/b:dosing:0", .coarseDosing(from: .zero, band: 0.15)),
    ("a/b:bathers=3:0:1.5", .bathers(from: .zero, to: .milliseconds(1500), houses: 3)),
    ("a/b:flow-loss:600:900", .flowLoss(from: .seconds(600), to: .seconds(1500))),
    ("a/b:stuck:1", .stuck(from: .seconds(1))),
    ("a/b:stuck=ph:1", .stuck(from: .seconds(1), parameter: "ph")),
    ("a/b:fouling:1", .fouling(from: .seconds(1), perHour: 0.02)),
    (
      "a/b:calibration=-0.1:1",
      .calibration(from: .seconds(1), parameter: "free_chlorine", step: -0.1)
    ),
  ])
  func `says what goes wrong when and for how long`(text: String, fault: Fault) throws {
    let order = try FaultOrder(text)
    #expect(order.fault == fault)
    #expect(order.venue == "a" && order.pool == "b")
  }

  @Test func `without a pool is of the whole venue`() throws {
    let silence = try FaultOrder("venue-01:silence:10:20")
    #expect(silence.pool == nil && silence.venue == "venue-01")
    #expect(silence.fault == .silence(from: .seconds(10), to: .seconds(30)))
    #expect(
      try FaultOrder("venue-01:outage:10:20").fault
        == .outage(from: .seconds(10), to: .seconds(30)))
  }

  @Test(arguments: [
    "", "a", "a:drift", "a:drift:1:2:3", ":drift:1", "a:nothing:1", "a:drift=:1", "a:drift=0:1",
    "a:drift=-1:1", "a:drift=x:1", "a:drift:x", "a:drift:-1", "a:drift:1:0", "a:drift:1:x",
    "a:stuck=moon:1", "a:flow-loss=1:1", "a:outage:1", "a:outage:0:5", "a/b:silence:1",
    "a/b:outage:1:2", "a:drift=nan:1", "a:drift:inf",
  ])
  func `that is none is refused with what was expected`(text: String) {
    #expect(throws: FaultMistake.self) { try FaultOrder(text) }
  }
}
