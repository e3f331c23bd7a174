import LinuxSystem
import PoolModel

/// One connection of the intake loop, from CONNECT to its end.
///
/// There is no phase of connecting in which packets are read and written freely: with a session
/// present the broker delivers right after CONNACK, before SUBACK. So the batch loop runs from the
/// first packet on, and CONNACK and SUBACK are events in it.
final class IntakeLink {
  private let loop: IntakeLoop
  private let client: MQTTClient
  private var batch: IntakeBatch
  /// The filters whose SUBACK is awaited, by packet number; nil before CONNACK.
  private var awaited: [CInt: String]?
  /// What is subscribed to, or asked for.
  private var filters: [String] = []
  /// What else the session holds, with QoS 0 and whether or not the broker grants it.
  private var figureTopics: [String] = []
  /// The SUBSCRIBEs to them whose SUBACK is awaited.
  private var awaitedFigures: Set<CInt> = []
  /// The filters whose UNSUBACK is awaited, by packet number.
  private var ending: [CInt: String] = [:]
  private var isUp = false
  private var sessionPresent = false
  /// How long we waited and heard nothing.
  ///
  /// Only time spent waiting counts: what we spend otherwise is not the broker's silence.
  private var quiet = Duration.zero
  /// How long the broker may be silent; nil for ever.
  ///
  /// The PINGREQ goes out after one span without a packet; its answer has a third of a span. One and
  /// a half is what is promised: the rest is for our own steps, and a machine that is busy.
  private let silenceLimit: Duration?
  /// How long we waited for the answers to CONNECT and SUBSCRIBE.
  private var waitedForAnswers = Duration.zero
  /// The code of the broker's DISCONNECT.
  private var goodbye: CInt?
  /// Whether all that could be read has been read.
  private var isDry = true

  init(loop: IntakeLoop, client: MQTTClient) {
    self.loop = loop
    self.client = client
    // A batch is never held longer than half the keep-alive: PINGREQ uses the same queue.
    let keepAlive = loop.settings.keepAlive
    let halfKeepAlive = keepAlive / 2
    silenceLimit = keepAlive > .zero ? keepAlive * 4 / 3 : nil
    batch = IntakeBatch(
      countLimit: max(1, loop.settings.receiveMaximum),
      spanLimit: halfKeepAlive > .zero
        ? min(IntakeLoop.batchSpan, halfKeepAlive)
        : IntakeLoop.batchSpan)
  }

  /// Whether the broker was asked for its figures and has not answered.
  var awaitsFigures: Bool { !awaitedFigures.isEmpty }

  /// Batch after batch until the link ends.
  func serve() -> LinkEnding {
    while true {
      if loop.stop.isRequested { return leave(.stopped) }
      guard loop.delegate.acceptsDeliveries else { return leave(.away) }
      do {
        try listen()
        if let ending = try readBatch() { return ending }
        try client.keepAlive()
        try publish()
        if try !isBroken() { try write() }
      } catch {
        // What came before the end is kept; it is acknowledged when it comes again.
        return batch.isHolding && commit() == .drop ? .undone : .of(error)
      }
      loop.idle()
      do { try resubscribe() } catch { return .of(error) }
    }
  }

  /// Waits for the broker, and notices when it is silent for too long.
  private func listen() throws(MQTTError) {
    let before = loop.clock.now().monotonic
    let ready: Readiness
    do {
      ready = try loop.wait(
        for: client.descriptor, client.wantsWrite ? [.readable, .writable] : .readable,
        atMost: isDry ? IntakeLoop.longestWait : .zero)
    } catch {
      throw MQTTError(error)
    }
    let waited = loop.clock.now().monotonic - before
    if !isUp { waitedForAnswers += waited }
    if ready.contains(.readable) || !isDry { quiet = .zero } else { quiet += waited }
    if waitedForAnswers > IntakeLoop.answerLimit {
      throw silence("no answer to \(awaited == nil ? "CONNECT" : "SUBSCRIBE")")
    }
    if let silenceLimit, quiet > silenceLimit {
      throw silence("nothing heard for four thirds of the keep-alive span")
    }
  }

