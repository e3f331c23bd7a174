import LinuxSystem
import PoolModel

/// A client that publishes, as a gateway does: QoS 1, with a will, over one connection.
///
/// Not Sendable. Nothing is sent but by `drive`, so one thread can have thousands of them. What was
/// not acknowledged when a connection ends is sent again on the next one, in order, as long as the
/// object lives. When it goes, the connection is closed without DISCONNECT and the broker publishes
/// the will; `disconnect` first where that is not wanted.
public final class MQTTPublisher {
  private struct Message {
    let topic: String
    let payload: [UInt8]
    let isRetained: Bool
  }

  private let client: MQTTClient
  private let clock = SystemClock()
  private let inFlightLimit: Int
  private let queueLimit: Int
  private var queue: [Message] = []
  /// The first message of `queue` that the library has not got.
  private var queueStart = 0
  private var inFlightCount = 0

  /// Whether the broker has taken us and has not gone.
  public private(set) var isConnected = false
  /// How many messages the broker has acknowledged, over all connections.
  public private(set) var acknowledgedCount = 0
  /// How many of them it did not take (MQTT 5 says so, as for a topic that its ACL forbids; with
  /// 3.1.1 they count as acknowledged).
  public private(set) var refusedCount = 0
  /// How many messages were published and are not acknowledged.
  public var waitingCount: Int { queue.count - queueStart + inFlightCount }

  /// A publisher that is not connected.
  ///
  /// - Parameters:
  ///   - settings: The broker, and who we are to it.
  ///   - inFlightLimit: How many messages may be sent and not acknowledged, 1 … 65,535. The broker
  ///     may allow fewer.
  ///   - queueLimit: How many more may wait to be sent.
  /// - Throws: `MQTTError` when a setting is out of range or a file cannot be read.
  public init(
    settings: MQTTSettings, inFlightLimit: Int = 100, queueLimit: Int = 100_000
  ) throws(MQTTError) {
    client = try MQTTClient(settings: settings, sendMaximum: inFlightLimit)
    self.inFlightLimit = inFlightLimit
    self.queueLimit = queueLimit
  }

  /// The connection's descriptor, to wait for with `poll`; −1 when there is none.
  public var descriptor: CInt { client.descriptor }
  /// Whether `drive` would have something to write.
  public var wantsWrite: Bool {
    client.wantsWrite || isConnected && queueStart < queue.count && inFlightCount < inFlightLimit
  }

  /// Connects, anew if need be, and waits for the broker's answer.
  ///
  /// - Parameter limit: How long to try at most.
  /// - Throws: `MQTTError` when there is no connection by then, or the broker refused it.
  public func connect(within limit: Duration = .seconds(5)) throws(MQTTError) {
    let end = clock.now().monotonic + limit
    isConnected = false
    do throws(SystemError) {
      let probe = try TCPProbe(host: client.settings.host, port: client.settings.port)
      while probe.state == .waiting {
        let rest = end - clock.now().monotonic
        guard rest > .zero else { break }
        _ = try Readiness.wait(for: [(probe.descriptor, .writable)], atMost: rest)
        probe.advance()
      }
      if case .failed(let error) = probe.state { throw error }
    } catch {
      throw MQTTError(error)
    }
    try client.connect()
    try drive(within: end - clock.now().monotonic, "CONNECT") { $0.isConnected }
  }

  /// Queues a message; `drive` sends it.
  ///
  /// - Parameters:
  ///   - payload: Its bytes.
  ///   - topic: Where to publish it.
  ///   - isRetained: Whether the broker keeps it for those who subscribe later.
  /// - Throws: `MQTTError` when the queue is full.
  public func publish(
    _ payload: [UInt8], to topic: String, isRetained: Bool = false
  ) throws(MQTTError) {
    guard queue.count - queueStart < queueLimit else {
      throw MQTTError(
        call: "PUBLISH \(topic)", reason: "\(queueLimit) messages wait already",
        advice: "drive the publisher, or publish more slowly")
    }
    queue.append(Message(topic: topic, payload: payload, isRetained: isRetained))
  }

