import PoolModel

@testable import Decoding

/// HJ 212: messages of two gateways, one after the other.
///
/// A message is a byte that says what follows, one that lets time pass, and a body.
struct HJ212Fuzz: FuzzTarget {
  private static let bindings = ["one", "two"].map { id in
    Meaning.binding(
      id, filter: "hj212/\(id)", .hj212,
      [
        Meaning.value("w01001", "ph", unit: "pH"),
        Meaning.value("w01010", "temperature", unit: "Cel"),
        Meaning.value("a1", "free_chlorine", unit: "ug/L"),
        Meaning.value("a0", "free_chlorine", unit: "mg/L"),
        Meaning.value("a2", "free_chlorine", unit: "mg/L", pool: Meaning.children),
        Meaning.value("n1", "orp"),
        Meaning.value("k1", "conductivity", unit: "S/m"),
        Meaning.value("k0", "conductivity", unit: "uS/cm"),
      ])
  }
  /// The parts that wait, and the one that contradicts them.
  private static let rememberedByteLimit = 64 * 1024 + 2 * 1036
  private let fresh = Conversation(bindings, rememberedByteCount: rememberedByteLimit)
  private let plain = StatelessGateway(bindings[0])

  func check(_ input: [UInt8]) {
    var conversation = fresh
    for message in Input.messages(input, limit: 100) {
      guard let (kind, pause, body) = Self.opened(message) else { continue }
      conversation.pass(pause)
      let index = Int(kind & 1)
      let payload = Self.payload(kind, body)
      let delivery = Delivery(topic: Self.bindings[index].filter, payload: payload)
      let decoded = conversation.receive(delivery, from: index)
      checkMemory(conversation.decoder, now: conversation.now)
      if conversation.now == Surroundings.now { checkAgain(decoded) }
    }
    conversation.checkLastAgain()
    if input.count > 2, let large = LargePayload.grown(from: Array(input.dropFirst(2))) {
      checkLarge(large)
    }
  }

  private static func opened(
    _ message: ArraySlice<UInt8>
  ) -> (kind: UInt8, pause: UInt8, body: ArraySlice<UInt8>)? {
    guard message.count >= 2, let kind = message.first else { return nil }
    return (kind, message[message.startIndex + 1], message.dropFirst(2))
  }

  /// The payload that `body` stands for: itself, frames of the data in its lines, or a part.
  private static func payload(_ kind: UInt8, _ body: ArraySlice<UInt8>) -> [UInt8] {
    let isPadded = kind & 8 != 0
    switch kind >> 1 & 3 {
    case 0: return Array(body)
    case 1, 2:
      let lines = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      return lines.flatMap { HJ212Writer.frame(Array($0), isPadded: isPadded) }
    default:
      let numbers = Array(body.prefix(3)) + [1, 2, 0]
      let data =
        "QN=20260101080000\(100 + Int(numbers[2]) % 16);CN=2011;MN=M;Flag=6;"
        + "PNUM=\(1 + numbers[1] % 100);PNO=\(1 + numbers[0] % 100);CP=&&"
      let content = Array(data.utf8) + body.dropFirst(3) + Array("&&".utf8)
      return HJ212Writer.frame(content, isPadded: isPadded)
    }
  }

  private func checkMemory(_ decoder: PayloadDecoder, now: Timestamp) {
    for dialect in decoder.dialects {
      guard let parts = (dialect as? HJ212Dialect)?.parts else { fatalError("no HJ 212") }
      demand(parts.unfinished.count <= 8, "\(parts.unfinished.count) unfinished messages")
      demand(parts.byteCount <= 64 * 1024, "\(parts.byteCount) bytes of parts")
      for message in parts.unfinished {
        let byteCount = message.frames.values.reduce(0) { $0 + $1.count }
        demand(message.byteCount == byteCount, "\(message.byteCount) counted of \(byteCount) bytes")
        demand(message.frames.count < message.key.count, "a whole message waits")
        demand(!message.frames.isEmpty, "an empty message waits")
        demand(
          message.frames.keys.allSatisfy { (1...message.key.count).contains($0) }, "a part too many"
        )
      }
      demand(Set(parts.unfinished.map(\.key)).count == parts.unfinished.count, "a message twice")
    }
  }

  private func checkLarge(_ payload: [UInt8]) {
    var decoder = PayloadDecoder(plan: Surroundings.plan, bindings: Self.bindings)
    for payload in [payload, HJ212Writer.frames(payload)] {
      let delivery = Delivery(topic: Self.bindings[0].filter, payload: payload)
      let decoded = Patience.spend("a payload") {
        decoder.decode(delivery, now: Surroundings.now)
      }
      Promises(limits: PayloadDecoder.Limits(), rememberedByteCount: Self.rememberedByteLimit)
        .check(decoded, of: delivery, now: Surroundings.now)
    }
  }

  // MARK: Written and read again

  private func checkAgain(_ decoded: DecodedDelivery) {
    guard !decoded.readings.isEmpty else { return }
    let data = decoded.readings.map(Self.written)
    let values = decoded.readings.flatMap(\.values).compactMap(\.value)
    // The dialect has no exponents.
    guard data.allSatisfy({ $0.utf8.count <= 1024 }), values.allSatisfy({ !"\($0)".contains("e") })
    else { return }
    let frames = data.flatMap { HJ212Writer.frame(Array($0.utf8), isPadded: false) }
    plain.checkAgain(
      decoded.readings, String(decoding: frames, as: UTF8.self), topic: Self.bindings[0].filter)
  }

  private static func written(_ reading: Reading) -> String {
    let items = reading.values.map { value in
      let code = bindings[0].plainName(of: value, in: reading.pool)
      let letters: [GatewayMarks: String] = [
        [.maintenance]: "M", [.calibration]: "C", [.manual]: "S", [.fault]: "D",
      ]
      let number = value.value.map { ",\(code)-Rtd=\($0)" } ?? ""
      return "\(code)-Flag=\(letters[value.marks] ?? "N")\(number)"
    }
    let local = Timestamp(milliseconds: reading.time.milliseconds + 28_800_000)
    let digits = local.rfc3339(offsetSeconds: 0).prefix(19).filter(\.isNumber)
    return "CN=2011;CP=&&DataTime=\(digits);" + items.joined(separator: ";") + "&&"
  }
}
