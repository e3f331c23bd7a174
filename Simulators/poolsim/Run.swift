import ArgumentParser
import LinuxSystem
import MQTTTransport
import PoolModel
import SimulatedPool

/// Gateways of a plan's venues, each with its own connection, on one thread.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Publish the plan's venues until stopped, or for a while.",
    discussion: """
      Scenarios: steady; demo (of ten venues the fourth drifts out of limits, the eighth falls \
      silent, all jitter by up to 200 ms); outage (the fourth loses its network from 10 s to 40 s \
      and sends its readings afterwards); skew (the fourth's clock is 10 min ahead, the eighth's \
      10 min behind).
      """)

  @OptionGroup var broker: BrokerOptions

  @Option(help: "Seconds between two readings of a pool; the plan's interval if not given.")
  var interval: Double?

  @Option(help: "What goes wrong: \(scenarioNames).", transform: scenario(named:))
  var scenario = Scenario.steady

  @Option(
    help: ArgumentHelp(
      "What goes wrong besides, in seconds from the start; repeat it for more.",
      discussion: "Kinds: \(FaultOrder.kinds).",
      valueName: "venue[/pool]:kind[=size]:from[:for]"),
    transform: fault(written:))
  var fault: [FaultOrder] = []

  @Option(help: "How many times faster the water lives than the clock runs.")
  var speed = 1.0

  @Option(help: "Stop after so many seconds, in good order.")
  var duration: Double?

  @Option(help: "Only the first so many venues of the plan.")
  var venues: Int?

  func validate() throws {
    if let interval, !(0.001...86_400).contains(interval) {
      throw ValidationError("--interval is \(interval), expected 0.001 to 86400 seconds")
    }
    if let duration, !(0...1e9).contains(duration) {
      throw ValidationError("--duration is \(duration), expected 0 to 1000000000 seconds")
    }
    guard speed > 0, speed <= 10_000 else {
      throw ValidationError("--speed is \(speed), expected more than 0 and at most 10000")
    }
    if let venues, venues < 1 {
      throw ValidationError("--venues is \(venues), expected at least 1")
    }
  }

  func run() throws {
    let plan = try broker.plan()
    let clock = RunningClock()
    let links = try gateways(of: plan, start: clock.start)
    Report.say("\(links.count) gateways, scenario \(scenario.rawValue), seed \(broker.seed)")
    let end = duration.map { clock.start + .milliseconds(Int64($0 * 1000)) } ?? .distantFuture
    while true {
      let now = min(clock.now, end)
      for link in links { try link.act(through: now) }
      if now >= end { break }
      // Half a second at most, so that broken connections are tried again and pings leave.
      let next = links.reduce(end) { min($0, $1.gateway.nextTime) }
      let rest = min(.milliseconds(500), max(.zero, next - clock.now))
      try MQTTPublisher.wait(for: links.compactMap(\.publisher), atMost: rest)
    }
    for link in links { link.leave() }
    let sum = links.reduce(into: (published: 0, acknowledged: 0, lost: 0)) {
      $0.published += $1.publishedCount
      $0.acknowledged += $1.acknowledgedCount
      $0.lost += $1.lostCount
    }
    Report.say(
      "{\"published\":\(sum.published),\"acknowledged\":\(sum.acknowledged),\"lost\":\(sum.lost)}")
    if sum.acknowledged < sum.published { throw ExitCode.failure }
  }

  private static let scenarioNames = Scenario.allCases.map(\.rawValue).joined(separator: ", ")

  private static func scenario(named name: String) throws -> Scenario {
    guard let scenario = Scenario(rawValue: name) else {
      throw ValidationError("'\(name)' is no scenario, expected one of \(scenarioNames)")
    }
    return scenario
  }

  private static func fault(written text: String) throws -> FaultOrder {
    do throws(FaultMistake) {
      return try FaultOrder(text)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// Refuses what names no venue or pool that is simulated.
  private func checkFaults(of plan: Plan, venueCount: Int) throws {
    let venues = plan.venues.prefix(venueCount).map(\.id)
    for order in fault {
      let isKnown = plan.pools.contains {
        $0.id.venue == order.venue && (order.pool == nil || $0.id.pool == order.pool)
      }
      guard isKnown, venues.contains(order.venue) else {
        let place = order.venue + (order.pool.map { "/\($0)" } ?? "")
        throw ValidationError("--fault is of \(place), expected a venue or pool that is simulated")
      }
    }
  }

  private func gateways(of plan: Plan, start: Timestamp) throws -> [GatewayLink] {
    let unknown = plan.required.map { plan[$0].name }.filter {
      !SimulatedPool.knownParameters.contains($0)
    }
    guard unknown.isEmpty else {
      Report.complain(
        "the plan requires \(unknown.joined(separator: ", ")), which nobody simulates")
      throw ExitCode(78)
    }
    let interval = interval.map { Duration.milliseconds(Int64($0 * 1000)) } ?? plan.interval
    let count = min(venues ?? plan.venues.count, plan.venues.count)
    try checkFaults(of: plan, venueCount: count)
    return try (0..<count).map { venue in
      let orders = fault.filter { $0.venue == plan.venues[venue].id }
      let faults =
        scenario.faults(venue: venue, of: count)
        + orders.filter { $0.pool == nil }.map(\.fault)
      guard SimulatedGateway.allows(interval: interval, faults: faults) else {
        throw ValidationError("--interval is too short for the scenario's jitter of 200 ms")
      }
      let gateway = SimulatedGateway(
        plan: plan, venue: venue, seed: broker.seed, interval: interval, start: start,
        speed: speed, faults: faults,
        poolFaults: Dictionary(
          orders.compactMap { order in order.pool.map { ($0, [order.fault]) } }, uniquingKeysWith: +
        ))
      return GatewayLink(gateway: gateway, district: plan.district.code, broker: broker)
    }
  }
}

/// The wall clock at the start, and what the monotonic one has counted since: steps of the wall
/// clock do not stop a gateway.
struct RunningClock {
  private let clock = SystemClock()
  private let origin: Moment

  init() { origin = clock.now() }

  var start: Timestamp { origin.wall }
  var monotonic: Duration { clock.now().monotonic - origin.monotonic }
  var now: Timestamp { origin.wall + monotonic }
}
