/// A kind of sensor: what it shows of the water, and how well.
struct Sensor: Sendable {
  let parameter: String
  /// Standard deviation of the error, in the parameter's unit.
  let noise: Double
  /// The smallest step it shows where the plan says nothing.
  let resolution: Double
  /// It never shows less.
  let floor: Double
  /// What becomes of it when the water past it stands.
  let inStandingWater: InStandingWater
  let truth: @Sendable (Water) -> Double

  /// What a sensor does in water that stands.
  enum InStandingWater: Sendable {
    /// An amperometric cell uses up what is before it.
    case fades
    /// It shows that nothing flows.
    case stops
    /// It goes on showing what it showed last.
    case rests
    /// It sees the pool all the same.
    case sees
  }

  init(
    parameter: String, noise: Double, resolution: Double, floor: Double,
    inStandingWater: InStandingWater = .rests, truth: @escaping @Sendable (Water) -> Double
  ) {
    self.parameter = parameter
    self.noise = noise
    self.resolution = resolution
    self.floor = floor
    self.inStandingWater = inStandingWater
    self.truth = truth
  }

  static func named(_ parameter: String) -> Sensor? {
    all.first { $0.parameter == parameter }
  }

  /// Every quantity of `Parameter.standard`; what the model of the water lacks is constant.
  static let all: [Sensor] = [
    Sensor(
      parameter: "free_chlorine", noise: 0.008, resolution: 0.01, floor: 0, inStandingWater: .fades
    ) { $0.chlorine },
    Sensor(parameter: "ph", noise: 0.008, resolution: 0.01, floor: 0) { $0.pH },
    Sensor(parameter: "temperature", noise: 0.05, resolution: 0.1, floor: -5) { $0.celsius },
    Sensor(parameter: "combined_chlorine", noise: 0.005, resolution: 0.01, floor: 0) { _ in 0.15 },
    Sensor(
      parameter: "total_chlorine", noise: 0.01, resolution: 0.01, floor: 0, inStandingWater: .fades
    ) { $0.chlorine + 0.15 },
    // Rises with chlorine and falls with pH, as a straight line around a usual pool.
    Sensor(parameter: "orp", noise: 2, resolution: 1, floor: -1500) {
      720 + 150 * ($0.chlorine - 0.6) - 60 * ($0.pH - 7.35)
    },
    Sensor(parameter: "turbidity", noise: 0.02, resolution: 0.01, floor: 0) { _ in 0.3 },
    Sensor(parameter: "conductivity", noise: 5, resolution: 1, floor: 0) { _ in 900 },
    Sensor(parameter: "cyanuric_acid", noise: 0.3, resolution: 0.1, floor: 0) { _ in 15 },
    Sensor(parameter: "flow", noise: 1.5, resolution: 0.1, floor: 0, inStandingWater: .stops) { _ in
      120
    },
    Sensor(
      parameter: "water_level", noise: 0.005, resolution: 0.01, floor: -10, inStandingWater: .sees
    ) { _ in 1.6 },
  ]
}
