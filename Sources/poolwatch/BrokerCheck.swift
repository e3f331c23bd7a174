/// Whether the broker takes us.
enum BrokerCheck: DoctorCheck {
  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    let broker = facts.broker
    if case .failed(let failure) = broker.answer {
      return .fail(
        "broker", "\(broker.address) does not take us: \(failure)",
        "until it does, no reading comes; compare broker.* in poolwatch.yaml with its settings")
    }
    guard broker.usesTLS || broker.isLocal else {
      return .fail(
        "broker",
        "\(broker.address) is another machine, and passwords and readings go in the clear",
        "set broker.ca_file and broker.port 8883")
    }
    if case .notAsked(let reason) = broker.answer {
      return .unknown("broker", "\(broker.address) was not asked: \(reason)")
    }
    return .ok("broker", "\(broker.address) takes us\(broker.usesTLS ? ", by TLS" : "")")
  }
}
