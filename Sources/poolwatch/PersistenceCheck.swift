import PoolModel

/// What a crash of the broker would lose.
enum PersistenceCheck: DoctorCheck {
  /// Messages a second that profile district keeps up with while some wait; measured, see
  /// Config/mosquitto/persistence/district.conf.
  private static let districtRate = 20.0

  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard let settings = facts.brokerSettings else {
      return .unknown(
        "persistence", "the broker's settings were not read",
        "name its file: --broker-config /etc/mosquitto/mosquitto.conf")
    }
    guard settings.unreadable.isEmpty else {
      return .unknown(
        "persistence", "not readable: \(settings.unreadable.joined(separator: ", "))",
        "run as root, or name the right file with --broker-config")
    }
    let profiles = "copy Config/mosquitto/persistence/district.conf or rate.conf to its conf.d"
    guard settings.flag("persistence", otherwise: false) else {
      return .fail(
        "persistence", "persistence is off: a restart of the broker loses all that waits", profiles)
    }
    let interval = settings.number("autosave_interval", otherwise: 1800)
    guard interval > 0 else {
      return .fail(
        "persistence", "autosave_interval 0: a crash of the broker loses all that waits", profiles)
    }
    let rate = Double(facts.poolCount) / facts.interval.inSeconds
    if settings.flag("autosave_on_changes", otherwise: false) {
      guard interval == 1 else {
        return .warn(
          "persistence",
          "saved every \(interval) changes: a crash of the broker loses up to as many",
          "set autosave_interval 1")
      }
      guard rate <= districtRate else {
        return .warn(
          "persistence",
          "every change is saved, too slow for the plan's \(Int(rate)) messages/s once some wait",
          "take the profile rate: autosave_on_changes false, autosave_interval 1")
      }
      return .ok(
        "persistence", "profile district: a crash of the broker loses what it got in its last save")
    }
    guard interval <= 15 else {
      return .warn(
        "persistence", "saved every \(interval) s: a crash of the broker loses up to as much",
        profiles)
    }
    return .ok(
      "persistence", "profile rate: a crash of the broker loses the last \(interval + 1) s")
  }
}
