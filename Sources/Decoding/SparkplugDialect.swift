import PoolModel
import SwiftProtobuf

/// Sparkplug B 3.0: births that declare metrics, data that carry what has changed.
///
/// - The names of a binding are `METRIC` for an edge node's and `DEVICE/METRIC` for a device's. Metrics
///   that the map does not have are passed over and counted. A name that two edge nodes or devices send
///   is refused at the second, for nobody has said which is meant.
/// - A metric's time is its own, else the payload's. Values of one pool and time are one reading.
/// - What is marked `is_historical` is stored and judged as late: never news, and no sign of life.
/// - Data of what was never born, after a gap in `seq`, or of a name whose first sender has died, make a
///   request for a rebirth; it is made again with what comes later, until there is one.
/// - An NBIRTH or DBIRTH says that the gateway is online, the NDEATH of the present session that it is
///   not.
/// - No message of the dialect is retained by the broker; one that is tells of another time and is
///   refused.
///
/// Remembers at most 64 edge nodes, 256 devices and 4,096 metrics; what goes beyond is refused. An edge
/// node is known when the filter names it or the map has a device or metric that it sent: names that
/// nobody knows give way to it, and do not put off what it is asked.
struct SparkplugDialect: GatewayDialect {
  private let names: GatewayNames
  /// Whether the filter lets one edge node through alone.
  private let isOfOneNode: Bool
  /// The devices that the map has metrics of; some are folders of an edge node's own.
  private let deviceNames: Set<String>
  private(set) var memory = SparkplugMemory()
  private var budget = SparkplugRequestBudget()

  init(_ names: GatewayNames) {
    self.names = names
    isOfOneNode = SparkplugTopic.isOfOneNode(names.binding.filter)
    deviceNames = Set(names.binding.values.compactMap { SparkplugAddress.device(in: $0.name) })
  }

  mutating func decode(_ delivery: Delivery, now: Timestamp) -> DecodedDelivery {
    guard let topic = SparkplugTopic(delivery.topic) else {
      return DecodedDelivery(refusals: [
        delivery.refusal(
          .unknownTopic,
          "topic: found \(OneLine.quoted(delivery.topic, limit: 60)), expected "
            + SparkplugTopic.shapes)
      ])
    }
    guard case .node(let message, let address) = topic else { return DecodedDelivery() }
    guard !delivery.isRetained else {
      return delivery.refused(
        .badPayload("", found: "a retained message", expected: "one published without retain"))
    }
    guard var node = memory.take(address) else {
      return delivery.refused(
        .badPayload(
          "topic", found: "another edge node, \(OneLine.quoted(address.nodePath))",
          expected: "at most \(SparkplugMemory.nodeLimit) under one gateway"))
    }
    defer { memory.put(node, at: address) }
    if isOfOneNode || address.device.map(deviceNames.contains) == true { node.isKnown = true }
    var outcome = SparkplugOutcome(window: TimeWindow(of: delivery, now: now))
    do {
      try read(delivery, as: message, from: address, node: &node, outcome: &outcome)
    } catch {
      outcome.refuseAll(error)
    }
    var decoded = outcome.decoded(delivery)
    // Until it comes: a request may be one too many in its minute, and nobody acknowledges it.
    if outcome.needsRebirth { node.awaitsBirth = true }
    if node.awaitsBirth, budget.allows(address.nodePath, isKnown: node.isKnown, at: now),
      let request = SparkplugRebirth.request(to: address, now: now)
    {
      decoded.commands.append(request)
    }
    return decoded
  }

  /// Births hold what their metrics stand for, which another plan may number otherwise; where the map has
  /// other names than before, they would have to be read again.
  mutating func remember(_ former: any GatewayDialect) -> Bool {
    guard let former = former as? SparkplugDialect, former.names.areNamed(as: names) else {
      return false
    }
    memory = former.memory
    memory.rebind(names)
    budget = former.budget
    return true
  }

  private mutating func read(
    _ delivery: Delivery, as message: SparkplugTopic.Message, from address: SparkplugAddress,
    node: inout SparkplugNode, outcome: inout SparkplugOutcome
  ) throws(PlacedMistake) {
    // Whatever the message turns out to be, what was declared before it holds no longer.
    switch message {
    case .nodeBirth, .deviceBirth, .deviceDeath: memory.forget(address, of: &node)
    case .nodeDeath, .nodeData, .deviceData: break
    }
    let payload = try SparkplugPayload(delivery)
    switch message {
    case .nodeDeath:
      guard node.isEnded(by: try payload.birthDeathSequence()) else { return }
      memory.forget(address, of: &node)
      outcome.tell(isOnline: false, venue: names.binding.venue, payload: payload)
    case .nodeBirth:
      node.began(
        birthDeathSequence: try payload.birthDeathSequence(), sequence: try payload.sequence(),
        time: payload.time)
      try readBirth(payload, of: address, node: &node, outcome: &outcome)
    case .deviceBirth:
      try count(payload, node: &node, outcome: &outcome)
      // Declares all that it has by itself, and is read; its edge node's own birth was missed.
      if node.birth == nil { outcome.needsRebirth = true }
      try readBirth(payload, of: address, node: &node, outcome: &outcome)
    case .deviceDeath:
      try count(payload, node: &node, outcome: &outcome)
    case .nodeData, .deviceData:
      try count(payload, node: &node, outcome: &outcome)
      try readData(payload, of: address, node: &node, outcome: &outcome)
    }
  }

