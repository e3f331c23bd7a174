import Measuring
import PoolModel

/// A data set's readings as gateways would publish them, in time order.
struct Messages {
  private let data: DataSet
  private let topics: [String]
  private var row = 0
  private var pool = 0
  private var times: [Int64] = []
  private var values: [Double] = []

  init(_ data: DataSet, plan: Plan) {
    self.data = data
    topics = plan.pools.map {
      "pools/v1/\(plan.district.code)/\($0.id.venue)/\($0.id.pool)/telemetry"
    }
  }

  /// The next messages, `count` at most, and the newest time in them; nil at the end.
  mutating func next(_ count: Int) throws -> (deliveries: [Delivery], newest: Timestamp)? {
    var deliveries: [Delivery] = []
    deliveries.reserveCapacity(count)
    var newest: Int64 = 0
    while deliveries.count < count, row < data.rowCount {
      if pool == 0 {
        times = try data.times(row: row)
        values = try data.values(row: row)
      }
      while pool < data.poolCount, deliveries.count < count {
        newest = max(newest, times[pool])
        deliveries.append(Delivery(topic: topics[pool], payload: payload(of: pool)))
        pool += 1
      }
      if pool == data.poolCount {
        pool = 0
        row += 1
      }
    }
    return deliveries.isEmpty ? nil : (deliveries, Timestamp(milliseconds: newest))
  }

  /// About 110 bytes, with a key that the dialect passes over, as the reference publisher sends it.
  private func payload(of pool: Int) -> [UInt8] {
    let first = pool * DataSet.parameterCount
    var text: [UInt8] = []
    text.reserveCapacity(128)
    text += Array(#"{"ts":"#.utf8)
    Self.append(times[pool], to: &text)
    text += Array(#","sent":"#.utf8)
    Self.append(times[pool] * 1_000_000, to: &text)
    text += Array(#","values":{"free_chlorine":"#.utf8)
    Self.append(values[first], digits: 2, to: &text)
    text += Array(#","ph":"#.utf8)
    Self.append(values[first + 1], digits: 2, to: &text)
    text += Array(#","temperature":"#.utf8)
    Self.append(values[first + 2], digits: 1, to: &text)
    text += Array("}}".utf8)
    return text
  }

  private static func append(_ number: Int64, to text: inout [UInt8]) {
    text += Array(String(number).utf8)
  }

  /// A number that is not negative, with so many decimals, as `%.2f` writes it.
  private static func append(_ value: Double, digits: Int, to text: inout [UInt8]) {
    let scale: Double = digits == 1 ? 10 : 100
    let scaled = Int64((value * scale).rounded())
    let fraction = String(scaled % Int64(scale))
    append(scaled / Int64(scale), to: &text)
    text.append(UInt8(ascii: "."))
    text += Array(repeating: UInt8(ascii: "0"), count: digits - fraction.utf8.count)
    text += Array(fraction.utf8)
  }
}
