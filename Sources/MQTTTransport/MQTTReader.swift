import Glibc
import LinuxSystem
public import PoolModel

/// A client that looks at what a broker has to say for a short time, and leaves nothing behind.
///
/// Not Sendable: one thread makes it and drives it.
public final class MQTTReader {
  private let client: MQTTClient
  private let clock = SystemClock()

  /// A reader that the broker has taken.
  ///
  /// A broker can name sessions by users (mosquitto's `use_username_as_clientid`), whatever client id
  /// we give. Then a new session would be the end of the user's own, with all that waits in it.
  /// So first an old one is asked for: where there is one it is not ours, and is left as it is;
  /// only its client was thrown out and comes back by itself.
  ///
  /// - Parameters:
  ///   - settings: The broker, and who we are to it, with a client id that nobody else has.
  ///   - limit: How long to try at most, in all.
  /// - Returns: The reader; nil when the broker has a session for us, which is somebody else's.
  /// - Throws: `MQTTError` when a setting is out of range, a file cannot be read, there is no
  ///   connection by then, or the broker refused it.
  public static func connected(
    _ settings: MQTTSettings, within limit: Duration
  ) throws(MQTTError) -> MQTTReader? {
    var settings = settings
    settings.cleanStart = false
    // Long enough for the client that was thrown out to come back to its session.
    settings.sessionExpiry = .seconds(86_400)
    if try MQTTReader(settings: settings).connect(within: limit / 2) { return nil }
    settings.cleanStart = true
    settings.sessionExpiry = .zero
    let reader = try MQTTReader(settings: settings)
    _ = try reader.connect(within: limit / 2)
    return reader
  }

  private init(settings: MQTTSettings) throws(MQTTError) {
    client = try MQTTClient(settings: settings)
  }

  /// Connects, and waits for the broker's answer.
  ///
  /// - Parameter limit: How long to try at most.
  /// - Returns: Whether the broker had a session for us.
  /// - Throws: `MQTTError` when there is no connection by then, or the broker refused it.
  private func connect(within limit: Duration) throws(MQTTError) -> Bool {
    let end = clock.now().monotonic + limit
    do throws(SystemError) {
      let probe = try TCPProbe(host: client.settings.host, port: client.settings.port)
      while probe.state == .waiting, clock.now().monotonic < end {
        let rest = end - clock.now().monotonic
        _ = try Readiness.wait(for: [(probe.descriptor, .writable)], atMost: rest)
        probe.advance()
      }
      switch probe.state {
      case .failed(let error): throw error
      case .waiting: throw SystemError(call: "connect", subject: address, code: ETIMEDOUT)
      case .reached: break
      }
    } catch {
      throw MQTTError(error)
    }
    try client.connect()
    var hadSession: Bool?
    // Ends with the answer: what an old session brings is not acknowledged, and stays in it.
    try drive(until: end) { event throws(MQTTError) in
      switch event {
      case .accepted(let sessionPresent): hadSession = sessionPresent
      case .refused(let code):
        throw .refusedConnection(code: code, version: client.settings.protocolVersion)
      default: break
      }
      return hadSession != nil
    }
    guard let hadSession else {
      throw MQTTError(
        call: "CONNECT \(address)", reason: "no answer within \(limit)",
        advice: "check that it is an MQTT broker, and whether it wants TLS")
    }
    return hadSession
  }

  /// Subscribes to `filter`, and collects what comes.
  ///
  /// - Parameters:
  ///   - filter: An MQTT topic filter.
  ///   - limit: How long to wait in all.
  ///   - isEnough: Asked with everything collected, after each delivery.
  /// - Returns: The deliveries; nil when the broker does not grant the subscription.
  /// - Throws: `MQTTError` when the connection breaks.
  public func collect(
    _ filter: String, within limit: Duration, until isEnough: ([Delivery]) -> Bool
  ) throws(MQTTError) -> [Delivery]? {
    var deliveries: [Delivery] = []
    var isRefused = false
    _ = try client.subscribe(to: filter)
    try drive(until: clock.now().monotonic + limit) { event in
      switch event {
      case .subscribed(_, let code): isRefused = code >= 0x80
      case .delivered(let delivery): deliveries.append(delivery)
      default: break
      }
      return isRefused || isEnough(deliveries)
    }
    return isRefused ? nil : deliveries
  }

  /// Leaves the broker in good order, as far as that goes without waiting.
  public func disconnect() {
    // Nothing of it has to arrive: without it the broker sees the connection end.
    try? client.disconnect()
    try? client.write()
  }

  private var address: String { "\(client.settings.host):\(client.settings.port)" }

  private func drive(
    until end: Duration, _ isDone: (MQTTEvent) throws(MQTTError) -> Bool
  ) throws(MQTTError) {
    while true {
      var failure: MQTTError?
      do { try client.read() } catch { failure = error }
      let isDry = client.inbox.isEmpty
      var hasEnough = false
      try client.inbox.drain { event throws(MQTTError) in
        if try isDone(event) { hasEnough = true }
      }
      if hasEnough { return }
      if let failure { throw failure }
      if client.wantsWrite { try client.write() }
      let rest = end - clock.now().monotonic
      guard rest > .zero else { return }
      guard isDry else { continue }
      do throws(SystemError) {
        let kinds: Readiness = client.wantsWrite ? [.readable, .writable] : .readable
        _ = try Readiness.wait(for: [(client.descriptor, kinds)], atMost: min(rest, .seconds(1)))
      } catch {
        throw MQTTError(error)
      }
    }
  }
}
