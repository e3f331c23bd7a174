import JudgementBench
import PoolModel
import SimulatedPool
import Testing

/// What Poolwatch makes of each thing that happens at pools, from the payload to the alarm.
///
/// Under the delivered rules: chlorine 0.3–1.0 mg/L, on after 3 min, off after 5 min, critical below 0.1,
/// silent after 10 min. The minutes follow from these by hand.
@Suite struct `Scenarios of water` {
  @Test func `a value touching the bound exactly is in limits`() throws {
    let pool = try ScenarioBench()
    try pool.run(0..<90) { $0 < 60 ? 0.3 : 1.0 }
    #expect(pool.story == [])
  }

  @Test(arguments: [1.6, 0.1]) func `a single spike raises nothing`(spike: Double) throws {
    let pool = try ScenarioBench()
    try pool.run(0..<60) { $0 == 30 ? spike : 0.5 + Double($0 % 3) / 100 }
    #expect(pool.story == [])
  }

  @Test(arguments: 1...3) func `saw-tooth dosing near the limit calls nobody`(seed: UInt64) throws {
    let pool = try ScenarioBench()
    let profile = WaterProfile(
      chlorineSetPoint: 0.45, controllerBand: 0.04, noise: ["free_chlorine": 0.03],
      noiseMemorySeconds: 240)
    var water = SimulatedPool(seed: seed, profile: profile, start: pool.start)
    try pool.run(0..<1440, &water)
    // A drift within a day's course is an advisory, and no more.
    #expect(pool.story.filter { $0.hasSuffix("told") } == [])
    #expect(
      pool.bench.steps.allSatisfy { $0.transition.occurrence.severity == .advisory })
  }

  @Test func `a fast dump is the limit's alarm alone, and critical as it goes on`() throws {
    let pool = try ScenarioBench()
    let falling = [0.5, 0.35, 0.25, 0.15, 0.08, 0.06]
    try pool.run(0..<40) { $0 < 10 ? 0.6 : falling[min($0 - 10, 5)] + Double($0 % 2) / 100 }
    #expect(
      pool.story == [
        "15 raised free_chlorine_low 12… told", "17 worsened free_chlorine_low 12… told",
      ])
  }

  /// Seven hours around 0.6, then chlorine falls by 0.2 mg/L an hour.
  ///
  /// By an independent script of the same definitions: the drift is certain with the bucket that ends at minute 468, and the line has left the day before long enough with the one that ends at 476: 0.418 mg/L then, 35.5 min from 0.3.
  @Test func `a slow decay warns forty minutes before the limit's own alarm`() throws {
    let pool = try ScenarioBench()
    try pool.run(0..<420) { 0.6 + Double($0 % 2 * 2 - 1) / 100 }
    try pool.run(420..<520) { ((0.6 - 0.2 * Double($0 - 420) / 60) * 100).rounded() / 100 }
    #expect(
      pool.story == [
        "468 raised free_chlorine_trend_low 458…",
        "476 worsened free_chlorine_trend_low 458… told",
        "515 raised free_chlorine_low 512… told",
      ])
    #expect(
      pool.bench.steps[1].transition.occurrence.basis
        == "falling 0.2 mg/L an hour, at 0.3 mg/L in 35 min")
  }

  @Test func `very low chlorine is suspect and raises a critical alarm all the same`() throws {
    let pool = try ScenarioBench()
    try pool.run(0..<10, at: 0.5)
    try pool.run(10..<30, at: 0.02)
    #expect(pool.story == ["13 raised free_chlorine_low 10… told"])
    #expect(pool.bench.steps.first?.transition.occurrence.severity == .critical)
    let rows = try pool.rows()
    #expect(rows.dropFirst(10).allSatisfy { $0.samples[0].flag == .suspect })
  }

  @Test func `a limit by pH moves with the pH and returns with it`() throws {
    var district = BenchDistrict()
    district.profiles = ["au-nsw"]
    district.kind = .outdoor
    let pool = try ScenarioBench(district)
    // From 1.0 to 2.0 mg/L above pH 7.6.
    try pool.run(0..<10, others: ["ph": 7.5], at: 1.5)
    try pool.run(10..<30, others: ["ph": 7.7], at: 1.5)
    try pool.run(30..<50, others: ["ph": 7.5], at: 1.5)
    #expect(
      pool.story == [
        "13 raised free_chlorine_low 10… told", "35 returned free_chlorine_low 10–30 told",
      ])
  }

  /// GB 9667-1996 allows 0.3–0.5 mg/L to 2019-10-31, GB 37488-2019 0.3–1.0 from the day after.
  @Test func `the profile changes at midnight of its date`() throws {
    var district = BenchDistrict()
    district.profiles = ["cn-gb9667-1996", "cn-gb37488-2019"]
    let pool = try ScenarioBench(district, start: try at("2019-10-31T23:30:00+08:00"))
    try pool.run(0..<60, others: ["temperature": 25], at: 0.8)
    #expect(
      pool.story == [
        "3 raised free_chlorine_high 0… told", "35 returned free_chlorine_high 0–30 told",
      ])
  }
}

