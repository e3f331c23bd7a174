import PoolModel

@testable import Decoding

/// Looks on while Sparkplug messages are decoded, and knows a little of what has been said.
struct SparkplugWitness {
  /// The edge nodes and devices that have sent a birth of any kind since they died.
  private var born: Set<String> = []
  /// When each edge node was asked for a rebirth, since the clock was last set back.
  private var asked: [String: Timestamp] = [:]
  /// When the last message arrived.
  private var lastArrival: Timestamp?

  /// Ends the program when `decoded` cannot have come of `delivery` and those before it.
  mutating func check(_ decoded: DecodedDelivery, of delivery: Delivery, now: Timestamp) {
    let levels = delivery.topic.utf8.split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
    ).map { String(Substring($0)) }
    guard case .node(let message, let address)? = SparkplugTopic(delivery.topic) else {
      demand(decoded.readings.isEmpty && decoded.status == nil, "something of no gateway")
      demand(decoded.commands.isEmpty, "a command to nobody")
      return
    }
    let path = levels[3...].joined(separator: "/")
    // Two gateways' edge nodes may have the same names, in groups of their own.
    let source = "\(levels[1])/\(path)"
    if decoded.refusals.contains(where: { $0.reason == .tooLarge }) {
      // What has too many bytes is not even looked at. Of too many readings what is declared holds.
      let isRead = delivery.payload.count <= Surroundings.smallLimits.payloadByteCount
      if isRead, message == .nodeBirth || message == .deviceBirth, !delivery.isRetained {
        born.insert(source)
      }
      return
    }
    // Messages of a gateway never arrive at one instant, nor before each other for a small step of the clock.
    check(decoded.commands, to: levels, now: decoded.arrival ?? now)
    demand(!delivery.isRetained || decoded.readings.isEmpty, "readings of a retained message")
    switch message {
    case .nodeBirth, .deviceBirth: if !delivery.isRetained { born.insert(source) }
    case .nodeData, .deviceData:
      demand(born.contains(source) || decoded.readings.isEmpty, "readings of what was never born")
      demand(decoded.status == nil, "data with a status")
    case .nodeDeath, .deviceDeath:
      demand(decoded.readings.isEmpty, "readings of the dead")
    }
    if decoded.status?.isOnline == false {
      demand(message == .nodeDeath, "offline by \(message)")
      born = born.filter { $0 != source && !$0.hasPrefix(source + "/") }
    }
    if message == .deviceDeath, !delivery.isRetained { born.remove(source) }
    demand(address.path.hasSuffix(path), "another address")
  }

  /// At most one request a minute goes to an edge node, and to the one that made it necessary.
  private mutating func check(_ commands: [OutgoingMessage], to levels: [String], now: Timestamp) {
    // A request of a time that is still to come limits nothing, and may be forgotten for good.
    if let lastArrival, now < lastArrival { asked = asked.filter { $0.value <= now } }
    lastArrival = now
    guard let command = commands.first else { return }
    demand(commands.count == 1, "\(commands.count) commands")
    demand(
      command.topic == "spBv1.0/\(levels[1])/NCMD/\(levels[3])", "a command to \(command.topic)")
    demand(command.qualityOfService == 0 && !command.isRetained, "a command that stays")
    demand(TopicRules.isTopic(command.topic), "no topic: \(command.topic)")
    if let last = asked[command.topic] {
      demand(now - last >= .seconds(60), "asked again after \(now - last)")
    }
    asked[command.topic] = now
  }

  /// What is remembered is bounded, and nothing is kept for the dead.
  static func checkMemory(_ decoder: PayloadDecoder) {
    for dialect in decoder.dialects {
      guard let dialect = dialect as? SparkplugDialect else { fatalError("no Sparkplug") }
      let memory = dialect.memory
      demand(memory.nodes.count <= 64, "\(memory.nodes.count) edge nodes")
      let deviceCount = memory.nodes.values.reduce(0) { $0 + $1.devices.count }
      demand(deviceCount <= 256, "\(deviceCount) devices")
      demand(deviceCount == memory.deviceCount, "\(memory.deviceCount) devices counted")
      let metricCount = memory.nodes.values.reduce(0) { sum, node in
        node.devices.values.reduce(sum + (node.birth?.count ?? 0)) { $0 + $1.count }
      }
      demand(metricCount <= 4096, "\(metricCount) metrics")
      demand(metricCount == memory.metricCount, "\(memory.metricCount) metrics counted")
      for (name, address) in memory.sources {
        demand(
          memory.nodes[address.nodePath]?.birth(of: address.device)?.mappedNames.contains(name)
            == true,
          "'\(name)' is kept for \(address.path), which is dead")
      }
    }
  }
}
