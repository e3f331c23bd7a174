import Foundation
import PoolModel
import SimulatedPool
import Testing

@Suite struct `A simulated gateway` {
  /// Two venues, the first with two pools, three required parameters.
  static let plan: Plan = {
    let parameters = Parameter.standard
    let numbers = parameters.indices.map(ParameterNumber.init)
    let title = Title(english: "x", chinese: "x")
    let district = District(code: "310107", title: title, zone: .utc)
    let venues = ["venue-01", "venue-02"].map {
      Venue(id: $0, title: title, street: "x", openingHours: [])
    }
    let pools = [("venue-01", "main", 0), ("venue-01", "small", 0), ("venue-02", "main", 1)].map {
      Pool(
        id: PoolID(venue: $0.0, pool: $0.1), venue: $0.2, title: title, kind: .indoor,
        disinfectant: .chlorine, resolution: [numbers[0]: 0.01])
    }
    return Plan(
      district: district, interval: .seconds(2), parameters: parameters,
      required: [numbers[0], numbers[3], numbers[4]], venues: venues, pools: pools)
  }()

  private func gateway(venue: Int = 1, seed: UInt64 = 1, faults: [Fault] = []) -> SimulatedGateway {
    SimulatedGateway(
      plan: Self.plan, venue: venue, seed: seed, interval: .seconds(2), start: newYear,
      faults: faults)
  }

  private func actions(
    seconds: Int = 60, venue: Int = 1, seed: UInt64 = 1, faults: [Fault] = []
  ) -> [TimedAction] {
    var gateway = gateway(venue: venue, seed: seed, faults: faults)
    return gateway.actions(through: newYear + .seconds(seconds))
  }