@Suite struct `Scenarios of sensors` {
  /// At rest from minute 70 on it fails with the 241st value, four hours later, and is stuck one value on.
  @Test func `a sensor stuck low is told to the technician and clears no water alarm`() throws {
    let pool = try ScenarioBench()
    try pool.run(0..<60, at: 0.5)
    try pool.run(60..<70, at: 0.25)
    try pool.run(70..<330) { _ in 0.25 }
    #expect(
      pool.story == [
        // Twenty of sixty have failed then, which bad_share would tell again.
        "63 raised free_chlorine_low 60… told", "311 raised stuck 310… told",
      ])
    try pool.run(330..<340, at: 0.5)
    #expect(
      pool.story.dropFirst(2) == [
        "330 returned stuck 310–330 told", "335 returned free_chlorine_low 60–330 told",
      ])
  }

  @Test(arguments: 1...3)
  func `without flow chlorine falls to nothing, which is circulation and no water alarm`(
    seed: UInt64
  ) throws {
    let pool = try ScenarioBench()
    var water = SimulatedPool(
      seed: seed, parameters: ["free_chlorine", "ph", "temperature", "flow"], start: pool.start,
      faults: [.flowLoss(from: .seconds(30 * 60), to: .seconds(90 * 60))])
    try pool.run(0..<150, &water)
    #expect(
      pool.story == [
        "32 raised circulation 30… told", "91 returned circulation 30–90 told",
      ])
  }

  @Test func `a calibration step within the limits raises nothing`() throws {
    let pool = try ScenarioBench()
    try pool.run(0..<60, at: 0.4)
    try pool.run(60..<120, at: 0.65)
    #expect(pool.story == [])
  }

  @Test func `what a sensor shows under calibration is no water`() throws {
    let pool = try ScenarioBench()
    try pool.run(0..<30, at: 0.5)
    try pool.run(30..<50, flag: "calibration", at: 0.0)
    try pool.run(50..<90, at: 0.6)
    #expect(pool.story == [])
  }
}

@Suite struct `Scenarios of transmission` {
  @Test func `across a gap the delay begins with the first value after it`() throws {
    let pool = try ScenarioBench()
    try pool.run(0..<10, at: 0.5)
    try pool.run(18..<30, at: 0.2)
    #expect(pool.story == ["21 raised free_chlorine_low 18… told"])
  }

  @Test func `what was pending when its source fell silent is raised with the silence`() throws {
    let pool = try ScenarioBench()
    try pool.run(0..<10, at: 0.5)
    try pool.run(10..<12, at: 0.2)
    try pool.silence(until: 60)
    #expect(
      pool.story == ["21 raised silence 11… told", "21 raised free_chlorine_low 10… told"])
  }

  @Test
  func `a batch of six hours is recorded with its own times and tells of what is over to nobody`()
    throws
  {
    let pool = try ScenarioBench()
    try pool.run(0..<10, at: 0.5)
    try pool.silence(until: 370)
    try pool.receive((10..<370).map { pool.payload($0, (100..<160).contains($0) ? 0.2 : 0.5) })
    try pool.run(370..<400, at: 0.5)
    #expect(
      pool.story == [
        "19 raised silence 9… told", "370 returned silence 9–10 told",
        "370 raised free_chlorine_low 100…", "370 returned free_chlorine_low 100–160",
      ])
  }

  @Test func `a batch of six hours behind newer readings is history`() throws {
    let pool = try ScenarioBench()
    try pool.run(0..<10, at: 0.5)
    try pool.silence(until: 370)
    try pool.run(370..<372, at: 0.5)
    try pool.receive((10..<370).map { pool.payload($0, (100..<160).contains($0) ? 0.2 : 0.5) })
    try pool.run(372..<400, at: 0.5)
    #expect(
      pool.story == [
        "19 raised silence 9… told", "370 returned silence 9–370 told",
      ] + (0..<6).map { "371 recorded free_chlorine_low 100–\(100 + 10 * $0)" })
    // Each of these steps is of one exceedance, whose end is known to ten readings.
    #expect(Set(pool.bench.steps.dropFirst(2).map(\.transition.occurrence.id)).count == 1)
  }

  @Test func `after our own stop nobody is silent, and only what still holds is told, once`() throws
  {
    let pool = try ScenarioBench()
    try pool.run(0..<11, at: 0.5)
    try pool.bench.restart(after: .seconds(30 * 60))
    // What the broker kept: one exceedance that is over, and one that is not.
    try pool.receive(
      (11..<40).map { pool.payload($0, (14..<20).contains($0) || $0 >= 27 ? 0.2 : 0.5) })
    try pool.run(40..<60, at: 0.2)
    #expect(
      pool.story == [
        "40 raised free_chlorine_low 14…", "40 returned free_chlorine_low 14–20",
        "40 raised free_chlorine_low 27…", "40 announced free_chlorine_low 27… told",
      ])
  }

  @Test func `a batch that comes twice changes nothing`() throws {
    let pool = try ScenarioBench()
    let batch = (0..<40).map { pool.payload($0, (10..<20).contains($0) ? 0.2 : 0.5) }
    for minute in 0..<40 {
      try pool.silence(until: minute)
      try pool.receive([batch[minute], batch[minute]])
    }
    try pool.receive(batch)
    #expect(
      pool.story == [
        "13 raised free_chlorine_low 10… told", "25 returned free_chlorine_low 10–20 told",
      ])
    #expect(try pool.rows().count == 40)
  }

  @Test func `a gateway that sends every five minutes needs two readings out of limits`() throws {
    var district = BenchDistrict()
    district.intervalSeconds = 300
    let pool = try ScenarioBench(district)
    try pool.run(0..<120, step: 5) { $0 == 10 || (30..<60).contains($0) ? 0.2 : 0.5 }
    #expect(
      pool.story == [
        "35 raised free_chlorine_low 30… told", "65 returned free_chlorine_low 30–60 told",
      ])
  }
}

