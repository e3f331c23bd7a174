import Decoding
import LinuxSystem
import MQTTTransport
import PoolModel
import SimulatedPool

/// A simulated gateway and its connection: does what the gateway's actions say.
final class GatewayLink {
  private(set) var gateway: SimulatedGateway
  /// nil while the gateway has no network.
  private(set) var publisher: MQTTPublisher?
  private(set) var publishedCount = 0
  private var acknowledgedEarlier = 0
  private var refusedByFullQueue = 0

  private let district: String
  private let broker: BrokerOptions
  private let clock = SystemClock()
  private var hello: [UInt8] = []
  private var retryAt: Duration?
  private var retryCount = 0

  init(gateway: SimulatedGateway, district: String, broker: BrokerOptions) {
    self.gateway = gateway
    self.district = district
    self.broker = broker
  }

  /// Messages that the broker has acknowledged, status messages among them.
  var acknowledgedCount: Int { acknowledgedEarlier + (publisher?.acknowledgedCount ?? 0) }
  /// Messages and readings that found a buffer full.
  var lostCount: Int { refusedByFullQueue + gateway.lostReadingCount }

  /// Does everything that is due up to `now`, and what the connection is ready for.
  ///
  /// - Throws: `MQTTError` when the first connection cannot be made; later ones are tried again.
  func act(through now: Timestamp) throws(MQTTError) {
    for timed in gateway.actions(through: now) {
      switch timed.action {
      case .connect(let hello, let goodbye):
        self.hello = hello
        try start(goodbye: goodbye)
      case .publish(let pool, let payload):
        let id = PoolID(venue: gateway.venue, pool: pool)
        publish(payload, to: TopicPattern.telemetry(district: district, pool: id))
      case .disconnect:
        loseNetwork()
      case .fallSilent:
        Report.say("\(gateway.venue) falls silent")
      }
    }
    drive()
  }

  /// Says goodbye and leaves the broker in good order, in at most 5 s.
  func leave() {
    guard let publisher, publisher.isConnected else { return }
    publish(NativePayload.goodbye, to: statusTopic, isRetained: true)
    do {
      try publisher.drive(within: .seconds(3))
      try publisher.disconnect()
    } catch {
      Report.complain("\(gateway.venue): \(error)")
    }
  }

  private var statusTopic: String {
    TopicPattern.status(district: district, venue: gateway.venue)
  }

  private func start(goodbye: [UInt8]) throws(MQTTError) {
    let isFirst = publishedCount == 0
    let will = MQTTSettings.Will(topic: statusTopic, payload: goodbye, isRetained: true)
    let settings = broker.settings(clientID: "poolsim-\(gateway.venue)", will: will)
    let publisher = try MQTTPublisher(settings: settings)
    self.publisher = publisher
    if !isFirst { Report.say("\(gateway.venue) has its network back") }
    do {
      try publisher.connect()
    } catch {
      if isFirst { throw error }
      retryLater(error)
    }
    publish(hello, to: statusTopic, isRetained: true)
  }

  /// The broker hears no farewell.
  ///
  /// What it has not acknowledged by now waits a moment for it, so that the readings before the
  /// outage are the broker's and those in it are the gateway's.
  private func loseNetwork() {
    guard let publisher else { return }
    Report.say("\(gateway.venue) loses its network")
    do {
      try publisher.drive(within: .seconds(1))
    } catch {
      Report.complain("\(gateway.venue): \(error)")
    }
    acknowledgedEarlier += publisher.acknowledgedCount
    self.publisher = nil
    retryAt = nil
  }

  private func publish(_ payload: [UInt8], to topic: String, isRetained: Bool = false) {
    guard let publisher else { return }
    publishedCount += 1
    do {
      try publisher.publish(payload, to: topic, isRetained: isRetained)
    } catch {
      refusedByFullQueue += 1
      if refusedByFullQueue == 1 { Report.complain("\(gateway.venue): \(error)") }
    }
  }

  private func drive() {
    guard let publisher else { return }
    do {
      if let retryAt {
        guard clock.now().monotonic >= retryAt else { return }
        // Short, because the other gateways wait meanwhile.
        try publisher.connect(within: .milliseconds(500))
        publish(hello, to: statusTopic, isRetained: true)
        Report.say("\(gateway.venue) is connected again")
        self.retryAt = nil
        retryCount = 0
      }
      try publisher.drive()
    } catch {
      retryLater(error)
    }
  }

  /// After 1 s, 2 s, 4 s … 32 s; spread over half of it so that gateways do not come all at once.
  private func retryLater(_ error: MQTTError) {
    if retryCount == 0 { Report.complain("\(gateway.venue): \(error)") }
    var random = SplitMix64(seed: UInt64(retryCount), label: gateway.venue)
    let longest = Double(1 << min(retryCount, 5))
    retryCount += 1
    retryAt =
      clock.now().monotonic
      + .milliseconds(Int64(random.number(in: longest * 500...longest * 1000)))
  }
}
