import PoolModel
import Testing

@testable import Decoding

/// Broken and unbroken messages of the JSON dialects.
@Suite struct `Mutated messages of the JSON dialects` {
  private static let values = [
    SampleGateway.value("ph", "ph", unit: "pH"), SampleGateway.value("cl", "free_chlorine"),
    SampleGateway.value("w.t", "temperature", unit: "K", pool: SampleGateway.kids),
  ]

  private static let originals: [String] = [
    #"[{"bn":"w.","bt":1767225600,"bu":"K","bver":10,"n":"t","v":300.15},{"bn":"","n":"ph","u":"pH","v":7.3}]"#,
    #"[{"bv":1e2,"n":"cl","u":"kg/m3","v":1,"t":-5},{"n":"x","vb":true},{"n":"y","vs":"a"},{"n":"z","s":3}]"#,
    #"{"result":7.31,"phenomenonTime":"2025-12-31T11:59:00Z/2025-12-31T12:00:00Z"}"#,
    #"{"result":null,"resultTime":"2026-01-01T08:00:00+08:00","resultQuality":{"a":[1]}}"#,
    #"{"d":[{"ts":1767225600000,"ph":7.3,"w":{"t":300}},{"ts":1767225540000,"cl":null,"ph":"7"}]}"#,
    #"{"ts":1767225600000.5,"ph":7.3,"w":{"t":1e999}}"#,
  ]

  private static let tokens = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "true", "NaN", "-inf", "1e999", "-1e999",
    "-0",
    "1e-400", "\"\"", "\"v\":1,", "\"n\":\"ph\",", "\"t\":1e300,", "\"bver\":11,", "\"a_\":1,",
    "\"u\":\"mg/L\",", "\"d\":", "\"ts\":", "\u{FEFF}", "池", "\u{0}", "/", "Z", "[[[[[[[[",
    "{\"a\":",
    "\\ud800", "9223372036854775807", "-9223372036854775808000", "0.000001",
  ]

  /// The originals that each of `dialects` is for.
  private static let own = [[0, 1], [2, 3], [5], [4]]

  /// A payload with up to three changes, three times in four made of one of the originals `own`.
  private static func payload(_ random: inout SplitMix64, like own: [Int]) -> [UInt8] {
    let original = random.below(4) > 0 ? random.element(own) : random.below(originals.count)
    var bytes = Array(originals[original].utf8)
    for _ in 0..<random.element([0, 1, 1, 1, 2, 3]) {
      let place = random.below(bytes.count + 1)
      switch random.below(7) {
      case 0 where place < bytes.count: bytes[place] = UInt8(random.below(256))
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(6)))
      case 2: bytes.insert(contentsOf: random.numberText().utf8, at: place)
      case 3: bytes.removeSubrange(place...)
      case 4:
        let other = Array(random.element(originals).utf8)
        bytes.insert(contentsOf: other[random.below(other.count)...].prefix(30), at: place)
      default: bytes.insert(contentsOf: random.element(tokens).utf8, at: place)
      }
    }
    return bytes
  }

  private static var dialects: [any GatewayDialect] {
    let whole = MappedLayout(readings: nil, time: "ts", timeFormat: .epochMilliseconds)
    let below = MappedLayout(readings: "d", time: "ts", timeFormat: .epochMilliseconds)
    return [
      SenMLDialect(SampleGateway.names(.senML, values), parameters: Parameter.standard),
      SensorThingsDialect(SampleGateway.names(.sensorThings, values)),
      MappedDialect(SampleGateway.names(.mapped(whole), values), layout: whole),
      MappedDialect(SampleGateway.names(.mapped(below), values), layout: below),
    ]
  }

  /// What ought to be true of `decoded` and is not; nil when all is.
  private static func violation(_ decoded: DecodedDelivery, _ payload: [UInt8]) -> String? {
    let latest = SampleGateway.now.milliseconds + 300_000
    var rows: Set<String> = []
    for reading in decoded.readings {
      let time = reading.time.milliseconds
      guard time >= 946_684_800_000, time <= latest else { return "a time outside the window" }
      guard rows.insert("\(reading.pool.index) \(time)").inserted else { return "a row twice" }
      let parameters = Set(reading.values.map(\.parameter))
      guard parameters.count == reading.values.count else { return "a parameter twice" }
      guard !parameters.isEmpty else { return "a reading without values" }
      guard reading.values.allSatisfy({ $0.value?.isFinite != false }) else { return "not finite" }
      let bound = values.filter { $0.pool == reading.pool }.map(\.parameter)
      guard parameters.isSubset(of: bound) else { return "a parameter that is not mapped" }
    }
    let counts = Dictionary(grouping: decoded.refusals, by: \.reason).mapValues(\.count)
    guard counts.values.allSatisfy({ $0 <= 17 }) else { return "too many refusals" }
    for detail in decoded.refusals.map(\.detail) {
      guard detail.unicodeScalars.count <= 200, detail.contains(": found "),
        !detail.unicodeScalars.contains(where: { $0.value < 0x20 })
      else { return "the refusal \(detail)" }
    }
    guard !decoded.readings.isEmpty || !decoded.refusals.isEmpty || decoded.ignoredKeyCount > 0
    else { return "nothing at all" }
    do {
      try JSONScanner.validate(payload.span)
      return nil
    } catch {
      let isRefused =
        decoded.refusals.map(\.reason) == [.badJSON]
        || decoded.refusals.map(\.reason) == [.nonFinite]
      return isRefused && decoded.readings.isEmpty ? nil : "something of a text that is not JSON"
    }
  }

  @Test(arguments: 0..<4)
  func `give readings in the window or refusals in words, and never trap`(_ index: Int) {
    var random = SplitMix64(seed: 31 + UInt64(index))
    var dialect = Self.dialects[index]
    var accepted = 0
    for _ in 0..<5000 {
      let payload = Self.payload(&random, like: Self.own[index])
      let topic = "v1.1/Datastreams(\(random.element(["ph", "'w.t'"])))/Observations"
      let decoded = dialect.decode(
        Delivery(topic: topic, payload: payload), now: SampleGateway.now)
      if let violation = Self.violation(decoded, payload) {
        Issue.record("\(violation): \(String(decoding: payload, as: UTF8.self))")
      }
      if !decoded.readings.isEmpty { accepted += 1 }
    }
    // Enough get through for what is asked of readings to have been put to the test.
    #expect(accepted > 500)
  }
}
