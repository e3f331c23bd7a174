/// A topic of Sparkplug B taken apart, and the only place where its shapes are written.
///
/// ```
/// spBv1.0/{group}/{type}/{edge node}            NBIRTH NDEATH NDATA NCMD
/// spBv1.0/{group}/{type}/{edge node}/{device}   DBIRTH DDEATH DDATA DCMD
/// spBv1.0/STATE/{host}                          presence of a host, which is no gateway's
/// ```
enum SparkplugTopic: Hashable {
  /// What an edge node says of itself or of one of its devices.
  case node(Message, SparkplugAddress)
  /// What a host says to a gateway, or of itself: nothing to read.
  case host

  /// The kinds of messages that edge nodes send.
  enum Message: String {
    case nodeBirth = "NBIRTH"
    case nodeDeath = "NDEATH"
    case nodeData = "NDATA"
    case deviceBirth = "DBIRTH"
    case deviceDeath = "DDEATH"
    case deviceData = "DDATA"

    var isOfDevice: Bool {
      switch self {
      case .nodeBirth, .nodeDeath, .nodeData: false
      case .deviceBirth, .deviceDeath, .deviceData: true
      }
    }
  }

  /// The parts of `topic`; nil when it has none of the shapes, or a level that no topic can have.
  init?(_ topic: String) {
    // By bytes as brokers do: a slash followed by a combining character is still a slash.
    let levels = topic.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map(Substring.init)
    guard (3...5).contains(levels.count), levels[0] == Self.root,
      levels.allSatisfy({ Self.isLevel($0) })
    else { return nil }
    if levels.count == 3 {
      guard levels[1] == Self.state else { return nil }
      self = .host
      return
    }
    if Self.hostTypes.contains(levels[2]) {
      self = .host
      return
    }
    let device = levels.count == 5 ? String(levels[4]) : nil
    guard let message = Message(rawValue: String(levels[2])),
      message.isOfDevice == (device != nil)
    else { return nil }
    self = .node(
      message,
      SparkplugAddress(group: String(levels[1]), node: String(levels[3]), device: device))
  }

  /// Where the edge node at `address` takes commands.
  static func command(to address: SparkplugAddress) -> String {
    "\(root)/\(address.group)/\(nodeCommand)/\(address.node)"
  }

  /// Where the edge node or device at `address` publishes messages of the kind `message`.
  static func topic(_ message: Message, of address: SparkplugAddress) -> String {
    "\(root)/\(address.group)/\(message.rawValue)/\(address.node)"
      + (address.device.map { "/\($0)" } ?? "")
  }

  /// Where the presence of `host` is told.
  static func state(of host: String) -> String {
    "\(root)/\(state)/\(host)"
  }

  /// Whether `text` can be one level of a topic that is published to.
  static func isLevel(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && !text.utf8.contains { "/+#\0".utf8.contains($0) }
  }

  /// Whether all that `filter` matches comes from one edge node.
  static func isOfOneNode(_ filter: String) -> Bool {
    let levels = filter.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map(Substring.init)
    return levels.count > 3 && isLevel(levels[1]) && isLevel(levels[3])
  }

  /// The shapes that a gateway's topic may have, for people.
  static let shapes =
    "\(root)/GROUP/TYPE/NODE with NBIRTH, NDEATH or NDATA, or \(root)/GROUP/TYPE/NODE/DEVICE with "
    + "DBIRTH, DDEATH or DDATA"

  private static let root = "spBv1.0"
  private static let state = "STATE"
  private static let nodeCommand = "NCMD"
  /// What may come on a gateway's filter though no gateway said it.
  ///
  /// Older hosts tell their state below a group.
  private static let hostTypes: Set<Substring> = ["NCMD", "DCMD", "STATE"]
}

extension PayloadDecoder {
  /// Where the birth is published that says what the data on `topic` mean; nil where they are none of
  /// Sparkplug's.
  public static func birthTopic(ofDataOn topic: String) -> String? {
    guard case .node(let message, let address) = SparkplugTopic(topic) else { return nil }
    switch message {
    case .nodeData: return SparkplugTopic.topic(.nodeBirth, of: address)
    case .deviceData: return SparkplugTopic.topic(.deviceBirth, of: address)
    case .nodeBirth, .nodeDeath, .deviceBirth, .deviceDeath: return nil
    }
  }
}

/// Which edge node, or which device of it.
struct SparkplugAddress: Hashable {
  let group: String
  let node: String
  /// nil for the edge node itself.
  let device: String?

  /// The edge node among all of a binding; levels have no slashes.
  var nodePath: String { "\(group)/\(node)" }
  /// The edge node itself.
  var ofNode: SparkplugAddress { device == nil ? self : of(nil) }
  /// The edge node or device among all of a binding.
  var path: String { device.map { "\(nodePath)/\($0)" } ?? nodePath }

  /// `device` of the same edge node, or itself for nil.
  func of(_ device: String?) -> SparkplugAddress {
    SparkplugAddress(group: group, node: node, device: device)
  }

  /// How a binding's names call `metric` of this edge node or device.
  func name(of metric: String) -> String {
    device.map { "\($0)/\(metric)" } ?? metric
  }

  /// The device that a binding's name begins with, if it is a device's and not the edge node's own.
  static func device(in name: String) -> String? {
    name.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(name[..<$0]) }
  }

  /// For people.
  var phrase: String {
    guard let device else { return "edge node \(OneLine.quoted(nodePath))" }
    return "device \(OneLine.quoted(device)) of edge node \(OneLine.quoted(nodePath))"
  }
}
