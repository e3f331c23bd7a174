import PoolModel

@testable import Decoding

/// A gateway that speaks HJ 212, and frames as it sends them.
enum HJ212Sample {
  static let topic = "hj212/310107/venue-02"
  /// 2026-01-01T08:00:00+08:00.
  static let now = SamplePlan.now
  static let pool = PoolNumber(2)
  static let childrensPool = PoolNumber(1)

  static let binding = GatewayBinding(
    id: "jinyang-plant", venue: "venue-02", filter: topic, dialect: .hj212,
    values: [
      ValueBinding(
        name: "w01001", pool: pool, parameter: SamplePlan.pH, conversion: UnitConversion.none),
      ValueBinding(
        name: "w01010", pool: pool, parameter: SamplePlan.temperature,
        conversion: UnitConversion(from: "Cel", to: "°C")),
      ValueBinding(
        name: "a1", pool: pool, parameter: SamplePlan.chlorine,
        conversion: UnitConversion(from: "µg/L", to: "mg/L")),
      ValueBinding(
        name: "a2", pool: childrensPool, parameter: SamplePlan.chlorine,
        conversion: UnitConversion(from: "mg/L", to: "mg/L")),
      ValueBinding(
        name: "b1", pool: pool, parameter: SamplePlan.pH, conversion: UnitConversion.none),
      ValueBinding(name: "n1", pool: pool, parameter: ParameterNumber(5), conversion: nil),
      ValueBinding(
        name: "k1", pool: pool, parameter: ParameterNumber(7),
        conversion: UnitConversion(from: "S/m", to: "µS/cm")),
    ])

  static func dialect() -> HJ212Dialect { HJ212Dialect(GatewayNames(binding)) }

  /// What `payload` is to a gateway that sent nothing before.
  static func decode(_ payload: String) -> DecodedDelivery {
    var dialect = dialect()
    return dialect.decode(delivery(payload), now: now)
  }

  static func delivery(_ payload: String) -> Delivery {
    Delivery(topic: topic, payload: Array(payload.utf8))
  }

  /// The frame of `data`, with the checksum of this file.
  static func frame(_ data: String) -> String {
    String(decoding: frame(Array(data.utf8)), as: UTF8.self)
  }

  static func frame(_ data: [UInt8]) -> [UInt8] {
    let length = String(10_000 + data.count).dropFirst()
    let sum = String(0x10000 + Int(checksum(data)), radix: 16, uppercase: true).dropFirst()
    return Array("##\(length)".utf8) + data + Array("\(sum)\r\n".utf8)
  }

  /// Data of command `command` with the group `content`, and other fields as they usually are.
  static func data(
    _ content: String, command: Int = 2011, request: String = "20260101080000000",
    device: String = "POOL0000000000000000PT02", flag: String = "Flag=4"
  ) -> String {
    "QN=\(request);ST=21;CN=\(command);PW=123456;MN=\(device);\(flag);CP=&&\(content)&&"
  }

  /// Real-time data of eight o'clock.
  static func realTime(_ items: String) -> String {
    frame(data("DataTime=20260101080000;\(items)"))
  }

  static func part(
    _ number: Int, of count: Int, _ content: String, request: String = "20260101080000000",
    device: String = "POOL0000000000000000PT02", command: Int = 2011
  ) -> String {
    frame(
      data(
        content, command: command, request: request, device: device,
        flag: "Flag=6;PNUM=\(count);PNO=\(number)"))
  }

  /// The standard's checksum by a table of the 256 remainders, as the dialect does not make it.
  static func checksum(_ data: some Sequence<UInt8>) -> UInt16 {
    var register: UInt16 = 0xFFFF
    for byte in data {
      let mixed = register >> 8 ^ UInt16(byte)
      register = mixed >> 8 ^ remainders[Int(mixed & 0xFF)]
    }
    return register
  }

  private static let remainders: [UInt16] = (0..<256).map { index in
    (0..<8).reduce(UInt16(index)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xA001 }
  }

  /// The frames in `payload` as the standard draws them, each at its place, found by trying every place.
  static func validFrames(_ payload: [UInt8]) -> [[UInt8]] {
    var frames: [[UInt8]] = []
    var place = 0
    while place + 12 <= payload.count {
      guard payload[place] == 35, payload[place + 1] == 35 else {
        place += 1
        continue
      }
      let digits = payload[place + 2..<place + 6]
      let length = Int(String(decoding: digits, as: UTF8.self)) ?? 9999
      let end = place + 12 + length
      guard digits.allSatisfy({ (48...57).contains($0) }), length <= 1024, end <= payload.count,
        payload[(end - 2)..<end].elementsEqual([13, 10]),
        UInt16(String(decoding: payload[(end - 6)..<(end - 2)], as: UTF8.self), radix: 16)
          == checksum(payload[(place + 6)..<(end - 6)])
      else {
        place += 1
        continue
      }
      frames.append(Array(payload[place..<end]))
      place = end
    }
    return frames
  }
}
