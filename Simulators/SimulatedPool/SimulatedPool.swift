public import PoolModel

/// One pool with its water and its sensors, as a function of seed and time alone.
public struct SimulatedPool: Sendable {
  private let profile: WaterProfile
  private let sensors: [Sensor]
  private let faults: FaultCalendar
  private var random: SplitMix64
  private var water: Water
  private var now: Timestamp
  /// How much of the water reaches the sensors, 0…1.
  private var supply = 1.0
  /// By sensor: its error in standard deviations; nil before the first reading.
  private var noise: [Double?]
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
  ///   - faults: what goes wrong with water and sensors; faults of the gateway are left out.
  /// - Precondition: no fault ends before it begins.
  public init(
    seed: UInt64, label: String = "", profile: WaterProfile? = nil,
    parameters: [String] = ["free_chlorine", "ph", "temperature"], start: Timestamp,
    faults: [Fault] = []
  ) {
    random = SplitMix64(seed: seed, label: label)
    let profile = profile ?? .drawn(for: .indoor, from: &random)
    self.profile = profile
    sensors = parameters.compactMap(Sensor.named)
    noise = Array(repeating: nil, count: sensors.count)
    now = start
    water = Water(profile: profile, random: &random)
    self.faults = FaultCalendar(faults, start: start)
  }

  /// What the sensors show at `instant`, which is not before the one of the call before.
  ///
  /// Costs one step of the model per 30 s of the water's life.
  public mutating func reading(at instant: Timestamp) -> [SensorValue] {
    let seconds = max(0, (instant - now).inSeconds)
    supply = faults.supply(at: instant, before: supply, seconds: seconds)
    advance(to: instant)
    let before = last
    last = sensors.indices.map { index in
      show(index, at: instant, afterSeconds: seconds, before: before.isEmpty ? nil : before[index])
    }
    return last
  }

  private mutating func advance(to instant: Timestamp) {
    while now < instant {
      // An hour at a time at most: attendance changes over the day.
      let next = min(instant, now + .seconds(3600), faults.nextTurn(after: now))
      water.live(
        hours: (next - now).inSeconds / 3600 * profile.speed, profile: profile,
        attendance: profile.attendance(at: now), faults: faults.waterFaults(at: now))
      now = next
    }
  }

  /// The true value with the sensor's noise and faults on it, rounded to its step.
  private mutating func show(
    _ index: Int, at instant: Timestamp, afterSeconds seconds: Double, before: SensorValue?
  ) -> SensorValue {
    let sensor = sensors[index]
    // First-order autoregressive noise: neighbours resemble each other, and the spread does not
    // depend on how often the sensor is read. Drawn also while nobody sees it, so that a fault
    // leaves what comes after it as it was.
    let memory = 1 / (1 + seconds / profile.noiseMemorySeconds)
    let fresh = (1 - memory * memory).squareRoot()
    let error = memory * (noise[index] ?? random.normal()) + fresh * random.normal()
    noise[index] = error
    let fault = faults.sensorFaults(of: sensor.parameter, at: instant, speed: profile.speed)
    let isInStandingWater = !faults.isFlowing(at: instant) && sensor.inStandingWater == .rests
    if fault.isStuck || isInStandingWater, let before { return before }
    let spread = profile.noise[sensor.parameter] ?? sensor.noise
    var number = sensor.truth(water) * fault.gain + error * spread + fault.offset
    switch sensor.inStandingWater {
    case .fades: number *= supply
    case .stops: if !faults.isFlowing(at: instant) { number = 0 }
    case .rests, .sees: break
    }
    return SensorValue(
      parameter: sensor.parameter, number: max(sensor.floor, number),
      resolution: profile.resolution[sensor.parameter] ?? sensor.resolution)
  }
}
