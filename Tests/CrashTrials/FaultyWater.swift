import PoolModel
import TestInstallation

/// Six hours of ten pools in each of which something else is wrong, a message of each every ten seconds, and
/// one of each at the end that says that it still is.
struct FaultyWater: MessageSource {
  static let stepCount = 2160
  /// The time of the first messages, in milliseconds.
  let base: Int64

  var count: Int { Self.stepCount * Installation.pools.count }

  func topic(_ n: Int) -> String { Self.topic(of: n % Installation.pools.count) }

  func payload(_ n: Int) -> String {
    let pool = n % Installation.pools.count
    let step = Self.step(n / Installation.pools.count, of: pool)
    return Self.payload(pool, step, at: base + Int64(step) * 10_000)
  }

  /// The time of the newest reading of each pool.
  var ends: [Int64] {
    Installation.pools.map { _ in base + Int64(Self.stepCount - 1) * 10_000 }
  }

  /// The messages that each pool sends now, as its last one was.
  struct Now: MessageSource {
    let time: Int64

    var count: Int { Installation.pools.count }
    func topic(_ n: Int) -> String { FaultyWater.topic(of: n) }
    func payload(_ n: Int) -> String { FaultyWater.payload(n, stepCount - 1, at: time) }
  }

  private static func topic(of pool: Int) -> String {
    "pools/v1/310107/\(Installation.pools[pool])/telemetry"
  }

  /// The gateway of the last pool sends every second reading of twenty minutes later, in the next ten.
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

  private static func hundredths(_ value: Int) -> String {
    let digits = String(value % 100)
    return "\(value / 100).\(digits.count < 2 ? "0" : "")\(digits)"
  }

  /// −1, 0 or 1.
  private static func noise(_ pool: Int, _ step: Int) -> Int {
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
