import PoolModel

/// Whether certificates hold, and for how long.
enum CertificateCheck: DoctorCheck {
  /// Time enough to order another one.
  private static let notice = Duration.seconds(30 * 86_400)

  static func finding(_ facts: DoctorFacts) -> DoctorFinding {
    guard facts.broker.usesTLS else {
      return .ok("certificate", "none needed: the broker is spoken to without TLS")
    }
    for certificate in facts.certificates {
      if let problem = certificate.problem {
        return .fail(
          "certificate", "\(certificate.name): \(problem)",
          "give it a certificate that broker.ca_file signed and that names \(facts.broker.address)")
      }
    }
    let ends = facts.certificates.compactMap { certificate in
      certificate.end.map { (name: certificate.name, time: $0) }
    }
    guard let first = ends.min(by: { $0.time < $1.time }) else {
      return .unknown("certificate", "no certificate could be read")
    }
    let words = "\(first.name) ends on \(DoctorWording.day(first.time))"
    if first.time <= facts.now {
      return .fail("certificate", words + ", which is past", "renew it now")
    }
    let rest = first.time - facts.now
    if rest < notice {
      return .warn(
        "certificate", words + ", in \(DoctorWording.span(rest))",
        "renew it: after that day the broker and Poolwatch do not talk")
    }
    let unread = facts.certificates.count - ends.count
    return .ok("certificate", words + (unread == 0 ? "" : "; \(unread) could not be read"))
  }
}
