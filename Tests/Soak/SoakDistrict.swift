import JudgementBench
import PoolModel
import Registry
import SimulatedPool

/// Pools near their lower limit whose readings go through the pipeline, minute by minute.
struct SoakDistrict {
  let bench: JudgementBench
  let start: Timestamp
  private var pools: [SimulatedPool] = []
  private let silences: [ClosedRange<Timestamp>?]
  /// The same pools with sensors that make no errors.
  private var truths: [SimulatedPool] = []

  /// 2027-03-01T00:00:00Z.
  static let start = Timestamp(milliseconds: 1_803_859_200_000)

  /// A district of `poolCount` venues with a pool each, that reports every minute.
  static func configuration(poolCount: Int) throws -> Configuration {
    var district = BenchDistrict()
    district.venueCount = poolCount
    return try district.configuration()
  }

  /// Pools that differ from each other but for what `change` makes the same of their water, and have `faults`, by
  /// their places.
  init(
    seed: UInt64, poolCount: Int, faults: [Int: Fault] = [:],
    change: (inout WaterProfile) -> Void = { _ in }
  ) throws {
    self.start = Self.start
    let configuration = try Self.configuration(poolCount: poolCount)
    bench = try JudgementBench(configuration, start: start, retention: .seconds(2 * 86_400))
    let start = Self.start
    var silences: [ClosedRange<Timestamp>?] = []
    for (place, pool) in configuration.plan.pools.enumerated() {
      var random = SplitMix64(seed: seed, label: pool.id.description)
      var profile = WaterProfile.drawn(for: .indoor, from: &random)
      // 0.45 mg/L over the limit of 0.3; the controller's dead zone makes a saw-tooth of 0.08.
      profile.chlorineSetPoint = 0.45
      profile.controllerBand = 0.04
      profile.noise["free_chlorine"] = 0.03
      // Readings a minute apart correlate by 0.8.
      profile.noiseMemorySeconds = 240
      profile.utcOffsetSeconds = 8 * 3600
      change(&profile)
      let fault = faults[place]
      if case .silence(let from, let to) = fault {
        silences.append((start + from)...(to.map { start + $0 } ?? .distantFuture))
      } else {
        silences.append(nil)
      }
      let water = random.next()
      func life(_ profile: WaterProfile) -> SimulatedPool {
        SimulatedPool(
          seed: water, profile: profile,
          parameters: ["free_chlorine", "ph", "temperature", "flow"], start: start,
          faults: fault.map { [$0] } ?? [])
      }
      pools.append(life(profile))
      // Errors are drawn as ever, so that the water lives the same life.
      profile.noise["free_chlorine"] = 0
      profile.resolution["free_chlorine"] = 0.0001
      truths.append(life(profile))
    }
    self.silences = silences
  }

  /// When the free chlorine that really is in the pool at `place` is first below `limit`, to the minute; nil when it
  /// is not within `minutes`.
  func crossing(place: Int, below limit: Double, minutes: Range<Int>) -> Timestamp? {
    var truth = truths[place]
    return minutes.lazy.map { start + .seconds(60 * $0) }.first {
      truth.reading(at: $0)[0].value < limit
    }
  }

  /// Lives on for `minutes`: all pools report each minute.
  mutating func live(minutes: Range<Int>) throws {
    let ids = bench.configuration.plan.pools.map(\.id)
    for minute in minutes {
      let time = start + .seconds(60 * minute)
      try bench.pass(until: time)
      for place in pools.indices {
        if silences[place]?.contains(time) ?? false { continue }
        bench.receive(
          NativePayload.reading(
            time: time, sequence: UInt64(minute), values: pools[place].reading(at: time)),
          of: ids[place])
      }
      try bench.settle()
    }
  }

  /// Every alarm that was raised or recorded, once, as it was when it was more than an advisory, which is told
  /// to nobody.
  var alarms: [AlarmOccurrence] {
    var ids: Set<String> = []
    return bench.steps.compactMap { transition, decided in
      var occurrence = transition.occurrence
      guard [.raised, .recorded, .worsened].contains(transition.kind),
        occurrence.severity != .advisory, ids.insert(occurrence.id).inserted
      else { return nil }
      occurrence.detectedTime = decided
      return occurrence
    }
  }
}

/// Sound pools: every alarm is false.
struct CalmRun {
  private let seed: UInt64
  private let readingCount: Int
  private let alarms: [AlarmOccurrence]

  /// What may be false of each kind, whatever the length.
  private static let bounds: [(kind: AlarmClass, most: Int)] = [
    (.water, 1), (.trend, 5), (.monitoring, 20),
  ]

  init(seed: UInt64, poolCount: Int, days: Int) throws {
    self.seed = seed
    var district = try SoakDistrict(seed: seed, poolCount: poolCount)
    try district.live(minutes: 0..<days * 1440)
    readingCount = poolCount * days * 1440
    alarms = district.alarms
    let storedCount = district.bench.storedCount
    guard storedCount == readingCount * 4 else {
      throw SoakFailure("\(storedCount) values were stored, expected \(readingCount * 4)")
    }
  }

  var line: String {
    let counts = Self.bounds.map { bound in String(alarms.count { $0.alarmClass == bound.kind }) }
    return "| \(seed) | \(readingCount) | \(counts.joined(separator: " | ")) |"
  }

  var complaints: [String] {
    Self.bounds.compactMap { bound in
      let found = alarms.filter { $0.alarmClass == bound.kind }
      guard found.count > bound.most else { return nil }
      let first = found.prefix(3).map { alarm in
        "\(alarm.rule) \(alarm.pool.map(\.description) ?? "") \(alarm.eventTime)"
      }
      return "seed \(seed): \(found.count) false alarms of the class \(bound.kind), "
        + "at most \(bound.most): \(first.joined(separator: ", "))"
    }
  }
}

/// Something that makes a soak worthless.
struct SoakFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
