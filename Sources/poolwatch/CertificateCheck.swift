import PoolModel

/// Whether certificates hold, and for how long: those of our link, and those of the broker's listeners,
/// where gateways come.
enum CertificateCheck: DoctorCheck {
  /// Time enough to order another one.
  private static let notice = Duration.seconds(30 * 86_400)

  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    for certificate in facts.certificates {
      if let problem = certificate.problem {
        return .fail(
          "certificate", "\(certificate.name): \(problem)",
          "give it a certificate that broker.ca_file signed and that names \(facts.broker.address)")
      }
    }
    if facts.certificates.isEmpty { return withoutAny(facts) }
    let ends = facts.certificates.compactMap { certificate in
      certificate.end.map { (certificate: certificate, time: $0) }
    }
    guard let first = ends.min(by: { $0.time < $1.time }) else {
      return .unknown("certificate", "no certificate could be read", "run it as root")
    }
    let words = "\(first.certificate.name) ends on \(DoctorWording.day(first.time))"
    if first.time <= facts.now {
      return .fail(
        "certificate", "\(words), which is past: \(first.certificate.loser.words)",
        "renew it now\(first.certificate.loser.reload)")
    }
    let rest = first.time - facts.now
    if rest < notice {
      return .warn(
        "certificate", words + ", in \(DoctorWording.span(rest))",
        "renew it\(first.certificate.loser.reload): after that day \(first.certificate.loser.words)"
      )
    }
    let unread = facts.certificates.count - ends.count
    guard unread == 0 else {
      return .unknown("certificate", "\(words); \(unread) could not be read", "run it as root")
    }
    return .ok("certificate", words + (ends.count > 1 ? ", the first of \(ends.count)" : ""))
  }

  private static func withoutAny(_ facts: DoctorFacts) -> DoctorFinding {
    guard facts.knownBrokerSettings != nil else {
      return .unknown(
        "certificate",
        "we speak to the broker without TLS, and the settings of its listeners were not read")
    }
    return .ok("certificate", "none needed: the broker speaks no TLS")
  }
}

extension DoctorFacts.Loser {
  fileprivate var words: String {
    switch self {
    case .link: "the broker and Poolwatch do not talk"
    case .everybody: "no gateway gets in there"
    case .certifiedGateways: "no gateway with a certificate gets in there"
    }
  }

  fileprivate var reload: String {
    self == .link ? "" : ", and have the broker read it: systemctl reload mosquitto"
  }
}
