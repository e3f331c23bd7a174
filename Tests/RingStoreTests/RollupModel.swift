import PoolModel
import Testing

@testable import RingStore

/// One raw value of one column, as the tests make them up.
struct RawReading {
  var time: Int64
  var value: Double
  var flag: UInt8
  var marks: UInt8
  var isOut = false

  var isUsable: Bool { flag == 1 || flag == 3 }
  var isReceived: Bool { flag != 0 && flag != 9 && marks & 0x40 == 0 }
}

/// What rollups and aggregates ought to say, told anew by counting: every due instant and every
/// stretch of a value is looked at one by one.
struct RollupModel {
  var readings: [RawReading]
  var interval: Int64

  /// The readings of `range`.
  func inside(_ range: Range<Int64>) -> [RawReading] {
    readings.filter { range.contains($0.time) }
  }

  /// The due instants between neighbours of `chosen`, among all readings, at which one is missing.
  func missing(_ chosen: (RawReading) -> Bool) -> [Int64] {
    let times = readings.filter(chosen).map(\.time)
    return zip(times, times.dropFirst()).flatMap { earlier, later in
      // Readings of the gap: the n with n − ½ ≤ gap / I < n + ½, tried one by one.
      var number: Int64 = 0
      while 2 * (later - earlier) >= (2 * number + 1) * interval { number += 1 }
      return number < 2 ? [] : (1..<number).map { earlier + $0 * interval }
    }
  }

  /// The stretches during which a usable value out of limits stood, all readings known.
  var outOfLimits: [Range<Int64>] {
    let usable = readings.filter(\.isUsable)
    return usable.indices.compactMap { index in
      guard usable[index].isOut else { return nil }
      let start = usable[index].time
      let next = index + 1 < usable.count ? usable[index + 1].time : .max
      return start..<min(next, start + interval)
    }
  }

  /// The aggregate of one stretch with the readings `own`; nil when it has none that counts.
  ///
  /// The other lists ascend.
  func aggregate(
    _ range: Range<Int64>, own: [RawReading], missing: [Int64], missingUsable: [Int64],
    out: [Range<Int64>]
  ) -> Aggregate? {
    let usable = own.filter(\.isUsable)
    guard !usable.isEmpty || own.contains(where: \.isReceived) else { return nil }
    let values = usable.map(\.value)
    // Values of the tests are hundredths, so this is the exact mean, rounded twice as it has to be.
    let hundredths = values.reduce(0) { $0 + Int(($1 * 100).rounded()) }
    let first = Self.count(out, where: { $0.upperBound <= range.lowerBound })
    let outMilliseconds = out[first...].prefix { $0.lowerBound < range.upperBound }
      .reduce(Int64(0)) { sum, span in
        let part = span.clamped(to: range)
        return sum + part.upperBound - part.lowerBound
      }
    func count(_ instants: [Int64]) -> Int {
      Self.count(instants) { $0 < range.upperBound }
        - Self.count(instants) { $0 < range.lowerBound }
    }
    return Aggregate(
      start: Timestamp(milliseconds: range.lowerBound),
      end: Timestamp(milliseconds: range.upperBound), minimum: values.min() ?? .nan,
      mean: values.isEmpty ? .nan : Double(hundredths) / 100 / Double(values.count),
      maximum: values.max() ?? .nan, first: values.first ?? .nan, last: values.last ?? .nan,
      count: values.count, missingCount: count(missing),
      missingUsableCount: count(missingUsable),
      backfilledCount: own.count { $0.isReceived && $0.marks & 0x20 != 0 },
      secondsOutOfLimits: Double(outMilliseconds) / 1000)
  }

  /// The elements at the front of which `isFront` holds.
  private static func count<Element>(_ list: [Element], where isFront: (Element) -> Bool) -> Int {
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      if isFront(list[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The rows as a table with one column.
  func table(column: UInt8 = 0) -> PageTable {
    let column = PageTable.Column(
      number: column,
      bits: readings.map { $0.flag == 0 ? 0 : $0.value.bitPattern },
      flags: readings.map(\.flag), marks: readings.map(\.marks))
    return PageTable(times: readings.map(\.time), columns: [column])
  }
}

/// Made-up readings, the same for the same seed.
struct ReadingMaker {
  var random: SplitMix64
  var interval: Int64
  /// Values above are out of limits.
  var limit = 0.7

  init(seed: UInt64, interval: Int64) {
    random = SplitMix64(seed: seed)
    self.interval = interval
  }

  /// About `count` readings from `start` on: mostly regular, with jitter, gaps and every flag and mark.
  mutating func readings(_ count: Int, from start: Int64) -> [RawReading] {
    var time = start
    return (0..<count).map { _ in
      var reading = RawReading(
        time: time, value: Double(Int.random(in: 40...90, using: &random)) / 100, flag: 1, marks: 0)
      reading.isOut = reading.value > limit
      switch Int.random(in: 0..<40, using: &random) {
      case 0: reading.flag = 0
      case 1: reading.flag = 2
      case 2, 3: reading.flag = 3
      case 4, 5: reading.flag = 4
      case 6:
        reading.flag = 9
        reading.value = .nan
      default: break
      }
      switch Int.random(in: 0..<30, using: &random) {
      case 0: reading.marks = 0x10
      case 1: reading.marks = 0x30
      case 2: reading.marks = 0x70
      case 3: reading.marks = 0x40
      case 4: reading.marks = 0x83
      default: break
      }
      if reading.flag == 0 { reading.marks = 0 }
      time += step()
      return reading
    }
  }

  private mutating func step() -> Int64 {
    switch Int.random(in: 0..<60, using: &random) {
    case 0: interval * Int64.random(in: 2...300, using: &random)
    case 1: interval * 3 / 2
    case 2, 3: interval * 2
    case 4...20: max(1, interval + Int64.random(in: -200...200, using: &random))
    case 21: Int64.random(in: 1...max(1, interval), using: &random)
    default: interval
    }
  }
}

/// Zones whose days are not all alike, and one whose are.
let rollupZones = [
  "UTC", "Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu",
]

/// The zone called `name`.
func zone(_ name: String) throws -> Zone { try #require(Zone(name: name)) }

/// The milliseconds since the epoch that RFC 3339 `text` stands for.
func milliseconds(_ text: String) throws -> Int64 {
  try #require(Timestamp(rfc3339: text)).milliseconds
}