  /// Reads, hands over and commits until nothing is left to read or the batch is closed.
  ///
  /// - Returns: Why the link has ended; nil when it goes on, and may write.
  private func readBatch() throws(MQTTError) -> LinkEnding? {
    var emptyReadCount = 0
    // With TLS a packet that is no event, such as PINGRESP, can hide others behind it that the
    // socket no longer knows of: one more read finds them.
    let lastEmptyRead = client.usesTLS ? 2 : 1
    isDry = false
    while emptyReadCount < lastEmptyRead {
      let failure = readPackets()
      emptyReadCount = client.inbox.isEmpty ? emptyReadCount + 1 : 0
      var action = try handOver()
      if action == .drop { return .undone }
      if let failure { throw goodbye.map { .disconnected(code: $0) } ?? failure }
      if action == .proceed { action = batch.wasEmptied(at: loop.clock.now().monotonic) }
      if action == .commit { action = commit() }
      if action != .proceed { return action == .drop ? .undone : nil }
    }
    isDry = true
    var action = batch.ranDry()
    if action == .commit { action = commit() }
    return action == .drop ? .undone : nil
  }

  private func readPackets() -> MQTTError? {
    do {
      try client.read()
      return nil
    } catch {
      return error
    }
  }

  /// Hands over what one read brought.
  private func handOver() throws(MQTTError) -> IntakeBatch.Action {
    batch.read(count: client.inbox.deliveryCount, at: loop.clock.now().monotonic)
    var action = IntakeBatch.Action.proceed
    try client.inbox.drain { event throws(MQTTError) in
      if action == .drop { return }
      switch event {
      case .delivered(let delivery): action = take(delivery)
      case .accepted(let sessionPresent): try accepted(sessionPresent: sessionPresent)
      case .refused(let code):
        throw .refusedConnection(code: code, version: loop.settings.protocolVersion)
      case .subscribed(let number, let code): try subscribed(number: number, code: code)
      case .unsubscribed(let number): unsubscribed(number: number)
      case .disconnected(let code): if code >= 0x80 { goodbye = code }
      case .published: break
      }
    }
    return action
  }

  private func take(_ delivery: Delivery) -> IntakeBatch.Action {
    loop.delegate.received(delivery, now: loop.clock.now())
    let action = batch.handedOver(isFull: loop.delegate.batchIsFull)
    return action == .commit ? commit() : action
  }

  private func commit() -> IntakeBatch.Action {
    let isDurable = loop.delegate.commit(now: loop.clock.now())
    if isDurable && loop.lastCommitFailed {
      loop.lastCommitFailed = false
      loop.backoff.reset()
    }
    return batch.committed(isDurable: isDurable)
  }

  private func accepted(sessionPresent: Bool) throws(MQTTError) {
    self.sessionPresent = sessionPresent
    if !loop.lastCommitFailed { loop.backoff.reset() }
    filters = loop.delegate.subscriptions
    let figureTopics = loop.delegate.figureTopics
    self.figureTopics = loop.asksForFigures ? figureTopics : []
    // What an earlier configuration asked for would come for as long as the session lasts.
    let left =
      sessionPresent
      ? Self.filters(loop.delegate.heldSubscriptions, without: filters + figureTopics) : []
    loop.delegate.sessionHolds(filters + self.figureTopics + left)
    var awaited: [CInt: String] = [:]
    for filter in filters { awaited[try client.subscribe(to: filter)] = filter }
    self.awaited = awaited
    try unsubscribe(from: left)
    try reportIfUp()
  }

  private func unsubscribe(from filters: [String]) throws(MQTTError) {
    for filter in filters { ending[try client.unsubscribe(from: filter)] = filter }
  }

  private func unsubscribed(number: CInt) {
    guard ending.removeValue(forKey: number) != nil, ending.isEmpty else { return }
    loop.delegate.sessionHolds(filters + figureTopics)
  }

