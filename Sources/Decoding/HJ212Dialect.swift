import PoolModel

/// HJ 212-2017, the dialect of Chinese environmental monitoring, as ASCII frames in the payload.
///
/// ```
/// ##0170QN=20260101080000000;ST=21;CN=2011;PW=123456;MN=POOL0000000000000000PT02;Flag=4;
/// CP=&&DataTime=20260101080000;w01001-Rtd=7.31,w01001-Flag=N;w01010-Rtd=27.4,w01010-Flag=C&&DEC1
/// ```
/// (one line there, with CR LF at its end). A payload may hold several frames; each stands for itself.
/// - `CN` 2011, real-time data: the values are the `-Rtd`. 2051, minute data: the `-Avg`, at `DataTime`;
///   `-Min`, `-Max` and `-Cou` are passed over and counted.
/// - `CN` 2061 and 2031, hours and days, are refused: an aggregate is not a reading.
/// - Any other `CN`, such as the heartbeat 9015, is a sign of life and nothing else.
/// - A code that the gateway's map does not have, an unknown flag, and a number that is not a plain
///   decimal refuse their value alone. A flag without a value says that the value is missing.
/// - `DataTime` and `QN` are the time of a clock in UTC+8.
/// - A message in several parts is read when all are there; see `HJ212Parts` for what is remembered.
///   `MN` tells the messages of devices apart; where the gateway's declaration names its device, a frame
///   of another one is refused.
struct HJ212Dialect: GatewayDialect {
  private let names: GatewayNames
  private(set) var parts = HJ212Parts()
  private var finished = HJ212Finished()

  /// The dialect of the gateway whose codes `names` has.
  init(_ names: GatewayNames) {
    self.names = names
  }

  mutating func decode(_ delivery: Delivery, now: Timestamp) -> DecodedDelivery {
    var outcome = HJ212Outcome(delivery)
    refuse(parts.expire(now: now), in: &outcome)
    var reader = HJ212FrameReader(delivery.payload)
    var isAtEnd = false
    while !isAtEnd {
      do throws(Mistake) {
        guard let frame = try reader.next() else {
          isAtEnd = true
          continue
        }
        try read(frame, now: now, into: &outcome)
      } catch {
        outcome.refuse(error, of: delivery)
      }
    }
    return outcome.decoded
  }

  var unfinished: [UnfinishedMessage] {
    parts.unfinished.filter { !$0.isRepetition }.map(\.message)
  }

  mutating func giveUp(_ when: String) -> [Refusal] {
    parts.giveUpAll(when).map { $0.delivery.refusal(.lostParts, $0.detail) }
  }

  /// Parts are frames as they came, and mean whatever the declaration says when all are there.
  mutating func remember(_ former: any GatewayDialect) -> Bool {
    guard let former = former as? HJ212Dialect else { return false }
    parts = former.parts
    finished = former.finished
    return true
  }

  /// Reads a frame of the outcome's delivery.
  private mutating func read(
    _ frame: HJ212Frame, now: Timestamp, into outcome: inout HJ212Outcome
  ) throws(Mistake) {
    let delivery = outcome.delivery
    let fields = try HJ212Fields(delivery.payload[frame.data])
    try identify(fields)
    guard let suffix = try Self.suffix(of: fields) else {
      outcome.sawLife(
        of: names.binding.venue, at: HJ212Time.request(fields.request, now: now))
      outcome.ignoredKeyCount += fields.ignoredKeyCount
      return
    }
    guard let part = fields.part else {
      var readings = HJ212Readings(names, suffix: suffix, now: now)
      try readings.add(fields.content)
      try readings.finish()
      outcome.ignoredKeyCount += fields.ignoredKeyCount
      outcome.add(readings, of: delivery)
      return
    }
    outcome.ignoredKeyCount += fields.ignoredKeyCount
    let key = HJ212Parts.Key(
      request: Array(fields.request), device: Array(fields.device), command: fields.command,
      count: part.count)
    let bytes = Array(delivery.payload[frame.range])
    let added: HJ212Parts.Outcome
    do {
      added = try parts.add(
        bytes, part, of: key, topic: delivery.topic,
        isRepetition: finished.has(bytes, as: part.number, of: key), now: now)
    } catch {
      throw Mistake(
        reason: .badPayload, offset: part.offset, path: "PNO",
        found: "\(part.number) of \(key.phrase) again with other data",
        expected: "each part once, of which the first stays")
    }
    refuse(added.givenUp, in: &outcome)
    if let whole = added.whole {
      finished.add(whole, of: key)
      read(whole, suffix: suffix, now: now, into: &outcome)
    }
  }

  /// - Throws: `wrong_gateway` for a frame of another device than the declared one, or of none.
  private func identify(_ fields: HJ212Fields) throws(Mistake) {
    guard let device = names.binding.device, !fields.device.elementsEqual(device.utf8) else {
      return
    }
    let isNamed = !fields.device.isEmpty
    throw Mistake(
      reason: .wrongGateway, offset: isNamed ? fields.device.startIndex : fields.commandOffset,
      path: "MN",
      found: isNamed
        ? OneLine.quoted(String(decoding: fields.device, as: UTF8.self)) : "none",
      expected: "\(OneLine.quoted(device)), the device of gateway \(names.binding.id)")
  }

  /// Reads the message that `frames`, its parts in their order, make together.
  private func read(
    _ frames: [[UInt8]], suffix: String, now: Timestamp, into outcome: inout HJ212Outcome
  ) {
    let joined = Delivery(topic: outcome.delivery.topic, payload: Array(frames.joined()))
    var readings = HJ212Readings(names, suffix: suffix, now: now)
    var reader = HJ212FrameReader(joined.payload)
    do throws(Mistake) {
      while let frame = try reader.next() {
        try readings.add(HJ212Fields(joined.payload[frame.data]).content)
      }
      try readings.finish()
      outcome.add(readings, of: joined, parts: frames)
    } catch {
      outcome.refuse(error.inPart(of: frames), of: joined)
    }
  }

  /// What the items with the values end in, behind a dash; nil when the message has none.
  ///
  /// - Throws: `bad_payload` for data of hours and days.
  private static func suffix(of fields: HJ212Fields) throws(Mistake) -> String? {
    switch fields.command {
    case 2011: return "Rtd"
    case 2051: return "Avg"
    case 2061, 2031:
      throw Mistake(
        reason: .badPayload, offset: fields.commandOffset, path: "CN",
        found: fields.command == 2061 ? "2061, data of an hour" : "2031, data of a day",
        expected: "2011 or 2051: an aggregate is not a reading")
    default: return nil
    }
  }

  private func refuse(_ givenUp: [HJ212Parts.GivenUp], in outcome: inout HJ212Outcome) {
    for lost in givenUp {
      outcome.refuse(
        .lostParts, lost.detail, of: lost.delivery)
    }
  }
}