  /// The `ts` and `seq` of every reading of `pool`, by Foundation's JSON parser.
  private func readings(_ actions: [TimedAction], pool: String = "main") throws -> [(Int64, Int)] {
    var found: [(Int64, Int)] = []
    for case .publish(pool, let payload) in actions.map(\.action) {
      let json = try JSONSerialization.jsonObject(with: Data(payload))
      for object in json as? [[String: Any]] ?? [json as? [String: Any] ?? [:]] {
        found.append(
          (try #require(object["ts"] as? Int64), try #require(object["seq"] as? Int)))
      }
    }
    return found
  }

  @Test func `a seed gives one sequence of actions, however often it is asked`() {
    let faults: [Fault] = [
      .jitter(.milliseconds(200)), .outage(from: .seconds(10), to: .seconds(21)),
      .silence(from: .seconds(50)),
    ]
    let atOnce = actions(faults: faults)
    var polled = gateway(faults: faults)
    var bit = SplitMix64(seed: 1)
    var inSteps: [TimedAction] = []
    var now = newYear - .seconds(1)
    while now < newYear + .seconds(60) {
      inSteps += polled.actions(through: now)
      now = min(newYear + .seconds(60), now + .milliseconds(Int64.random(in: 1...700, using: &bit)))
    }
    inSteps += polled.actions(through: now)
    #expect(atOnce == inSteps)
    #expect(atOnce != actions(seed: 2, faults: faults))
  }

  @Test func `nothing happens before the start, and connecting comes first`() {
    var gateway = gateway()
    #expect(gateway.nextTime == newYear)
    #expect(gateway.actions(through: newYear - .milliseconds(1)).isEmpty)
    let hello = #"{"online":true,"ts":1767225600000,"firmware":"poolsim"}"#
    let goodbye = #"{"online":false,"firmware":"poolsim"}"#
    let first = gateway.actions(through: newYear + .seconds(60)).first
    #expect(
      first
        == TimedAction(
          time: newYear, action: .connect(hello: Array(hello.utf8), goodbye: Array(goodbye.utf8))))
  }

  @Test func `every pool of the venue reports once an interval, in sequence`() throws {
    let all = actions(venue: 0)
    for pool in ["main", "small"] {
      let readings = try readings(all, pool: pool)
      #expect(readings.count == 30)
      #expect(zip(readings, readings.dropFirst()).allSatisfy { $1.0 - $0.0 == 2000 })
      let first = try #require(readings.first).0 - newYear.milliseconds
      #expect((0...1000).contains(first))
      #expect(readings.map(\.1) == (0..<30).map { 2 * $0 + (pool == "main" ? 0 : 1) })
    }
  }

  @Test func `a payload is the native one`() throws {
    let all = actions(seconds: 2)
    guard case .publish("main", let payload) = all[1].action else {
      Issue.record("the second action is \(all[1].action)")
      return
    }
    let text = String(decoding: payload, as: UTF8.self)
    let pattern =
      /\{"ts":\d{13},"seq":0,"values":\{"free_chlorine":0\.\d\d,"ph":7\.\d\d,"temperature":2\d\.\d\}\}/
    #expect(text.wholeMatch(of: pattern) != nil)
  }

  @Test func `jitter moves each reading within its bounds, evenly to both sides`() throws {
    let plain = try readings(actions(seconds: 2000))
    let jittered = try readings(actions(seconds: 2000, faults: [.jitter(.milliseconds(200))]))
    let shifts = zip(plain, jittered).dropFirst().map { $1.0 - $0.0 }
    #expect(shifts.allSatisfy { (-200...200).contains($0) })
    #expect((shifts.min() ?? 0) < -190 && (shifts.max() ?? 0) > 190)
    // The standard error of the mean of 1000 evenly spread numbers up to ±200 is 3.7.
    #expect((Double(shifts.reduce(0, +)) / 1000).magnitude < 20)
  }

  @Test func `a silent gateway says so once and nothing after`() throws {
    let all = actions(faults: [.silence(from: .seconds(10))])
    #expect(all.last == TimedAction(time: newYear + .seconds(10), action: .fallSilent))
    #expect(all.count { $0.action == .fallSilent } == 1)
    #expect((4...5).contains(try readings(all).count))
  }

  @Test func `a gateway that falls silent for a while goes on where its clock is then`() throws {
    let all = actions(faults: [.silence(from: .seconds(10), to: .seconds(31))])
    let (sent, calm) = (try readings(all).map(\.0), try readings(actions()).map(\.0))
    let (from, to) = (newYear.milliseconds + 10_000, newYear.milliseconds + 31_000)
    #expect(sent == calm.filter { $0 < from || $0 >= to })
    #expect(all.count { $0.action == .fallSilent } == 1)
  }

  @Test func `a fault of one pool leaves the other alone`() throws {
    func payloads(_ faults: [String: [Fault]]) -> [[TimedAction]] {
      var gateway = SimulatedGateway(
        plan: Self.plan, venue: 0, seed: 1, interval: .seconds(2), start: newYear,
        poolFaults: faults)
      let all = gateway.actions(through: newYear + .seconds(600))
      return ["main", "small"].map { pool in
        all.filter { if case .publish(pool, _) = $0.action { true } else { false } }
      }
    }
    let sound = payloads([:])
    let broken = payloads(["small": [.drift(from: .seconds(60), perHour: 5)]])
    #expect(broken[0] == sound[0])
    #expect(broken[1] != sound[1])
  }

  @Test func `a skewed clock shows in the readings, not in when they come`() throws {
    let ahead = actions(faults: [.skew(.seconds(600))])
    let right = actions()
    #expect(ahead.map(\.time) == right.map(\.time))
    let shifts = zip(try readings(ahead), try readings(right)).map { $0.0 - $1.0 }
    #expect(shifts.count == 30 && shifts.allSatisfy { $0 == 600_000 })
  }

  @Test func `an outage loses no reading and repeats none`() throws {
    let calm = actions(seconds: 600)
    let broken = actions(
      seconds: 600, faults: [.outage(from: .seconds(10), to: .seconds(500))])
    let disconnect = try #require(broken.firstIndex { $0.action == .disconnect })
    #expect(broken[disconnect].time == newYear + .seconds(10))
    // 245 readings in the dark, at most 50 in a message; then the hello comes before the first.
    let after = broken[(disconnect + 1)...].prefix(6)
    #expect(after.allSatisfy { $0.time == newYear + .seconds(500) })
    guard case .connect = after.first?.action else {
      Issue.record("the gateway reconnects with \(String(describing: after.first))")
      return
    }
    let sent = try readings(broken)
    let wanted = try readings(calm)
    #expect(sent.map(\.0) == wanted.map(\.0))
    #expect(sent.map(\.1) == wanted.map(\.1))
  }

  @Test func `a full buffer drops its oldest readings and counts them`() throws {
    let limit = SimulatedGateway.bufferLimit
    let outage = Fault.outage(from: .milliseconds(1), to: .seconds(2 * (limit + 5)))
    var gateway = gateway(faults: [outage])
    let all = gateway.actions(through: newYear + .seconds(2 * (limit + 5)))
    let sent = try readings(all)
    #expect(sent.count == limit)
    #expect(gateway.lostReadingCount == 5)
    #expect(sent.first?.1 == 5)
  }
}

@Suite struct `Scenarios` {
  @Test func `in the demonstration all jitter, one of ten drifts and another falls silent`() {
    let parts = (0..<10).map { Scenario.demo.faults(venue: $0, of: 10) }
    #expect(parts.allSatisfy { $0.contains(.jitter(.milliseconds(200))) })
    #expect(parts.indices.filter { parts[$0].count == 2 } == [3, 7])
  }

  @Test(arguments: Scenario.allCases, [1, 2, 3, 10, 500])
  func `at most two venues of any number have a part`(scenario: Scenario, count: Int) {
    let parts = (0..<count).map { Set(scenario.faults(venue: $0, of: count)) }
    let common = parts.reduce(parts[0]) { $0.intersection($1) }
    #expect(parts.count { $0.count > common.count } <= 2)
  }

  @Test func `the silent venue of the demonstration is in limits until then`() throws {
    let faults = Scenario.demo.faults(venue: 7, of: 10)
    for seed in UInt64(0)..<20 {
      var pool = SimulatedPool(seed: seed, start: newYear, faults: faults)
      for second in 0..<10 {
        let values = pool.reading(at: newYear + .seconds(second)).map(\.value)
        #expect((0.3...1.0).contains(values[0]) && (7.0...7.8).contains(values[1]))
      }
    }
  }
}
