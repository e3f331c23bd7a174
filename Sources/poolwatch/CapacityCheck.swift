import PoolModel

/// Whether the broker's queue holds the plan's messages for as long as Poolwatch may be away.
enum CapacityCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard let settings = facts.knownBrokerSettings else {
      return .unknown("capacity", "the broker's settings were not read")
    }
    let limit = settings.number("max_queued_messages", otherwise: 1000)
    let perHour = Double(facts.poolCount) * 3600 / facts.interval.inSeconds
    let wanted = Int((perHour * facts.outage.inSeconds / 3600).rounded(.up))
    if settings.number("max_queued_bytes", otherwise: 0) > 0 {
      return .warn(
        "capacity", "max_queued_bytes limits the queue too, whatever its number of messages",
        "set max_queued_bytes 0 and size max_queued_messages")
    }
    guard limit > 0 else {
      return .warn(
        "capacity", "max_queued_messages 0: the queue has no limit but the machine's memory",
        "set max_queued_messages \(wanted)")
    }
    let held = Duration.seconds(min(Double(limit) / max(perHour, 0.001) * 3600, 1e9))
    let words =
      "max_queued_messages \(limit) holds the plan's messages for \(DoctorWording.span(held))"
    if limit >= wanted { return .ok("capacity", words) }
    let change = "set max_queued_messages \(wanted) for \(DoctorWording.span(facts.outage))"
    return held < .seconds(3600)
      ? .fail("capacity", words, change) : .warn("capacity", words, change)
  }
}
