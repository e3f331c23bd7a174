public import PoolModel

/// One pool with its water and its sensors, as a function of seed and time alone.
public struct SimulatedPool: Sendable {
  private let profile: WaterProfile
  private let parameters: [String]
  private let driftStart: (instant: Timestamp, perHour: Double)?
  private let stuckStart: Timestamp?
  private var random: SplitMix64
  private var water: Water
  private var now: Timestamp
  private var noise: [String: Double] = [:]
  private var last: [SensorValue] = []

  /// The parameters that a pool can be asked to measure.
  public static var knownParameters: [String] { Sensor.all.map(\.parameter) }

  /// A pool that is in limits at `start`.
  ///
  /// - Parameters:
  ///   - seed: what every random number follows from, together with `label`.
  ///   - label: the pool's name, so that each pool of one seed differs.
  ///   - profile: what its water is like; nil draws one for an indoor pool.
  ///   - parameters: what its sensors measure, in the order of `reading(at:)`; names that
  ///     `knownParameters` lacks are left out.
  ///   - start: when its life begins, which is what the faults' spans count from.
  ///   - faults: what goes wrong: `drift` and `stuck`; the others are the gateway's.
  public init(
    seed: UInt64, label: String = "", profile: WaterProfile? = nil,
    parameters: [String] = ["free_chlorine", "ph", "temperature"], start: Timestamp,
    faults: [Fault] = []
  ) {
    random = SplitMix64(seed: seed, label: label)
    let profile = profile ?? .drawn(for: .indoor, from: &random)
    self.profile = profile
    self.parameters = parameters
    now = start
    water = Water(profile: profile, random: &random)
    var drift: (Timestamp, Double)?
    var stuck: Timestamp?
    for fault in faults {
      if case .drift(let span, let perHour) = fault { drift = (start + span, perHour) }
      if case .stuck(let span) = fault { stuck = start + span }
    }
    driftStart = drift
    stuckStart = stuck
  }

  /// What the sensors show at `instant`, which is not before the one of the call before.
  ///
  /// Costs one step of the model per 30 s of the water's life.
  public mutating func reading(at instant: Timestamp) -> [SensorValue] {
    let hours = max(0, (instant - now).inSeconds) / 3600
    if let stuckStart, instant >= stuckStart, !last.isEmpty { return last }
    advance(to: instant)
    last = parameters.compactMap { name in
      guard let sensor = Sensor.named(name) else { return nil }
      return show(sensor, afterHours: hours)
    }
    return last
  }

  private mutating func advance(to instant: Timestamp) {
    guard instant > now else { return }
    if let driftStart, driftStart.instant > now, driftStart.instant < instant {
      live(until: driftStart.instant, extraDecayPerHour: 0)
    }
    let isDrifting = driftStart.map { $0.instant <= now } ?? false
    live(until: instant, extraDecayPerHour: isDrifting ? driftStart?.perHour ?? 0 : 0)
  }

  private mutating func live(until instant: Timestamp, extraDecayPerHour: Double) {
    // An hour at a time at most: attendance changes over the day.
    while now < instant {
      let next = min(instant, now + .seconds(3600))
      water.live(
        hours: (next - now).inSeconds / 3600 * profile.speed, profile: profile,
        attendance: profile.attendance(at: now), extraDecayPerHour: extraDecayPerHour)
      now = next
    }
  }

  /// The true value with the sensor's noise on it, rounded to its step.
  private mutating func show(_ sensor: Sensor, afterHours hours: Double) -> SensorValue {
    // First-order autoregressive noise with a memory of one minute: neighbours resemble each other,
    // and the spread does not depend on how often the sensor is read.
    let memory = 1 / (1 + hours * 60)
    let fresh = (1 - memory * memory).squareRoot()
    let before = noise[sensor.parameter] ?? random.normal()
    let error = memory * before + fresh * random.normal()
    noise[sensor.parameter] = error
    let truth = sensor.truth(water)
    return SensorValue(
      parameter: sensor.parameter, number: max(sensor.floor, truth + error * sensor.noise),
      resolution: profile.resolution[sensor.parameter] ?? sensor.resolution)
  }
}