@Suite struct `Scenarios of times` {
  private static let everyDay = "days: [mon, tue, wed, thu, fri, sat, sun]"

  /// From 18:00 to 02:00; the first minute is midnight, the pool opens again at minute 1080.
  @Test func `opening hours that cross midnight are one stretch`() throws {
    var district = BenchDistrict()
    district.hours = [#"opening_hours: [{\#(Self.everyDay), from: "18:00", to: "02:00"}]"#]
    let pool = try ScenarioBench(district, start: try at("2027-03-02T00:00:00+08:00"))
    try pool.run(0..<1500) { minute in
      // Out from 01:00, through closing, to 03:20; again from 23:55 over midnight.
      (60..<200).contains(minute) || minute >= 1435 ? 0.2 : 0.5 + Double(minute % 3) / 100
    }
    #expect(
      pool.story == [
        "63 raised free_chlorine_low 60… told", "1085 returned free_chlorine_low 60–1080 told",
        "1438 raised free_chlorine_low 1435… told",
      ])
  }

  @Test func `during a closure nothing is raised, and after it the delay begins anew`() throws {
    let pool = try ScenarioBench()
    pool.bench.close(venue: "venue-001", from: pool.time(10), to: pool.time(60))
    try pool.run(0..<20, at: 0.5)
    try pool.run(20..<80, at: 0.2)
    #expect(pool.story == ["63 raised free_chlorine_low 60… told"])
  }

  /// Berlin opens at 06:00: 04:00Z on the day the clocks go forward, 05:00Z on the day they go back.
  @Test(arguments: ["2027-03-28T02:00:00Z", "2027-10-31T03:00:00Z"])
  func `on a day that the clocks change hours are the district's`(start: String) throws {
    var district = BenchDistrict()
    district.zone = "Europe/Berlin"
    district.hours = [#"opening_hours: [{\#(Self.everyDay), from: "06:00", to: "22:00"}]"#]
    let pool = try ScenarioBench(district, start: try at(start))
    try pool.run(0..<180, at: 0.2)
    #expect(pool.story == ["123 raised free_chlorine_low 120… told"])
  }

  /// The leap day begins at minute 60 and ends at minute 1500.
  @Test func `a leap day is a day of its own`() throws {
    var district = BenchDistrict()
    district.hours = ["opening_exceptions: [{date: 2028-02-29}]"]
    let pool = try ScenarioBench(district, start: try at("2028-02-28T23:00:00+08:00"))
    try pool.run(0..<30, at: 0.5)
    try pool.run(30..<120, at: 0.2)
    try pool.run(120..<1520, at: 0.5)
    #expect(
      pool.story == [
        "33 raised free_chlorine_low 30… told", "1505 returned free_chlorine_low 30–1500 told",
      ])
  }
}

/// The instant that `text` writes.
private func at(_ text: String) throws -> Timestamp {
  try #require(Timestamp(rfc3339: text))
}
