import PoolModel

/// What is remembered of one edge node: its session, its counter, and what it and its devices have
/// declared.
struct SparkplugNode {
  /// What the edge node itself has declared; nil before its birth and after its death.
  private(set) var birth: SparkplugBirth?
  /// What its living devices have declared, by their names.
  private(set) var devices: [String: SparkplugBirth] = [:]

  /// The metrics that it and its devices have declared.
  private(set) var metricCount = 0
  /// Of how many of it and its living devices the map has something.
  private(set) var knownBirthCount = 0
  /// Whether the map has something of it, as far as anybody has seen; stays when it dies.
  var isKnown = false
  /// Whether it has to tell its metrics again, and has not since.
  var awaitsBirth = false

  /// `bdSeq` of the session; nil where no birth has told it.
  private var birthDeathSequence: UInt64?
  private var last: (sequence: UInt8, time: UInt64?)?

  /// What the edge node, or `device` of it, has declared.
  func birth(of device: String?) -> SparkplugBirth? {
    device.map { devices[$0] } ?? birth
  }

  /// Has every metric that stands for one of `names` stand for what that is called now.
  mutating func rebind(_ names: GatewayNames) {
    birth?.rebind(names)
    for device in devices.keys { devices[device]?.rebind(names) }
  }

  /// Forgets what it and its devices have declared, and the session with its counter.
  mutating func forgetBirths() {
    birth = nil
    devices = [:]
    metricCount = 0
    knownBirthCount = 0
    birthDeathSequence = nil
    last = nil
    awaitsBirth = false
  }

  /// Forgets what the edge node itself, or `device` of it, has declared.
  mutating func forgetBirth(of device: String?) {
    guard let birth = birth(of: device) else { return }
    metricCount -= birth.count
    if birth.isKnown { knownBirthCount -= 1 }
    if let device { devices[device] = nil } else { self.birth = nil }
  }

  /// A session has begun with an NBIRTH, whatever its `seq`.
  mutating func began(birthDeathSequence: UInt64, sequence: UInt8, time: UInt64?) {
    self.birthDeathSequence = birthDeathSequence
    last = (sequence, time)
    awaitsBirth = false
  }

  /// The edge node, or `device` of it, has declared its metrics.
  mutating func wasBorn(_ birth: SparkplugBirth, device: String?) {
    forgetBirth(of: device)
    metricCount += birth.count
    if birth.isKnown {
      knownBirthCount += 1
      isKnown = true
    }
    if let device {
      devices[device] = birth
    } else {
      self.birth = birth
    }
  }

  /// Whether an NDEATH with `sequence` ends the present session, and not one before it.
  ///
  /// Where no birth has been seen since the start, the last word of the gateway is its death.
  func isEnded(by sequence: UInt64) -> Bool {
    birthDeathSequence == nil || birthDeathSequence == sequence
  }

  /// Counts a message that is no NBIRTH.
  ///
  /// The counter runs from 0 to 255 and on from 0, so 256 or more missing messages look like fewer. The
  /// message that came last, with its time, may come again.
  ///
  /// - Parameters:
  ///   - sequence: The message's `seq`.
  ///   - time: The message's time.
  /// - Returns: How many messages are missing before it.
  mutating func counted(_ sequence: UInt8, time: UInt64?) -> Int {
    defer { last = (sequence, time) }
    guard let last else { return 0 }
    if last.sequence == sequence, last.time == time { return 0 }
    return Int(sequence &- last.sequence &- 1)
  }
}
