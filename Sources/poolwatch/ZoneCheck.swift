/// Whether people who read the machine's log read the hours that reports have.
enum ZoneCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    let (machine, district) = (facts.zone.machine, facts.zone.district)
    guard let machine else {
      return .unknown("zone", "the machine's zone is not known; days are counted in \(district)")
    }
    if machine == district { return .ok("zone", "the machine and the district are in \(district)") }
    // No fault: nothing that Poolwatch counts follows the machine's zone.
    return .ok("zone", "days are counted in \(district); the machine's own zone is \(machine)")
  }
}