  private static func filters(_ filters: [String], without others: [String]) -> [String] {
    let others = Set(others)
    return filters.filter { !others.contains($0) }
  }

  /// Follows the delegate's wishes when they have changed.
  private func resubscribe() throws(MQTTError) {
    let wanted = loop.delegate.subscriptions
    guard isUp, wanted != filters else { return }
    let left = Self.filters(filters, without: wanted)
    loop.delegate.sessionHolds(wanted + figureTopics + left + ending.values)
    for filter in Self.filters(wanted, without: filters) {
      awaited?[try client.subscribe(to: filter)] = filter
    }
    try unsubscribe(from: left)
    filters = wanted
  }

  /// Queues what the delegate wants published.
  ///
  /// It leaves with `write`, and so never takes an acknowledgement along that is not due.
  private func publish() throws(MQTTError) {
    guard isUp, batch.mayWrite else { return }
    try queue(loop.delegate.takeOutgoing())
  }

  private func queue(_ messages: [OutgoingMessage]) throws(MQTTError) {
    for message in messages {
      try client.publish(
        message.payload, to: message.topic, qualityOfService: message.qualityOfService,
        isRetained: message.isRetained)
    }
  }

  private func subscribed(number: CInt, code: CInt) throws(MQTTError) {
    if awaitedFigures.remove(number) != nil, awaitedFigures.isEmpty { loop.figuresAnswered() }
    guard let filter = awaited?.removeValue(forKey: number) else { return }
    // QoS 0 would be delivered without acknowledgement, and lost without notice.
    guard code == 1 || code == 2 else { throw .refusedSubscription(to: filter, code: code) }
    try reportIfUp()
  }

  private func reportIfUp() throws(MQTTError) {
    guard !isUp, awaited?.isEmpty == true else { return }
    isUp = true
    let isLost = loop.hadSession && !sessionPresent && !loop.settings.cleanStart
    loop.hadSession = true
    loop.delegate.linkChanged(
      isUp: true, sessionPresent: sessionPresent,
      reason: isLost
        ? "connected, but the broker has lost our session: readings may be missing" : "connected",
      now: loop.clock.now())
    // Last, so that a broker that ends the connection for it has granted the rest. Nobody waits for the
    // answers: the link is up without them.
    for topic in figureTopics {
      awaitedFigures.insert(try client.subscribe(to: topic, qualityOfService: 0))
    }
  }

  /// Whether the broker's end of the connection is gone, and what it sent before is to be read first.
  ///
  /// A write that fails closes the connection with all that it has brought. What a broker passed on
  /// before it died it has mostly acknowledged to the gateway: it would be lost with the broker's memory.
  private func isBroken() throws(MQTTError) -> Bool {
    guard client.wantsWrite else { return false }
    do {
      return try Readiness.wait(for: [(client.descriptor, .broken)], atMost: .zero)[0]
        .contains(.broken)
    } catch {
      throw MQTTError(error)
    }
  }

  /// The only place where anything leaves.
  private func write() throws(MQTTError) {
    precondition(batch.mayWrite, "an acknowledgement would leave before its commit")
    if client.wantsWrite { try client.write() }
  }

  /// Sends what is acknowledged and a DISCONNECT, and waits a moment for both to leave.
  private func leave(_ ending: LinkEnding) -> LinkEnding {
    let end = loop.clock.now().monotonic + IntakeLoop.farewellLimit
    do {
      if isUp { try queue(loop.delegate.farewell()) }
      try client.disconnect()
      while client.descriptor != -1, client.wantsWrite, loop.clock.now().monotonic < end {
        try write()
        _ = try Readiness.wait(
          for: [(client.descriptor, .writable)], atMost: .milliseconds(100))
      }
    } catch {
      // A link that breaks now has broken; whatever was not acknowledged comes again.
    }
    return ending
  }

  private func silence(_ words: String) -> MQTTError {
    // Whatever was asked last, it was not that which ended the link.
    awaitedFigures = []
    return MQTTError(
      call: "\(loop.settings.host):\(loop.settings.port)", reason: words,
      advice: "check the broker and the network")
  }
}
