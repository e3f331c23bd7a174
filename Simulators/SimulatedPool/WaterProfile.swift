public import PoolModel

/// What one body of water is like: its chemistry, its bathers, its sensors.
public struct WaterProfile: Hashable, Sendable {
  /// Free chlorine that the dosing controller aims at, in mg/L.
  public var chlorineSetPoint: Double
  /// Half the width of the controller's dead zone, in mg/L; makes the saw-tooth.
  ///
  /// Below the set point less this it doses, above the set point and this it stops.
  public var controllerBand: Double
  /// What the running dosing pump adds, in mg/L an hour.
  public var dosePerHour: Double
  /// Free chlorine that is used up without bathers, as a share of what there is, an hour.
  ///
  /// 0.1–0.7 in real pools, by sun and load.
  public var decayPerHour: Double
  /// By how much a full house multiplies the decay, less 1.
  public var batherLoad: Double
  /// pH the water tends to.
  public var restingPH: Double
  /// Temperature the heating aims at, in °C.
  public var restingCelsius: Double
  /// Where the day's hours lie, in seconds east of Greenwich.
  public var utcOffsetSeconds: Int
  /// The smallest step of each sensor, by parameter; a parameter without an entry has a usual one.
  public var resolution: [String: Double]
  /// The standard deviation of each sensor's error in its parameter's unit, by parameter; a parameter
  /// without an entry has a usual one.
  public var noise: [String: Double]
  /// How long the sensors' errors resemble each other, in seconds; more than 0.
  ///
  /// Two readings a time t apart correlate by 1 / (1 + t / this): a quarter of it apart, by 0.8.
  public var noiseMemorySeconds: Double
  /// How many times faster the water lives than the clock runs; 1 in nature.
  public var speed: Double

  /// Water of a usual pool with what the caller does not say otherwise.
  public init(
    chlorineSetPoint: Double = 0.6, controllerBand: Double = 0.04, dosePerHour: Double = 1.5,
    decayPerHour: Double = 0.3, batherLoad: Double = 0.5, restingPH: Double = 7.35,
    restingCelsius: Double = 27, utcOffsetSeconds: Int = 0, resolution: [String: Double] = [:],
    noise: [String: Double] = [:], noiseMemorySeconds: Double = 60, speed: Double = 1
  ) {
    self.chlorineSetPoint = chlorineSetPoint
    self.controllerBand = controllerBand
    self.dosePerHour = dosePerHour
    self.decayPerHour = decayPerHour
    self.batherLoad = batherLoad
    self.restingPH = restingPH
    self.restingCelsius = restingCelsius
    self.utcOffsetSeconds = utcOffsetSeconds
    self.resolution = resolution
    self.noise = noise
    self.noiseMemorySeconds = noiseMemorySeconds
    self.speed = speed
  }

  /// Water that differs from pool to pool as real water does, in limits for its `kind`.
  ///
  /// A foot bath is kept at 7 mg/L (limits 5 to 10), every other pool at 0.6 (limits 0.3 to 1.0).
  public static func drawn(for kind: PoolKind, from random: inout SplitMix64) -> WaterProfile {
    let scale = kind == .footBath ? 7 / 0.6 : 1
    return WaterProfile(
      chlorineSetPoint: 0.6 * scale,
      controllerBand: random.number(in: 0.03...0.05) * scale,
      dosePerHour: random.number(in: 1.2...1.8) * scale,
      decayPerHour: kind == .outdoor
        ? random.number(in: 0.4...0.7) : random.number(in: 0.1...0.4),
      batherLoad: random.number(in: 0.3...0.7),
      restingPH: random.number(in: 7.25...7.45),
      restingCelsius: kind == .children
        ? random.number(in: 28.5...29.2) : random.number(in: 26.5...28))
  }

  /// The share of a full house that is in the water, 0…1, at `instant`: none at night, peaks in the
  /// late morning and in the evening.
  func attendance(at instant: Timestamp) -> Double {
    let dayMilliseconds: Int64 = 86_400_000
    let local = (instant.milliseconds + Int64(utcOffsetSeconds) * 1000) % dayMilliseconds
    let hour = Double(local < 0 ? local + dayMilliseconds : local) / 3_600_000
    let corners: [(hour: Double, share: Double)] = [
      (0, 0), (6, 0), (10.5, 0.7), (14, 0.4), (19, 1), (22, 0), (24, 0),
    ]
    for (from, to) in zip(corners, corners.dropFirst()) where hour <= to.hour {
      return from.share + (to.share - from.share) * (hour - from.hour) / (to.hour - from.hour)
    }
    return 0
  }
}