  /// Sends and receives what goes without waiting.
  ///
  /// To be called when the descriptor is ready, after `publish`, and about once a second.
  ///
  /// - Throws: `MQTTError` when the connection broke, or a message cannot be sent at all (it is
  ///   forgotten then). `connect` again to go on.
  public func drive() throws(MQTTError) {
    do {
      try receive()
      try send()
      try client.keepAlive()
      if client.wantsWrite { try client.write() }
    } catch {
      isConnected = client.descriptor != -1 && isConnected
      throw error
    }
  }

  /// Drives until `isDone`, waiting on this thread.
  ///
  /// - Parameters:
  ///   - limit: How long at most.
  ///   - what: What is waited for, for the error's words.
  ///   - isDone: Asked after each step.
  /// - Throws: `MQTTError` when the connection breaks or the time is over.
  public func drive(
    within limit: Duration, _ what: String = "the acknowledgements",
    until isDone: (MQTTPublisher) -> Bool = { $0.waitingCount == 0 }
  ) throws(MQTTError) {
    let end = clock.now().monotonic + limit
    while true {
      try drive()
      if isDone(self) { return }
      let rest = end - clock.now().monotonic
      guard rest > .zero else {
        throw MQTTError(
          call: what, reason: "not within \(limit)", advice: "check the broker and its log")
      }
      try Self.wait(for: [self], atMost: min(rest, .seconds(1)))
    }
  }

  /// Waits until one of `publishers` has something to `drive`.
  ///
  /// - Parameters:
  ///   - publishers: Those without a connection are ignored.
  ///   - span: How long to wait at most.
  /// - Throws: `MQTTError` when the system has no memory left.
  public static func wait(
    for publishers: [MQTTPublisher], atMost span: Duration
  ) throws(MQTTError) {
    do {
      _ = try Readiness.wait(
        for: publishers.map { publisher in
          (publisher.descriptor, publisher.wantsWrite ? [.readable, .writable] : .readable)
        }, atMost: span)
    } catch {
      throw MQTTError(error)
    }
  }

  /// Leaves the broker in good order, so that it does not publish the will.
  ///
  /// What is not acknowledged stays queued for the next connection.
  ///
  /// - Parameter limit: How long to try at most.
  /// - Throws: `MQTTError` when it could not be said in time; the connection is closed with the
  ///   object then.
  public func disconnect(within limit: Duration = .seconds(2)) throws(MQTTError) {
    guard isConnected else { return }
    isConnected = false
    try client.disconnect()
    let end = clock.now().monotonic + limit
    while client.descriptor != -1 {
      try client.write()
      let rest = end - clock.now().monotonic
      guard rest > .zero, client.descriptor != -1 else { return }
      try Self.wait(for: [self], atMost: min(rest, .milliseconds(100)))
    }
  }

  private func receive() throws(MQTTError) {
    while true {
      var failure: MQTTError?
      do { try client.read() } catch { failure = error }
      let isDry = client.inbox.isEmpty
      try client.inbox.drain { event throws(MQTTError) in
        switch event {
        case .accepted: isConnected = true
        case .refused(let code):
          throw .refusedConnection(code: code, version: client.settings.protocolVersion)
        case .published(let code):
          inFlightCount -= 1
          acknowledgedCount += 1
          if code >= 0x80 { refusedCount += 1 }
        case .disconnected: isConnected = false
        case .delivered, .subscribed, .unsubscribed: break
        }
      }
      if let failure { throw failure }
      if isDry { return }
    }
  }

  private func send() throws(MQTTError) {
    guard isConnected else { return }
    while queueStart < queue.count, inFlightCount < inFlightLimit {
      let message = queue[queueStart]
      queueStart += 1
      try client.publish(message.payload, to: message.topic, isRetained: message.isRetained)
      inFlightCount += 1
    }
    // Seldom, so that a message costs the same however many wait.
    if queueStart > 1000 || queueStart == queue.count {
      queue.removeFirst(queueStart)
      queueStart = 0
    }
  }
}
