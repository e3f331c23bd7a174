import PoolModel

/// What has come of a delivery so far.
///
/// A refusal shows the message that it is about: the delivery, or parts that came before it.
struct HJ212Outcome {
  let delivery: Delivery
  /// The fields and items that were passed over.
  var ignoredKeyCount = 0

  private var readings: [Reading] = []
  private var refusals = PartialRefusals()
  /// The message of each refusal that is told one by one.
  private var origins: [Delivery] = []
  private var status: GatewayStatus?

  /// Nothing yet of `delivery`.
  init(_ delivery: Delivery) {
    self.delivery = delivery
  }

  /// Everything together.
  var decoded: DecodedDelivery {
    var refused = refusals.refusals(of: delivery)
    for (index, origin) in origins.enumerated() {
      refused[index] = origin.refusal(refused[index].reason, refused[index].detail)
    }
    return DecodedDelivery(
      readings: readings, refusals: refused, ignoredKeyCount: ignoredKeyCount, status: status)
  }

  /// Adds the readings of the message `origin`, which is one frame or `parts` joined, and what was refused
  /// of it.
  mutating func add(_ message: HJ212Readings, of origin: Delivery, parts: [[UInt8]] = []) {
    readings += message.readings
    ignoredKeyCount += message.ignoredItemCount
    for mistake in message.mistakes { refuse(mistake.inPart(of: parts), of: origin) }
  }

  /// Adds a refusal of (a part of) the message `origin`.
  mutating func refuse(_ mistake: Mistake, of origin: Delivery) {
    let bytes = origin.payload.span
    if !refusals.isFull(mistake.reason) { origins.append(origin) }
    refusals.add(mistake.reason, mistake.detail(in: bytes))
  }

  /// Adds a refusal of the message `origin`, whose words are `detail`.
  mutating func refuse(_ reason: RefusalReason, _ detail: String, of origin: Delivery) {
    if !refusals.isFull(reason) { origins.append(origin) }
    refusals.add(reason, detail)
  }

  /// Notes that the gateway of `venue` is there, at `time` by its own clock where it says so.
  mutating func sawLife(of venue: String, at time: Timestamp?) {
    guard let known = status?.time else {
      status = GatewayStatus(venue: venue, isOnline: true, time: time)
      return
    }
    status?.time = max(known, time ?? known)
  }
}

extension Mistake {
  /// The same with its place in one of `parts`, which were joined; as it is where there are none.
  func inPart(of parts: [[UInt8]]) -> Mistake {
    var mistake = self
    for (index, part) in parts.enumerated() {
      if mistake.offset < part.count || index == parts.count - 1 {
        mistake.path = "\(path) in part \(index + 1) of \(parts.count)"
        return mistake
      }
      mistake.offset -= part.count
    }
    return self
  }
}
