import PoolModel

@testable import Decoding

/// Sparkplug B: messages of two gateways, one after the other.
///
/// A message is a byte that says what follows, one that lets time pass, and a body: the payload itself or
/// what one is composed of, behind a byte or a text for the topic; or how many births to send.
struct SparkplugFuzz: FuzzTarget {
  private static let bindings = ["one", "two"].map { id in
    Meaning.binding(
      id, filter: "spBv1.0/\(id)/#", .sparkplug,
      [
        Meaning.value("Water/pH", "ph", unit: "pH"),
        Meaning.value("Water/Cl", "free_chlorine", unit: "mg/L"),
        Meaning.value("Water/T", "temperature", unit: "degF"),
        Meaning.value("Water/ORP", "orp", unit: "V"), Meaning.value("T", "turbidity"),
        Meaning.value("kids/pH", "ph", unit: "pH", pool: Meaning.children),
        Meaning.value("kids/flow", "flow", unit: "m3/h", pool: Meaning.children),
        Meaning.value("kids/DATA/ph", "ph", unit: "pH", pool: Meaning.children),
        Meaning.value("deep/pH", "ph", unit: "pH"),
      ])
  }
  private static let types = [
    "NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "DDEATH", "NCMD", "STATE",
  ]
  private static let devices = ["kids", "deep", "", "other"]
  private let fresh = Conversation(bindings)

  func check(_ input: [UInt8]) {
    var conversation = fresh
    var witness = SparkplugWitness()
    var composer = SparkplugComposer()
    var swarmMetricCount = 0
    for message in Input.messages(input, limit: 60) {
      var bytes = ByteReader(message)
      let kind = bytes.byte()
      let index = Int(kind & 1)
      conversation.pass(bytes.byte())
      var deliveries: [Delivery] = []
      if kind & 6 == 6 {
        let swarm = Self.swarm(&bytes, index, now: conversation.now)
        swarmMetricCount += swarm.metricCount
        if swarmMetricCount <= 6000 { deliveries = swarm.deliveries }
      } else {
        deliveries = [
          Self.delivery(kind, index, &bytes, composer: &composer, now: conversation.now)
        ]
      }
      for delivery in deliveries {
        let decoded = conversation.receive(delivery, from: index)
        witness.check(decoded, of: delivery, now: conversation.now)
      }
      SparkplugWitness.checkMemory(conversation.decoder)
    }
    conversation.checkLastAgain()
    if let large = LargePayload.grown(from: input) { checkLarge(large) }
  }

  private static func delivery(
    _ kind: UInt8, _ index: Int, _ bytes: inout ByteReader, composer: inout SparkplugComposer,
    now: Timestamp
  ) -> Delivery {
    let group = "spBv1.0/\(bindings[index].id)"
    if kind & 6 == 4 {
      return Delivery(topic: "\(group)/\(bytes.text())", payload: bytes.remainder())
    }
    let place = bytes.byte()
    let node = place >> 3 & 3
    let type = types[Int(place & 7)]
    var topic = "\(group)/\(type)/node\(node)"
    if type.hasPrefix("D") { topic += "/\(devices[Int(place >> 5 & 3)])" }
    let payload =
      kind & 6 == 0
      ? bytes.remainder() : composer.payload(&bytes, node: node + 4 * UInt8(index), now: now)
    return Delivery(topic: topic, payload: payload, isRetained: place & 128 != 0)
  }

  /// Many births, of devices or of edge nodes.
  private static func swarm(
    _ bytes: inout ByteReader, _ index: Int, now: Timestamp
  ) -> (deliveries: [Delivery], metricCount: Int) {
    let form = bytes.byte()
    let count = Int(bytes.byte())
    let metricCount = Int(bytes.byte() & 63)
    let payload = SparkplugComposer.birth(metricCount: metricCount, now: now)
    let group = "spBv1.0/\(bindings[index].id)"
    let deliveries = (0..<count).map { number in
      let node = form & 2 == 0 ? number : Int(form >> 4)
      let topic =
        form & 1 == 0
        ? "\(group)/NBIRTH/node\(node)" : "\(group)/DBIRTH/node\(node)/device\(number)"
      return Delivery(topic: topic, payload: payload)
    }
    return (deliveries, count * (metricCount + 1))
  }

  /// The text as all the texts that a payload can have, and as a payload.
  private func checkLarge(_ text: [UInt8]) {
    var decoder = PayloadDecoder(plan: Surroundings.plan, bindings: Self.bindings)
    let part = String(decoding: text.prefix(80_000), as: UTF8.self)
    let metric = SparkplugWriter.metric(
      part, type: 10, value: SparkplugWriter.field(13, 7.1 as Double))
    let payload = SparkplugWriter.payload(
      time: UInt64(clamping: Surroundings.now.milliseconds), sequence: 0, metrics: [metric],
      uuid: part)
    let birth = SparkplugComposer.birth(metricCount: 1, now: Surroundings.now)
    for (type, payload) in [
      ("NBIRTH", birth), ("NDATA", payload), ("NDATA", text), ("NDEATH", payload),
      ("NBIRTH", payload),
    ] {
      let delivery = Delivery(topic: "spBv1.0/one/\(type)/node0", payload: payload)
      let decoded = Patience.spend("a payload") {
        decoder.decode(delivery, now: Surroundings.now)
      }
      Promises(limits: PayloadDecoder.Limits()).check(decoded, of: delivery, now: Surroundings.now)
    }
  }
}
