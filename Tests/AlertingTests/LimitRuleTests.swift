import PoolModel
import Testing

@testable import Alerting

struct `A damped bound` {
  struct Case: Sendable {
    var side: DampedBound.Side = .low
    var bound: Double
    var isInclusive = true
    var deadband: Double
    var value: Double
    var standing: Standing
  }

  @Test(arguments: [
    Case(bound: 0.3, deadband: 0.03, value: 0.3, standing: .near),
    Case(bound: 0.3, isInclusive: false, deadband: 0.03, value: 0.3, standing: .outside),
    Case(bound: 0.3, deadband: 0.03, value: 0.3.nextDown, standing: .outside),
    Case(bound: 0.3, deadband: 0.03, value: 0.29, standing: .outside),
    Case(bound: 0.3, deadband: 0.03, value: 0.32, standing: .near),
    Case(bound: 0.3, deadband: 0.03, value: 0.33, standing: .inside),
    Case(bound: 0.3, deadband: 0, value: 0.3, standing: .inside),
    Case(bound: 0.3, isInclusive: false, deadband: 0, value: 0.3, standing: .outside),
    // 0.1 + 0.2 is the double 0.30000000000000004.
    Case(bound: 0.1, deadband: 0.2, value: 0.3, standing: .inside),
    // 7.8 − 0.05 and 1.1 − 0.1 as doubles.
    Case(side: .high, bound: 7.8, deadband: 0.05, value: 7.75, standing: .inside),
    Case(side: .high, bound: 7.8, deadband: 0.05, value: 7.76, standing: .near),
    Case(side: .high, bound: 7.8, deadband: 0.05, value: 7.8, standing: .near),
    Case(
      side: .high, bound: 7.8, isInclusive: false, deadband: 0.05, value: 7.8, standing: .outside),
    Case(side: .high, bound: 7.8, deadband: 0.05, value: 7.8.nextUp, standing: .outside),
    Case(side: .high, bound: 1.1, deadband: 0.1, value: 1.0, standing: .inside),
    Case(side: .low, bound: -1.1, deadband: 0.1, value: -1.0, standing: .inside),
    Case(side: .high, bound: 1e12, deadband: 1, value: 999_999_999_999, standing: .inside),
  ])
  func `says where a value stands`(example: Case) {
    let bound = DampedBound(
      side: example.side, bound: Bound(value: example.bound, isInclusive: example.isInclusive),
      deadband: example.deadband)
    #expect(bound.standing(of: example.value) == example.standing)
  }

  @Test func `counts touching the line as inside for every bound and deadband in hundredths`() {
    for bound in 0...1000 {
      for deadband in [1, 3, 5, 10, 30] {
        let line = Double(bound + deadband) / 100
        let low = DampedBound(
          side: .low, bound: Bound(value: Double(bound) / 100, isInclusive: true),
          deadband: Double(deadband) / 100)
        #expect(low.standing(of: line) == .inside)
        #expect(low.standing(of: line.nextDown) == .near)
      }
    }
  }
}

struct `A limit run` {
  enum Event: Sendable {
    case out, near, inside, failed
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Seconds and what came then.
    var events: [(Int, Event)]
    /// `raise` and `end` with the second they happened at and the time they say.
    var actions: [String]
  }

