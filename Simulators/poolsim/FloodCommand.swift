import ArgumentParser
import Decoding
import LinuxSystem
import MQTTTransport
import PoolModel
import SimulatedPool

/// Many readings as fast as the broker takes them, every value computable from the seed.
struct FloodCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flood",
    abstract:
      "Publish many readings, each of a pool and time of its own, and wait for every PUBACK.",
    discussion: """
      The pools of the plan take turns. Pool p's reading s has the time start + s · step and values \
      that follow from seed, p and s alone. Prints one JSON object when the broker has acknowledged \
      all; exits 1 when it has not.
      """)

  @OptionGroup var broker: BrokerOptions

  @Option(help: "How many messages.")
  var count = 100_000

  @Option(help: "Messages a second at most; 0 for as fast as it goes.")
  var rate = 0.0

  @Option(help: "Only the first so many pools of the plan.")
  var pools: Int?

  @Option(help: "Messages that may be under way without an acknowledgement.")
  var inFlight = 100

  @Option(
    help:
      "Time of every pool's first reading in ms since 1970; by default such that the last is now.")
  var startMilliseconds: Int64?

  @Option(help: "Milliseconds between two readings of a pool.")
  var stepMilliseconds: Int64 = 1000

  @Option(help: "Give up after so many seconds.")
  var timeout = 600.0

  func validate() throws {
    for (name, value, range) in [
      ("count", count, 1...100_000_000), ("in-flight", inFlight, 1...65_535),
      ("step-milliseconds", Int(stepMilliseconds), 1...86_400_000),
    ] where !range.contains(value) {
      throw ValidationError(
        "--\(name) is \(value), expected \(range.lowerBound) to \(range.upperBound)")
    }
    guard rate >= 0, rate.isFinite, timeout > 0, timeout < 1e9, pools ?? 1 >= 1 else {
      throw ValidationError("--rate, --timeout and --pools are not negative, the last two not 0")
    }
  }

  func run() throws {
    let plan = try broker.plan()
    let clock = RunningClock()
    let ids = plan.pools.prefix(pools ?? plan.pools.count).map(\.id)
    let readingCount = (count + ids.count - 1) / ids.count
    let start =
      startMilliseconds ?? clock.start.milliseconds - stepMilliseconds * Int64(readingCount - 1)
    let flood = Flood(
      seed: broker.seed, poolCount: ids.count, start: Timestamp(milliseconds: start),
      step: .milliseconds(stepMilliseconds))
    let topics = ids.map { TopicPattern.telemetry(district: plan.district.code, pool: $0) }
    let publisher = try MQTTPublisher(
      settings: broker.settings(clientID: "poolsim-flood"), inFlightLimit: inFlight,
      queueLimit: inFlight)
    do {
      try publisher.connect()
      try publish(flood, to: topics, through: publisher, clock: clock)
      try publisher.disconnect()
    } catch {
      Report.complain("\(error)")
      report(flood, publisher, clock)
      throw ExitCode.failure
    }
    report(flood, publisher, clock)
    if publisher.acknowledgedCount < count || publisher.refusedCount > 0 { throw ExitCode.failure }
  }

  private func publish(
    _ flood: Flood, to topics: [String], through publisher: MQTTPublisher, clock: RunningClock
  ) throws(MQTTError) {
    let end = clock.monotonic + .milliseconds(Int64(timeout * 1000))
    var next = 0
    while publisher.acknowledgedCount < count {
      guard clock.monotonic < end else { return }
      let allowed =
        rate > 0 ? min(count, Int(clock.monotonic.inSeconds * rate) + 1) : count
      while next < allowed, publisher.waitingCount < inFlight {
        let place = flood.place(ofMessage: next)
        try publisher.publish(
          flood.payload(pool: place.pool, sequence: place.sequence), to: topics[place.pool])
        next += 1
      }
      try publisher.drive()
      // With a rate the next message is due soon; without, only the broker's answer helps.
      let isPaced = rate > 0 && next < count && publisher.waitingCount < inFlight
      try MQTTPublisher.wait(
        for: [publisher], atMost: isPaced ? .seconds(min(0.1, 1 / rate)) : .milliseconds(100))
    }
  }

  private func report(_ flood: Flood, _ publisher: MQTTPublisher, _ clock: RunningClock) {
    let milliseconds = clock.monotonic.wholeMilliseconds
    Report.say(
      "{\"count\":\(count),\"acknowledged\":\(publisher.acknowledgedCount),"
        + "\"refused\":\(publisher.refusedCount),\"pools\":\(flood.poolCount),"
        + "\"seed\":\(flood.seed),\"start_milliseconds\":\(flood.start.milliseconds),"
        + "\"step_milliseconds\":\(stepMilliseconds),\"milliseconds\":\(milliseconds)}")
  }
}
