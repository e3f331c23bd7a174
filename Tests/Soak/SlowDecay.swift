import JudgementBench
import PoolModel
import Registry
import SimulatedPool

/// Free chlorine of 0.6 mg/L that is dosed no more and decays by 35 % an hour, so that it is under its limit after
/// two hours: how long before that people are warned.
struct SlowDecay {
  /// By pool, how long before the limit the warning came; nil when it came after it or never.
  private var leads: [Duration?] = []
  /// Pools that were warned of while all was well.
  private var earlyCount = 0

  /// Nine of ten are warned of, the median one half of the hour ahead that a warning looks.
  ///
  /// A warning has to come before the limit. The independent simulation of docs/alarms.md found 59 of 60, in the
  /// median 53 minutes ahead, an earlier one 56 and 46: noise leaves a few to the limit rule.
  private static let leastShare = 0.9
  private static let leastMedian = Duration.seconds(30 * 60)
  private static let limit = 0.3
  /// Two hours to the limit, and time to be late.
  private static let decayHours = 4

  /// Lets `poolCount` pools live a day in health, and then decay, each from another minute on.
  mutating func add(seed: UInt64, poolCount: Int) throws {
    // Over the whole day and the saw-tooth.
    let begins = (0..<poolCount).map { 1440 + 1440 / poolCount * $0 }
    let faults = begins.map { Fault.drift(from: .seconds(60 * $0 + 13), perHour: 1e-6) }
    var district = try SoakDistrict(
      seed: seed + 2000, poolCount: poolCount,
      faults: Dictionary(uniqueKeysWithValues: faults.enumerated().map { ($0, $1) })
    ) { profile in
      profile.chlorineSetPoint = 0.6
      profile.decayPerHour = 0.35
      profile.batherLoad = 0
    }
    let end = (begins.last ?? 0) + Self.decayHours * 60
    try district.live(minutes: 0..<end)
    let warnings = district.alarms.filter { $0.rule == "free_chlorine_trend_low" }
    for (place, pool) in district.bench.configuration.plan.pools.enumerated() {
      guard let crossing = district.crossing(place: place, below: Self.limit, minutes: 0..<end)
      else { throw SoakFailure("the chlorine of \(pool.id) does not fall below the limit") }
      let begin = district.start + .seconds(60 * begins[place])
      let own = warnings.filter { $0.pool == pool.id }
      if own.contains(where: { $0.detectedTime < begin }) { earlyCount += 1 }
      let first = own.first { begin <= $0.detectedTime && $0.detectedTime < crossing }
      leads.append(first.map { crossing - $0.detectedTime })
    }
  }

  /// The leads there are, the shortest first.
  private var known: [Duration] { leads.compactMap(\.self).sorted() }

  /// That of the middle pool; those without any have none.
  private var median: Duration {
    leads.map { $0 ?? .zero }.sorted()[leads.count / 2]
  }

  /// The row of the table.
  var line: String {
    let cells = [
      "0.35 an hour from 0.6 mg/L", String(leads.count), String(known.count), Self.text(median),
      known.first.map(Self.text) ?? "–", "9 of 10, 30 min in the median",
    ]
    return "| \(cells.joined(separator: " | ")) |"
  }

  /// What is wrong; empty when all is as wanted.
  var complaints: [String] {
    var complaints: [String] = []
    if Double(known.count) < Double(leads.count) * Self.leastShare || median < Self.leastMedian {
      complaints.append(
        "slow decay: \(known.count) of \(leads.count) warned of before the limit, "
          + "\(Self.text(median)) ahead in the median")
    }
    // As many as in the calm run.
    if earlyCount > 5 { complaints.append("slow decay: \(earlyCount) warned of before it began") }
    return complaints
  }

  private static func text(_ span: Duration) -> String {
    "\(Int((span.inSeconds / 60).rounded())) min"
  }
}
