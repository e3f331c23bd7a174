import PoolModel

/// The water itself, without sensors: what is really in the pool.
///
/// Only the four arithmetic operations are used (decays and lags by the implicit Euler rule), so
/// that a seed gives the same water to the last bit on every machine.
struct Water: Sendable {
  /// mg/L.
  private(set) var chlorine: Double
  private(set) var pH: Double
  private(set) var celsius: Double
  private var isDosing = false

  init(profile: WaterProfile, random: inout SplitMix64) {
    chlorine =
      profile.chlorineSetPoint + random.number(in: -1...1) * profile.controllerBand
    pH = profile.restingPH
    celsius = profile.restingCelsius
    isDosing = random.unit() < 0.5
  }

  /// Lives for `hours`, in steps that are small against every time constant.
  ///
  /// - Parameters:
  ///   - hours: how long, by the water's own time.
  ///   - profile: what the water is like.
  ///   - attendance: the share of a full house in the water, 0…1.
  ///   - faults: what goes wrong meanwhile.
  mutating func live(
    hours: Double, profile: WaterProfile, attendance: Double, faults: WaterFaults
  ) {
    let attendance = attendance + faults.extraAttendance
    let band = faults.controllerBand ?? profile.controllerBand
    // 30 s: the pump's 1.8 mg/L an hour make 0.015 mg/L then, half of the narrowest dead zone.
    let longestStep = 30.0 / 3600
    let stepCount = max(1, (hours / longestStep).rounded(.up))
    let step = hours / stepCount
    for _ in 0..<Int(stepCount) {
      control(
        setPoint: profile.chlorineSetPoint, band: band, isPumpBroken: faults.extraDecayPerHour > 0)
      let dose = isDosing ? profile.dosePerHour : 0
      let decay =
        profile.decayPerHour * (1 + profile.batherLoad * attendance)
        + faults.extraDecayPerHour
      chlorine = (chlorine + dose * step) / (1 + decay * step)
      // Hypochlorite is alkaline and bathers bring acids; the pH controller needs half an hour.
      let wantedPH =
        profile.restingPH + 0.05 * dose / profile.dosePerHour - 0.04 * attendance
      pH = (pH + wantedPH * step / 0.5) / (1 + step / 0.5)
      // Bathers and open doors cool a little; the heating needs four hours.
      let wantedCelsius = profile.restingCelsius - 0.4 * attendance
      celsius = (celsius + wantedCelsius * step / 4) / (1 + step / 4)
    }
  }

  private mutating func control(setPoint: Double, band: Double, isPumpBroken: Bool) {
    if isPumpBroken {
      isDosing = false
    } else if chlorine < setPoint - band {
      isDosing = true
    } else if chlorine > setPoint + band {
      isDosing = false
    }
  }
}
