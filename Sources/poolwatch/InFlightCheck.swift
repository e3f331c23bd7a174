/// Whether the broker lets batches be as large as we would take them.
enum InFlightCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard let settings = facts.knownBrokerSettings else {
      return .unknown("in flight", "the broker's settings were not read")
    }
    let ours = facts.broker.receiveMaximum
    let theirs = settings.number("max_inflight_messages", otherwise: 20)
    guard theirs == 0 || theirs >= ours else {
      return .warn(
        "in flight",
        "max_inflight_messages \(theirs) is less than receive_maximum \(ours): "
          + "a disk sync carries \(theirs) readings at most",
        "set max_inflight_messages \(ours)")
    }
    guard ours >= 100 else {
      return .warn(
        "in flight", "receive_maximum \(ours): a disk sync carries as many readings at most",
        "set broker.receive_maximum 1000")
    }
    return .ok("in flight", "\(ours) messages may be under way unacknowledged")
  }
}
