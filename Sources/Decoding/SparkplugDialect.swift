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
///   request for a rebirth.
/// - An NBIRTH or DBIRTH says that the gateway is online, the NDEATH of the present session that it is
///   not.
/// - No message of the dialect is retained by the broker; one that is tells of another time and is
///   refused.
///
/// Remembers at most 64 edge nodes, 256 devices and 4,096 metrics; what goes beyond is refused. An edge
/// node of which the map has nothing gives way to another: names that nobody knows lock nobody out.
struct SparkplugDialect: GatewayDialect {
  /// The most edge nodes under one binding, which is meant for one.
  static let nodeLimit = 64
  /// The most devices that all edge nodes of a binding may have together.
  static let deviceLimit = 256

  private let names: GatewayNames
  /// By `SparkplugAddress.nodePath`.
  private(set) var nodes: [String: SparkplugNode] = [:]
  /// Which edge node or device sends a name of the map, by that name.
  private(set) var sources: [String: SparkplugAddress] = [:]
  /// How many messages have come, which tells who was heard of last.
  private var heardCount = 0
  private var budget = SparkplugRequestBudget()

  init(_ names: GatewayNames) {
    self.names = names
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
    heardCount += 1
    guard var node = takeNode(at: address) else {
      return delivery.refused(
        .badPayload(
          "topic", found: "another edge node, \(OneLine.quoted(address.nodePath))",
          expected: "at most \(Self.nodeLimit) under one gateway"))
    }
    node.lastHeard = heardCount
    defer { nodes[address.nodePath] = node }
    var outcome = SparkplugOutcome(window: TimeWindow(now: now))
    do {
      try read(delivery, as: message, from: address, node: &node, outcome: &outcome)
    } catch {
      outcome.refuseAll(error)
    }
    var decoded = outcome.decoded(delivery)
    if outcome.needsRebirth, budget.allows(address.nodePath, at: now),
      let request = SparkplugRebirth.request(to: address, now: now)
    {
      decoded.commands.append(request)
    }
    return decoded
  }

  /// The edge node of `address`, taken out so that it is changed in place; nil where there are too many
  /// of which the map has something.
  private mutating func takeNode(at address: SparkplugAddress) -> SparkplugNode? {
    if let node = nodes.removeValue(forKey: address.nodePath) { return node }
    if nodes.count >= Self.nodeLimit {
      let known = Set(sources.values.map(\.nodePath))
      let oldest = nodes.filter { !known.contains($0.key) }
        .min { $0.value.lastHeard < $1.value.lastHeard }
      guard let oldest else { return nil }
      nodes[oldest.key] = nil
    }
    return SparkplugNode()
  }

  private mutating func read(
    _ delivery: Delivery, as message: SparkplugTopic.Message, from address: SparkplugAddress,
    node: inout SparkplugNode, outcome: inout SparkplugOutcome
  ) throws(PlacedMistake) {
    // Whatever the message turns out to be, what was declared before it holds no longer.
    switch message {
    case .nodeBirth, .deviceBirth, .deviceDeath: forget(address, of: &node)
    case .nodeDeath, .nodeData, .deviceData: break
    }
    let payload = try SparkplugPayload(delivery)
    switch message {
    case .nodeDeath:
      guard node.isEnded(by: try payload.birthDeathSequence()) else { return }
      forget(address, of: &node)
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
      try readData(payload, of: address, node: node, outcome: &outcome)
    }
  }

  private func count(
    _ payload: SparkplugPayload, node: inout SparkplugNode, outcome: inout SparkplugOutcome
  ) throws(PlacedMistake) {
    outcome.missingMessageCount = node.counted(try payload.sequence(), time: payload.time)
    if outcome.missingMessageCount > 0 { outcome.needsRebirth = true }
  }

  /// Forgets what the edge node or device at `address` has declared; with an edge node its devices.
  private mutating func forget(_ address: SparkplugAddress, of node: inout SparkplugNode) {
    if let device = address.device {
      node.forgetBirth(of: device)
      sources = sources.filter { $0.value != address }
    } else {
      node.forgetBirths()
      sources = sources.filter { $0.value.nodePath != address.nodePath }
    }
  }

  private mutating func readBirth(
    _ payload: SparkplugPayload, of address: SparkplugAddress, node: inout SparkplugNode,
    outcome: inout SparkplugOutcome
  ) throws(PlacedMistake) {
    let deviceCount = nodes.values.reduce(node.devices.count) { $0 + $1.devices.count }
    guard address.device == nil || deviceCount < Self.deviceLimit else {
      throw .badPayload(
        "topic", found: "another device, \(OneLine.quoted(address.path))",
        expected: "at most \(Self.deviceLimit) under one gateway")
    }
    let room =
      SparkplugBirth.metricLimit
      - nodes.values.reduce(node.metricCount) { $0 + $1.metricCount }
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
          let binding = names[address.name(of: name)]
          let source = binding.flatMap { sources[$0.name] }
          return (binding, source == address ? nil : source?.path)
        })
    }
    for metric in declared where metric.rival == nil {
      if let binding = metric.binding { sources[binding.name] = address }
    }
    node.wasBorn(birth, device: address.device)
    outcome.tell(isOnline: true, venue: names.binding.venue, payload: payload)
    for (metric, declaration) in zip(payload.metrics, declared) {
      outcome.add(metric, as: declaration, payload: payload)
    }
  }

  private func readData(
    _ payload: SparkplugPayload, of address: SparkplugAddress, node: SparkplugNode,
    outcome: inout SparkplugOutcome
  ) throws(PlacedMistake) {
    guard let birth = node.birth(of: address.device) else {
      outcome.needsRebirth = true
      throw PlacedMistake(
        reason: .unknownName, place: "message", found: "data of \(address.phrase)",
        expected: "its birth before them")
    }
    for (index, metric) in payload.metrics.enumerated() {
      do throws(PlacedMistake) {
        let declaration = try birth.metric(for: metric, place: "metrics[\(index)]")
        // The rival has died since; a new birth gets the name.
        if declaration.rival != nil, sources[declaration.binding?.name ?? ""] == nil {
          outcome.needsRebirth = true
        }
        outcome.add(metric, as: declaration, payload: payload)
      } catch {
        outcome.refuse(error)
      }
    }
  }
}