  /// On after 180 s, off after 300 s, patience 600 s.
  static let cases: [Case] = [
    Case(testDescription: "in limits", events: [(0, .inside), (60, .near)], actions: []),
    Case(
      testDescription: "a single spike", events: [(0, .inside), (60, .out), (120, .inside)],
      actions: []),
    Case(testDescription: "one sample, however long ago", events: [(0, .out)], actions: []),
    Case(
      testDescription: "two samples before the delay", events: [(0, .out), (179, .out)],
      actions: []),
    Case(
      testDescription: "two samples at the delay exactly", events: [(0, .out), (180, .out)],
      actions: ["raise at 180 since 0"]),
    Case(
      testDescription: "two samples far apart", events: [(0, .out), (7200, .out)],
      actions: ["raise at 7200 since 0"]),
    Case(
      testDescription: "a sample in limits cancels, though within the deadband",
      events: [(0, .out), (60, .near), (120, .out), (240, .out), (300, .out)],
      actions: ["raise at 300 since 120"]),
    Case(
      testDescription: "failed samples neither raise nor cancel",
      events: [(0, .out), (60, .failed), (120, .failed), (180, .failed), (240, .out)],
      actions: ["raise at 240 since 0"]),
    Case(
      testDescription: "raised when only failed samples came for longer than the patience",
      events: [(0, .out), (600, .failed), (601, .failed), (660, .out)],
      actions: ["raise at 601 since 0"]),
    Case(
      testDescription: "hovering within the deadband does not return",
      events: [(0, .out), (180, .out), (240, .near), (900, .near), (1800, .near), (1860, .out)],
      actions: ["raise at 180 since 0"]),
    Case(
      testDescription: "one sample inside does not return",
      events: [(0, .out), (180, .out), (900, .inside)], actions: ["raise at 180 since 0"]),
    Case(
      testDescription: "two samples inside before the delay do not return",
      events: [(0, .out), (180, .out), (240, .inside), (539, .inside)],
      actions: ["raise at 180 since 0"]),
    Case(
      testDescription: "returns at the delay exactly, since the first sample inside",
      events: [(0, .out), (180, .out), (240, .inside), (540, .inside)],
      actions: ["raise at 180 since 0", "end at 540 since 240"]),
    Case(
      testDescription: "a sample within the deadband interrupts the return",
      events: [
        (0, .out), (180, .out), (240, .inside), (300, .near), (360, .inside), (600, .inside),
        (660, .inside),
      ],
      actions: ["raise at 180 since 0", "end at 660 since 360"]),
    Case(
      testDescription: "failed samples do not return",
      events: [(0, .out), (180, .out), (240, .failed), (900, .failed)],
      actions: ["raise at 180 since 0"]),
    Case(
      testDescription: "a return begins anew after failed samples for longer than the patience",
      events: [
        (0, .out), (180, .out), (240, .inside), (841, .failed), (900, .inside), (1200, .inside),
      ],
      actions: ["raise at 180 since 0", "end at 1200 since 900"]),
    Case(
      testDescription: "a new exceedance after the return is a new one",
      events: [
        (0, .out), (180, .out), (240, .inside), (540, .inside), (600, .out), (780, .out),
      ],
      actions: ["raise at 180 since 0", "end at 540 since 240", "raise at 780 since 600"]),
  ]

  @Test(arguments: cases)
  func `goes from sample to sample`(example: Case) {
    var run = LimitRun()
    var actions: [String] = []
    for (second, event) in example.events {
      let action: LimitAction
      switch event {
      case .out: action = sampled(&run, .outside, at: second)
      case .near: action = sampled(&run, .near, at: second)
      case .inside: action = sampled(&run, .inside, at: second)
      case .failed: action = run.failed(at: Int64(second) * 1000, patience: 600_000)
      }
      switch action {
      case .nothing: break
      case .raise(let time, _): actions.append("raise at \(second) since \(time / 1000)")
      case .end(let time): actions.append("end at \(second) since \(time / 1000)")
      }
    }
    #expect(actions == example.actions)
  }

  @Test func `needs two samples even without delays`() {
    var run = LimitRun()
    let events: [(Standing, LimitAction)] = [
      (.outside, .nothing), (.outside, .raise(eventTime: 0, value: 1)), (.inside, .nothing),
      (.inside, .end(returnedTime: 2)),
    ]
    for (time, (standing, action)) in events.enumerated() {
      #expect(
        run.sampled(standing, value: Double(time), at: Int64(time), onDelay: 0, offDelay: 0)
          == action)
    }
  }

  @Test func `raises what is pending when its source falls silent, and nothing else`() {
    var run = LimitRun()
    #expect(run.fellSilent() == .nothing)
    _ = sampled(&run, .outside, at: 60)
    #expect(run.fellSilent() == .raise(eventTime: 60_000, value: 0))
    #expect(run.phase == .active)
    #expect(run.fellSilent() == .nothing)
  }

  @Test func `takes no more than forty bytes`() {
    #expect(MemoryLayout<LimitRun>.stride <= 40)
  }

  private func sampled(_ run: inout LimitRun, _ standing: Standing, at second: Int) -> LimitAction {
    run.sampled(
      standing, value: 0, at: Int64(second) * 1000, onDelay: 180_000, offDelay: 300_000)
  }
}
