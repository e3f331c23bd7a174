/// How full the broker's queues are, and whether it had to drop.
enum QueueCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard facts.broker.answer == .accepted else {
      return .unknown("queue", "the broker was not to be asked for its figures")
    }
    guard let figures = facts.broker.figures, let held = figures["store/messages/count"],
      let dropped = figures["publish/messages/dropped"]
    else {
      return .unknown(
        "queue", "the broker's figures are not readable",
        "allow the daemon's user 'topic read $SYS/broker/#' in the broker's acl_file")
    }
    // Retained messages are among them: what the broker holds is an upper bound of what waits.
    let known = facts.knownBrokerSettings?.number("max_queued_messages", otherwise: 1000)
    let limit = known ?? facts.broker.queueMessages
    let share = limit > 0 ? Double(held) / Double(limit) : 0
    let words =
      "the broker holds \(held) messages"
      + (limit > 0 ? " of \(limit) that may wait for one client" : "")
    if share >= 0.9 {
      return .fail(
        "queue", words, "get the daemon connected: beyond the limit messages go without a word")
    }
    if dropped > 0 {
      return .warn(
        "queue", "\(words), and has dropped \(dropped) since it started",
        "readings may be missing ('poolwatch gaps'); raise max_queued_messages")
    }
    if share >= 0.5 {
      return .warn("queue", words, "see why the daemon does not fetch them: 'poolwatch status'")
    }
    if let known, known > 0, known != facts.broker.queueMessages {
      return .warn(
        "queue", "\(words), and poolwatchd believes \(facts.broker.queueMessages)",
        "set broker.queue_messages \(known), by which it warns in time")
    }
    return .ok("queue", words + ", and has dropped none")
  }
}
