import Querying

/// How full the broker's queues are, and whether it had to drop.
enum QueueCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard facts.broker.answer == .accepted else {
      return .unknown("queue", "the broker was not to be asked for its figures")
    }
    if facts.knownBrokerSettings?.number("sys_interval", otherwise: 10) == 0 {
      return .unknown(
        "queue", "the broker tells no figures: sys_interval 0", "set sys_interval 10")
    }
    guard let figures = facts.broker.figures else {
      return .unknown(
        "queue", "the broker's figures are not readable",
        "allow the daemon's user 'topic read $SYS/broker/#' in the broker's acl_file")
    }
    // What the daemon heard last is of now, too: the broker tells when it has changed.
    guard let held = figures["store/messages/count"] ?? facts.status?.brokerBacklog else {
      return .unknown(
        "queue",
        "the broker has not told for a minute how many messages it holds: none came or went")
    }
    // The messages with its own figures are among them, and other retained ones: what is left is an upper
    // bound of what waits.
    return finding(
      facts, held: max(0, held - facts.broker.figureMessageCount),
      dropped: figures["publish/messages/dropped"])
  }

  private static func finding(
    _ facts: DoctorFacts, held: Int, dropped: Int?
  ) -> DoctorFinding {
    let known = facts.knownBrokerSettings?.number("max_queued_messages", otherwise: 1000)
    let limit = known ?? facts.broker.queueMessages
    let share = limit > 0 ? Double(held) / Double(limit) : 0
    let words =
      "the broker holds \(held) messages"
      + (limit > 0 ? " of \(limit) that may wait for one client" : "")
    let loss = dropped.map { $0 > 0 ? ", and has dropped \($0) since it started" : "" } ?? ""
    if share >= 0.9 {
      return .fail(
        "queue", words + loss,
        "get the daemon connected: beyond the limit messages go without a word"
          + (loss.isEmpty ? "" : "; for what is missing see 'poolwatch gaps'"))
    }
    if !loss.isEmpty {
      return .warn(
        "queue", words + loss,
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
    return .ok(
      "queue",
      words + (dropped == nil ? ", and none was dropped of late" : ", and has dropped none"))
  }
}