  private func count(
    _ payload: SparkplugPayload, node: inout SparkplugNode, outcome: inout SparkplugOutcome
  ) throws(PlacedMistake) {
    outcome.missingMessageCount = node.counted(try payload.sequence(), time: payload.time)
    if outcome.missingMessageCount > 0 { outcome.needsRebirth = true }
  }

  private mutating func readBirth(
    _ payload: SparkplugPayload, of address: SparkplugAddress, node: inout SparkplugNode,
    outcome: inout SparkplugOutcome
  ) throws(PlacedMistake) {
    if isMapped(payload, of: address) {
      memory.makeRoom(
        deviceCount: address.device == nil ? 0 : 1, metricCount: payload.metrics.count,
        for: address, node: &node)
    }
    guard address.device == nil || memory.freeDeviceCount(beside: node) > 0 else {
      throw .badPayload(
        "topic", found: "another device, \(OneLine.quoted(address.path))",
        expected: "at most \(SparkplugMemory.deviceLimit) under one gateway")
    }
    let room = memory.freeMetricCount(beside: node)
    guard payload.metrics.count <= room else {
      throw .badPayload(
        "metrics", found: "\(payload.metrics.count) in the birth of \(address.phrase)",
        expected:
          "at most \(SparkplugBirth.metricLimit) under one gateway, of which \(room) are free"
      )
    }
    var birth = SparkplugBirth()
    var declared: [SparkplugBirth.Metric] = []
    for (index, metric) in payload.metrics.enumerated() {
      declared.append(
        try birth.declare(metric, index: index) { name in
          let binding = self.binding(of: name, address, in: payload)
          let source = binding.flatMap { memory.sources[$0.name] }
          return (binding, source == address ? nil : source?.path)
        })
    }
    memory.remember(birth, of: address, node: &node)
    outcome.tell(isOnline: true, venue: names.binding.venue, payload: payload)
    for (metric, declaration) in zip(payload.metrics, declared) {
      outcome.add(metric, as: declaration, payload: payload)
    }
  }

  private mutating func readData(
    _ payload: SparkplugPayload, of address: SparkplugAddress, node: inout SparkplugNode,
    outcome: inout SparkplugOutcome
  ) throws(PlacedMistake) {
    guard let birth = node.birth(of: address.device) else {
      outcome.needsRebirth = true
      if !node.isKnown {
        node.isKnown = isMapped(payload, of: address)
      }
      throw PlacedMistake(
        reason: .unknownName, place: "message", found: "data of \(address.phrase)",
        expected: "its birth before them")
    }
    memory.heard(address)
    for (index, metric) in payload.metrics.enumerated() {
      do throws(PlacedMistake) {
        let declaration = try birth.metric(for: metric, place: "metrics[\(index)]")
        // The rival has died since; a new birth gets the name.
        if declaration.rival != nil, memory.sources[declaration.binding?.name ?? ""] == nil {
          outcome.needsRebirth = true
        }
        outcome.add(metric, as: declaration, payload: payload)
      } catch {
        outcome.refuse(error)
      }
    }
  }

  /// What the map has of a metric that `birth` declares as `name`, also as what follows `DATA/` in it, unless
  /// that is another metric: see `SparkplugBirth.metric(for:place:)` for who writes so.
  private func binding(
    of name: String, _ address: SparkplugAddress, in birth: SparkplugPayload
  ) -> ValueBinding? {
    if let binding = names[address.name(of: name)] { return binding }
    guard name.hasPrefix(SparkplugBirth.folder) else { return nil }
    let plain = String(name.dropFirst(SparkplugBirth.folder.count))
    guard let binding = names[address.name(of: plain)],
      !birth.metrics.contains(where: { $0.name == plain })
    else { return nil }
    return binding
  }

  /// Whether the map has the name of a metric of `payload`.
  private func isMapped(_ payload: SparkplugPayload, of address: SparkplugAddress) -> Bool {
    payload.metrics.contains { metric in
      // A longer name can be in no map, and is costly to compare.
      metric.hasName && metric.name.utf8.count <= SparkplugBirth.nameByteLimit
        && binding(of: metric.name, address, in: payload) != nil
    }
  }
}
