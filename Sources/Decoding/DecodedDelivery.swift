public import PoolModel

/// What one delivery turned out to hold.
public struct DecodedDelivery: Hashable, Sendable {
  /// The readings, in the order of the payload.
  public var readings: [Reading]
  /// What was not used, and why; at most 17 per reason.
  public var refusals: [Refusal]
  /// How many top-level keys were passed over because the dialect does not know them.
  public var ignoredKeyCount: Int
  /// What the gateway said about itself; nil for anything but an accepted status message.
  public var status: GatewayStatus?
  /// The gateway it came from: the venue's id for the native dialect, else the binding's; nil where
  /// the topic is nobody's.
  public var gateway: String?
  /// Messages of the gateway that its own counter says are missing before this one; 0 where it counts
  /// none, or where the reader of `Reading.sequence` has to find out.
  public var missingMessageCount: Int
  /// What the gateway is to be told, such as a request for a rebirth.
  public var commands: [OutgoingMessage]
  /// When the message counts as arrived, where that is not the `now` that it was decoded with; nil else.
  public internal(set) var arrival: Timestamp?

  /// The parts of a decoded message.
  public init(
    readings: [Reading] = [], refusals: [Refusal] = [], ignoredKeyCount: Int = 0,
    status: GatewayStatus? = nil, gateway: String? = nil, missingMessageCount: Int = 0,
    commands: [OutgoingMessage] = []
  ) {
    self.readings = readings
    self.refusals = refusals
    self.ignoredKeyCount = ignoredKeyCount
    self.status = status
    self.gateway = gateway
    self.missingMessageCount = missingMessageCount
    self.commands = commands
  }

  /// Makes it ready for the next message of the native dialect; `readings` are left for their memory.
  @inline(__always)
  mutating func reset(gateway: String) {
    if !refusals.isEmpty { refusals = [] }
    if !commands.isEmpty { commands = [] }
    if status != nil { status = nil }
    if arrival != nil { arrival = nil }
    ignoredKeyCount = 0
    missingMessageCount = 0
    self.gateway = gateway
  }
}

/// What a gateway, or the broker in its name (its will), says about itself.
public struct GatewayStatus: Hashable, Sendable {
  /// The id of the gateway's venue.
  public var venue: String
  /// Whether it is connected.
  public var isOnline: Bool
  /// The gateway's time of the statement; nil where it gave none, or one that cannot be.
  ///
  /// A will was written when the gateway connected and tells that time, not when it was lost.
  public var time: Timestamp?
  /// The gateway's software, at most 200 bytes of UTF-8; nil where it does not say.
  public var firmware: String?

  /// What the gateway of `venue` said.
  public init(venue: String, isOnline: Bool, time: Timestamp? = nil, firmware: String? = nil) {
    self.venue = venue
    self.isOnline = isOnline
    self.time = time
    self.firmware = firmware
  }
}
