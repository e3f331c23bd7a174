import PoolModel
import TestInstallation

/// Six hours of pools in each of which something else is wrong, a reading of each every ten seconds, and
/// one of each at the end that says that it still is.
///
/// The first pools send each reading in one message; how those of `ComposedWater` do, it says.
struct FaultyWater: MessageSource {
  static let stepCount = 2160
  /// The time of the first messages, in milliseconds.
  let base: Int64

  /// Every pool, `venue/pool`: those of the installation, one with sudden changes, and those of `ComposedWater`.
  static let pools =
    Installation.pools + (0...ComposedWater.ways.count).map { "venue-1/pool-\($0 + 5)" }

  /// What is sent again and again: a whole reading of a pool, or one part of it.
  private static let lanes =
    (0..<composed).map { (pool: $0, part: 0) }
    + ComposedWater.ways.enumerated().flatMap { place, way in
      way.parts.indices.map { (pool: composed + place, part: $0) }
    }
  /// Where the pools of `ComposedWater` begin.
  static let composed = Installation.pools.count + 1

  var count: Int { Self.stepCount * Self.lanes.count }

  func topic(_ n: Int) -> String { Self.topic(of: n) }

  func payload(_ n: Int) -> String {
    let lane = Self.lanes[n % Self.lanes.count]
    let place = n / Self.lanes.count
    if lane.pool < Self.composed {
      let step = Self.step(place, of: lane.pool)
      return Self.payload(lane.pool, step, at: base + Int64(step) * 10_000)
    }
    let water = ComposedWater(pool: lane.pool)
    let part = water.part(lane.part, at: place)
    let step = place - part.lag
    return water.payload(part, step, at: base + Int64(step) * 10_000 + part.offset)
  }

  /// The time of the newest temperature of each pool.
  var ends: [Int64] { Self.ends(at: base + Int64(Self.stepCount - 1) * 10_000) }

  private static func ends(at time: Int64) -> [Int64] {
    pools.indices.map { $0 < composed ? time : time + ComposedWater(pool: $0).temperatureOffset }
  }

  /// The messages that each pool sends now, as its last ones were.
  struct Now: MessageSource {
    let time: Int64

    var count: Int { FaultyWater.lanes.count }
    /// The time of the newest temperature of each pool.
    var ends: [Int64] { FaultyWater.ends(at: time) }
    func topic(_ n: Int) -> String { FaultyWater.topic(of: n) }
    func payload(_ n: Int) -> String {
      let lane = FaultyWater.lanes[n]
      guard lane.pool >= composed else {
        return FaultyWater.payload(lane.pool, stepCount - 1, at: time)
      }
      let water = ComposedWater(pool: lane.pool)
      let part = water.way.parts[lane.part]
      return water.payload(part, stepCount - 1, at: time + part.offset)
    }
  }

  private static func topic(of n: Int) -> String {
    "pools/v1/310107/\(pools[lanes[n % lanes.count].pool])/telemetry"
  }

  /// The gateway of one pool sends every second reading of twenty minutes later, in the next ten.
  private static func step(_ place: Int, of pool: Int) -> Int {
    guard pool == 9 else { return place }
    let (block, rest) = place.quotientAndRemainder(dividingBy: 120)
    return block * 120 + (rest < 60 ? rest * 2 : (rest - 60) * 2 + 1)
  }

  private static func payload(_ pool: Int, _ step: Int, at time: Int64) -> String {
    var values = [
      "\"free_chlorine\":\(chlorine(pool, step).map(hundredths) ?? "null")",
      "\"ph\":\(hundredths(pH(pool, step)))", "\"temperature\":27.\(step / 30 % 10)",
    ]
    if pool == 5 { values.append("\"flow\":\((700..<900).contains(step) ? 0 : 42)") }
    if pool == 6 { values.append("\"orp\":\((400..<1000).contains(step) ? 550 : 700 + step % 7)") }
    let marks = isCalibrated(pool, step) ? #","flags":{"ph":"calibration"}"# : ""
    return #"{"ts":\#(time),"values":{\#(values.joined(separator: ","))}\#(marks)}"#
  }

  /// `0.35` for 35.
  static func hundredths(_ value: Int) -> String {
    let digits = String(value % 100)
    return "\(value / 100).\(digits.count < 2 ? "0" : "")\(digits)"
  }

  /// −1, 0 or 1.
  static func noise(_ pool: Int, _ step: Int) -> Int {
    var numbers = SplitMix64(seed: UInt64(pool * 100_000 + step))
    return Int(numbers.next() % 3) - 1
  }

  /// In hundredths of mg/L; nil where the gateway has none.
  ///
  /// The limits are 30 and 100, critical is what is below 10.
  private static func chlorine(_ pool: Int, _ step: Int) -> Int? {
    let noise = noise(pool, step)
    switch pool {
    // Below the limit for two minutes of ten, in every third of them far below; and at the end.
    case 0:
      guard step % 60 < 12 || step >= 2120 else { return 50 + noise }
      return step / 60 % 3 == 0 && (4..<10).contains(step % 60) ? 6 + noise : 20 + noise
    // Falls for four hours, through the limit.
    case 1:
      return 80 - min(max(step - 200, 0), 1440) * 55 / 1440 + noise
    // Stuck for a hundred minutes, and at the end.
    case 3:
      return (600..<1200).contains(step) || step >= 1900 ? 55 : 60 + step % 3
    // Two values of five are no chlorine for an hour.
    case 4:
      return (500..<900).contains(step) && step % 5 < 2 ? 2500 : 60 + noise
    // No flow for half an hour.
    case 5:
      return (700..<900).contains(step) ? max(0, 60 - (step - 700) * 2) : 60 + noise
    case 6: return 80 + noise
    // Single values beyond the limit, spikes when the next one comes, and now and then six in a row.
    case 7:
      return step % 37 == 5 || (5..<11).contains(step % 111) ? 220 : 70 + noise
    case 8: return (300..<420).contains(step) && step % 2 == 0 ? nil : 55 + noise
    case 9: return 20 + abs(step % 600 - 300) / 6
    // Dumped within a minute, and dosed again within two.
    case 10:
      let place = step % 180
      return 80 - min(max(place - 60, 0), 6) * 7 + min(max(place - 140, 0), 12) * 7 / 2 + noise
    default: return 60 + noise
    }
  }

  /// In hundredths; the upper limit is 780.
  private static func pH(_ pool: Int, _ step: Int) -> Int {
    if isCalibrated(pool, step) { return 401 }
    guard pool == 2 else { return 720 + noise(pool + 10, step) }
    let risen = min(max(step - 200, 0), 1260) * 70 / 1260
    return 720 + max(0, risen - 3 * max(step - 1500, 0)) + noise(pool + 10, step)
  }

  private static func isCalibrated(_ pool: Int, _ step: Int) -> Bool {
    pool == 8 && (800..<830).contains(step)
  }
}
