/// What is remembered of the edge nodes under one binding, and who gives way when there is no more room.
///
/// Holds at most `nodeLimit` edge nodes with `deviceLimit` devices and `SparkplugBirth.metricLimit` metrics.
/// Those of which the map has nothing are strangers, and give way to all others, the one that was heard
/// of longest ago first. Each message takes the same time, however much is remembered; to forget a birth
/// takes as long as it took to read it.
struct SparkplugMemory {
  /// The most edge nodes under one binding, which is meant for one.
  static let nodeLimit = 64
  /// The most devices that all edge nodes of a binding may have together.
  static let deviceLimit = 256

  /// By `SparkplugAddress.nodePath`; without the one whose message is being read.
  private(set) var nodes: [String: SparkplugNode] = [:]
  /// Which edge node or device sends a name of the map, by that name.
  private(set) var sources: [String: SparkplugAddress] = [:]
  /// The devices of `nodes`.
  private(set) var deviceCount = 0
  /// The metrics of `nodes`.
  private(set) var metricCount = 0
  /// The edge nodes of `nodes` that are unknown.
  private var strangers = RecencyOrder<SparkplugAddress>()
  /// The known edge nodes of `nodes` that have declared nothing of the map, or not since they died.
  private var silent = RecencyOrder<SparkplugAddress>()
  /// The edge nodes and devices that have declared nothing of the map.
  private var unknownBirths = RecencyOrder<SparkplugAddress>()

  /// The edge node of `address`, taken out so that it is changed in place; `put` puts it back.
  ///
  /// A new one has the place of another where there are too many.
  ///
  /// - Parameter address: The edge node, or a device of it.
  /// - Returns: What is remembered; nil where there are too many that have declared something of the map.
  mutating func take(_ address: SparkplugAddress) -> SparkplugNode? {
    let place = address.ofNode
    if let node = remove(place) { return node }
    guard nodes.count >= Self.nodeLimit else { return SparkplugNode() }
    guard let oldest = strangers.oldest ?? silent.oldest, let given = remove(oldest) else {
      return nil
    }
    unknownBirths.remove(oldest)
    for device in given.devices.keys { unknownBirths.remove(oldest.of(device)) }
    return SparkplugNode()
  }

  /// Puts `node` of `address` back, as the one that was heard of last.
  mutating func put(_ node: SparkplugNode, at address: SparkplugAddress) {
    let place = address.ofNode
    nodes[place.nodePath] = node
    deviceCount += node.devices.count
    metricCount += node.metricCount
    if !node.isKnown {
      strangers.heard(place)
    } else if node.knownBirthCount == 0 {
      silent.heard(place)
    }
  }

  private mutating func remove(_ place: SparkplugAddress) -> SparkplugNode? {
    guard let node = nodes.removeValue(forKey: place.nodePath) else { return nil }
    deviceCount -= node.devices.count
    metricCount -= node.metricCount
    strangers.remove(place)
    silent.remove(place)
    return node
  }

  /// Data of `address` came.
  mutating func heard(_ address: SparkplugAddress) {
    if unknownBirths.contains(address) { unknownBirths.heard(address) }
  }

  /// Remembers `birth` of `address`, an edge node or device of `node` that was forgotten before.
  mutating func remember(
    _ birth: SparkplugBirth, of address: SparkplugAddress, node: inout SparkplugNode
  ) {
    node.wasBorn(birth, device: address.device)
    if !birth.isKnown { unknownBirths.heard(address) }
    // A name has one sender at a time.
    for name in birth.mappedNames where sources[name] == nil { sources[name] = address }
  }

  /// Forgets what the edge node or device at `address` has declared; with an edge node its devices, and
  /// its session.
  mutating func forget(_ address: SparkplugAddress, of node: inout SparkplugNode) {
    forgetBirth(of: address, node: node)
    guard address.device == nil else { return node.forgetBirth(of: address.device) }
    for device in node.devices.keys { forgetBirth(of: address.of(device), node: node) }
    node.forgetBirths()
  }

  private mutating func forgetBirth(of address: SparkplugAddress, node: SparkplugNode) {
    unknownBirths.remove(address)
    for name in node.birth(of: address.device)?.mappedNames ?? [] where sources[name] == address {
      sources[name] = nil
    }
  }

  /// Has every metric that stands for one of `names` stand for what that is called now.
  mutating func rebind(_ names: GatewayNames) {
    for path in nodes.keys { nodes[path]?.rebind(names) }
  }

  /// Makes room for a birth of which the map has something, at the cost of births of which it has none.
  ///
  /// - Parameters:
  ///   - deviceCount: How many devices it adds, 0 or 1.
  ///   - metricCount: How many metrics it adds at most.
  ///   - address: The edge node or device.
  ///   - node: The edge node that was taken out for it.
  mutating func makeRoom(
    deviceCount: Int, metricCount: Int, for address: SparkplugAddress, node: inout SparkplugNode
  ) {
    while freeDeviceCount(beside: node) < deviceCount || freeMetricCount(beside: node) < metricCount
    {
      guard let oldest = unknownBirths.oldest else { return }
      unknownBirths.remove(oldest)
      if oldest.nodePath == address.nodePath {
        node.forgetBirth(of: oldest.device)
      } else if var other = nodes.removeValue(forKey: oldest.nodePath) {
        self.deviceCount -= other.devices.count
        self.metricCount -= other.metricCount
        other.forgetBirth(of: oldest.device)
        self.deviceCount += other.devices.count
        self.metricCount += other.metricCount
        nodes[oldest.nodePath] = other
      }
    }
  }

  /// How many more devices have room beside those of `node`, which was taken out.
  func freeDeviceCount(beside node: SparkplugNode) -> Int {
    Self.deviceLimit - deviceCount - node.devices.count
  }

  /// How many more metrics have room beside those of `node`, which was taken out.
  func freeMetricCount(beside node: SparkplugNode) -> Int {
    SparkplugBirth.metricLimit - metricCount - node.metricCount
  }
}
