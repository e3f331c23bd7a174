/// Whether the broker's memory limit lies above what its queue may take.
///
/// A broker at its limit refuses us too, and does not come up again with what it saved.
enum MemoryCheck: DoctorCheck {
  /// Memory of one waiting reading; measured, see Config/mosquitto/poolwatch.conf.
  private static let messageByteCount = 470

  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard let settings = facts.knownBrokerSettings else {
      return .unknown("memory", "the broker's settings were not read")
    }
    let limit = settings.number("memory_limit", otherwise: 0)
    let queue = min(settings.number("max_queued_messages", otherwise: 1000), 1 << 40)
    let wanted = 2 * queue * messageByteCount
    guard limit > 0 else {
      return .warn(
        "memory", "the broker's memory has no limit: the kernel may kill it",
        "set memory_limit \(max(wanted, 1 << 28))")
    }
    guard queue > 0, limit >= wanted else {
      return .fail(
        "memory",
        "the queue can fill memory_limit (\(DoctorWording.bytes(limit))): then the broker "
          + "takes nobody and does not start again",
        queue > 0 ? "set memory_limit \(wanted) or more" : "set max_queued_messages")
    }
    return .ok(
      "memory", "memory_limit \(DoctorWording.bytes(limit)), twice what the queue may take")
  }
}
