import Foundation
import TestSupport
import Testing

@Suite struct `Enrolling a gateway` {
  @Test func `with a password it publishes for its venue alone, until it is revoked`()
    async throws
  {
    let station = try Station()
    let enrolled = try await station.gateway("enroll", "venue-01", "--port", "\(station.port)")
    #expect(enrolled.ending == .code(0), "\(enrolled.errors)")
    let line = try enrolled.trialLine
    #expect(enrolled.output.hasSuffix("ends the connection of a gateway with the same name.\n"))
    #expect(try permissions(of: station.directory.path("poolwatch.passwd")) == 0o600)
    let neighbour = try await station.gateway("enroll", "venue-02", "--port", "\(station.port)")
    try await station.start()

    let published = try await Station.run(line)
    #expect(published.ending == .code(0), "\(published.errors)")
    let heard = try await station.heard()
    #expect(heard.hasPrefix("pools/v1/310107/venue-01/main/telemetry {\"ts\":1"))
    // Within the 0.3 to 1.0 mg/L of GB 37488-2019.
    #expect(
      heard.hasSuffix(
        ",\"values\":{\"free_chlorine\":0.5},\"flags\":{\"free_chlorine\":\"maintenance\"}}"))

    // Refused: a wrong password at the door, another venue's topic by the rules.
    let password = try #require(line.firstMatch(of: /-P (\S+)/)?.1)
    #expect(password.count == 24)
    let wrong = try await Station.run(
      line.replacingOccurrences(of: password, with: String(password.reversed())))
    #expect(wrong.ending != .code(0))
    let foreign = try await Station.run(
      line.replacingOccurrences(of: "/venue-01/", with: "/venue-02/"))
    #expect((foreign.output + foreign.errors).contains("Not authorized"))

    let revoked = try await station.gateway("revoke", "venue-01")
    #expect(revoked.ending == .code(0))
    // What was set by hand stays.
    #expect(try permissions(of: station.directory.path("poolwatch.passwd")) == 0o644)
    try await station.reload()
    try await Station.isRefusedSoon(line)
    // What comes next is the neighbour's: nothing of the refused ones did, and the daemon is heard on.
    let other = try await Station.run(try neighbour.trialLine)
    #expect(other.ending == .code(0), "\(other.errors)")
    var next = try await station.heard()
    // The shell's attempts before the broker had reloaded came too.
    while next.contains("/venue-01/") { next = try await station.heard() }
    #expect(next.hasPrefix("pools/v1/310107/venue-02/main/telemetry {\"ts\":1"))
  }

  @Test func `with a certificate it publishes without a password, until it is revoked`()
    async throws
  {
    let station = try Station()
    let server = try await Certificates()
    // The broker gives up root's rights, and reads the key again when it reloads.
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: server.keyFile)
    let port = try FreePort.next()
    let words = ["--certificate", "--port", "\(port)", "--ca-file", server.caFile]
    let lines = try await withLines(of: ["venue-01", "venue-02"], words, at: station)
    let certificates = station.directory.path("certs")
    try await station.start(
      """
      listener \(port) 127.0.0.1
      certfile \(server.certificateFile)
      keyfile \(server.keyFile)
      cafile \(certificates)/gateway-ca.crt
      crlfile \(certificates)/gateway-ca.crl
      require_certificate true
      use_identity_as_username true
      """)

    let published = try await Station.run(lines[0])
    #expect(published.ending == .code(0), "\(published.errors)")
    #expect(try await station.heard().hasPrefix("pools/v1/310107/venue-01/main/telemetry {"))
    let naked = try #require(lines[0].firstMatch(of: /--cert \S+ --key \S+/)?.output)
    #expect(
      try await Station.run(lines[0].replacingOccurrences(of: naked, with: "")).ending != .code(0))
    let foreign = try await Station.run(
      lines[0].replacingOccurrences(of: "310107/venue-01/", with: "310107/venue-02/"))
    #expect((foreign.output + foreign.errors).contains("Not authorized"))

    // The key is kept by hand, as a thief would.
    let enrolment = station.directory.path("enrolment")
    for end in ["crt", "key"] {
      try FileManager.default.copyItem(
        atPath: "\(enrolment)/venue-01.\(end)", toPath: "\(enrolment)/stolen.\(end)")
    }
    let stolen = lines[0].replacingOccurrences(
      of: "enrolment/venue-01.", with: "enrolment/stolen.")
    #expect(try await Station.run(stolen).ending == .code(0))
    let revoked = try await station.gateway("revoke", "venue-01")
    #expect(revoked.output.hasPrefix("1 certificate of venue-01 revoked"), "\(revoked.errors)")
    try await station.reload()
    try await Station.isRefusedSoon(stolen)
    #expect(try await Station.run(lines[1]).ending == .code(0))
  }

  private func withLines(
    of venues: [String], _ words: [String], at station: Station
  ) async throws -> [String] {
    var lines: [String] = []
    for venue in venues {
      let outcome = try await station.gateway(
        "enroll", venue, words[0], words[1], words[2], words[3], words[4])
      lines.append(try outcome.trialLine)
    }
    return lines
  }

  @Test func `once more changes nothing, and a renewal one line alone`() async throws {
    let station = try Station()
    for venue in ["venue-01", "venue-02"] { _ = try await station.gateway("enroll", venue) }
    let first = try station.lines
    #expect(first.map { $0.prefix(9) } == ["venue-01:", "venue-02:"])
    let again = try await station.gateway("enroll", "venue-01")
    #expect(again.ending == .code(0))
    #expect(again.output.hasPrefix("venue-01 is enrolled already, nothing has changed."))
    #expect(try station.lines == first)
    let renewed = try await station.gateway("enroll", "venue-01", "--renew")
    #expect(renewed.ending == .code(0))
    let second = try station.lines
    #expect(second.count == 2 && second.contains(first[1]) && !second.contains(first[0]))
    let gone = try await station.gateway("revoke", "venue-02")
    #expect(gone.ending == .code(0))
    #expect(try station.lines == second.filter { $0.hasPrefix("venue-01:") })
    let twice = try await station.gateway("revoke", "venue-02")
    #expect(twice.output == "venue-02 is not enrolled: nothing has changed\n")
    #expect(twice.ending == .code(0))
  }

  @Test func `a certificate is good for two years and signed by an authority nobody else reads`()
    async throws
  {
    let station = try Station()
    _ = try await station.gateway("enroll", "venue-01", "--certificate")
    let again = try await station.gateway("enroll", "venue-01", "--certificate")
    #expect(again.output.hasPrefix("venue-01 is enrolled already, nothing has changed."))
    let enrolment = station.directory.path("enrolment")
    // openssl says 0 when the certificate is still good after so many seconds.
    func isGood(afterDays days: Int) async throws -> Bool {
      try await Outcome(
        of: "/usr/bin/openssl",
        [
          "x509", "-in", "\(enrolment)/venue-01.crt", "-noout", "-checkend", "\(days * 86_400)",
        ], environment: [:]
      ).ending == .code(0)
    }
    #expect(try await isGood(afterDays: 729))
    #expect(try await !isGood(afterDays: 731))
    try await ManagedProcess.run(
      "/usr/bin/openssl",
      arguments: [
        "verify", "-crl_check", "-purpose", "sslclient", "-CAfile",
        station.directory.path("certs/gateway-ca.crt"), "-CRLfile",
        station.directory.path("certs/gateway-ca.crl"), "\(enrolment)/venue-01.crt",
      ])
    for (name, expected) in [
      ("enrolment", 0o700), ("enrolment/authority/ca.key", 0o600),
      ("enrolment/venue-01.key", 0o600),
      ("certs", 0o755), ("certs/gateway-ca.crt", 0o644), ("certs/gateway-ca.crl", 0o644),
    ] { #expect(try permissions(of: station.directory.path(name)) == expected, "\(name)") }
  }

  @Test(arguments: ["enroll", "revoke"])
  func `a venue that the plan does not have is refused with the one that was meant`(
    command: String
  ) async throws {
    let station = try Station()
    let outcome = try await station.gateway(command, "venue-001")
    #expect(outcome.ending == .code(65))
    #expect(
      outcome.errors == "poolwatch: the plan has no venue 'venue-001'; did you mean 'venue-01'?\n")
    #expect(outcome.output == "")
    try station.directory.write("", to: "venue-01.key")
    let path = try await station.gateway(command, "../venue-01")
    #expect(path.ending == .code(65))
    #expect(FileManager.default.fileExists(atPath: station.directory.path("venue-01.key")))
  }

  @Test func `access rules are put in place where they are missing, and told`() async throws {
    let station = try Station()
    let delivered = try station.directory.read("poolwatch.acl")
    let good = try await station.gateway("enroll", "venue-01")
    #expect(
      good.output.contains(
        "poolwatch.acl lets venue-01 write below pools/v1/+/venue-01/ and read nothing there\n"))
    #expect(try station.directory.read("poolwatch.acl") == delivered)
    // What people have written stays, to the byte; what it lacks follows.
    let own = "# pattern write pools/v1/+/%u/#\nuser venue-07\ntopic read \u{e9} #"
    try station.directory.write(own, to: "poolwatch.acl")
    let bad = try await station.gateway("enroll", "venue-02")
    #expect(bad.output.contains("TOO LITTLE, for the daemon: 'topic read #' of user poolwatch is"))
    let mended = String(decoding: try station.directory.read("poolwatch.acl"), as: UTF8.self)
    #expect(mended.hasPrefix(own + "\n# ---- From here on kept by `poolwatch gateway enroll`"))
    #expect(mended.hasSuffix("\npattern write pools/v1/+/%u/#\n"))
    _ = try await station.gateway("enroll", "venue-02", "--renew")
    #expect(String(decoding: try station.directory.read("poolwatch.acl"), as: UTF8.self) == mended)
    try FileManager.default.removeItem(atPath: station.directory.path("poolwatch.acl"))
    let none = try await station.gateway("enroll", "venue-03")
    #expect(
      none.output.contains("poolwatch.acl was missing or empty: it has the delivered rules now"))
    #expect(try station.directory.read("poolwatch.acl") == delivered)
    #expect(try permissions(of: station.directory.path("poolwatch.acl")) == 0o640)
  }

  @Test func `who is revoked may do nothing, until enrolled again`() async throws {
    let station = try Station()
    let delivered = try station.directory.read("poolwatch.acl")
    _ = try await station.gateway("enroll", "venue-01")
    let revoked = try await station.gateway("revoke", "venue-01")
    #expect(
      revoked.output.contains("poolwatch.acl refuses whatever a connection of venue-01 still sends")
    )
    let rules = try station.directory.read("poolwatch.acl")
    #expect(rules.starts(with: delivered))
    #expect(
      String(decoding: rules.dropFirst(delivered.count), as: UTF8.self)
        .hasSuffix(" ----\nuser venue-01\ntopic deny #\n"))
    let again = try await station.gateway("enroll", "venue-01")
    #expect(again.output.contains("is enrolled with user name 'venue-01'"))
    #expect(try station.directory.read("poolwatch.acl") == delivered)
  }

  @Test func `a list of revoked certificates that cannot be written is, when it is done again`()
    async throws
  {
    let station = try Station()
    _ = try await station.gateway("enroll", "venue-01", "--certificate")
    let list = station.directory.path("certs/gateway-ca.crl")
    // A directory in its place cannot be replaced by a file, by root neither.
    try FileManager.default.removeItem(atPath: list)
    try FileManager.default.createDirectory(
      atPath: "\(list)/in the way", withIntermediateDirectories: true)
    let failed = try await station.gateway("revoke", "venue-01")
    #expect(failed.ending == .code(1))
    #expect(failed.errors.contains("gateway-ca.crl, cannot be written"), "\(failed.errors)")
    #expect(failed.errors.contains("run the command again, then reload the broker"))
    let rules = String(decoding: try station.directory.read("poolwatch.acl"), as: UTF8.self)
    #expect(rules.hasSuffix("user venue-01\ntopic deny #\n"))

    try FileManager.default.removeItem(atPath: list)
    let again = try await station.gateway("revoke", "venue-01")
    #expect(again.ending == .code(0), "\(again.errors)")
    #expect(again.output.hasPrefix("What was revoked before is in the list now: "))
    let text = try await ManagedProcess.run(
      "/usr/bin/openssl", arguments: ["crl", "-in", list, "-noout", "-text"])
    #expect(text.components(separatedBy: "Serial Number").count == 2)
    let once = try await station.gateway("revoke", "venue-01")
    #expect(once.output == "venue-01 is not enrolled: nothing has changed\n")
  }

  @Test func `access rules that cannot be written admit nobody, and it can be done again`()
    async throws
  {
    let station = try Station()
    let rules = station.directory.path("poolwatch.acl")
    try FileManager.default.removeItem(atPath: rules)
    try FileManager.default.createDirectory(
      atPath: "\(rules)/in the way", withIntermediateDirectories: true)
    let failed = try await station.gateway("enroll", "venue-01")
    #expect(failed.ending == .code(1))
    #expect(failed.output == "")
    #expect(failed.errors.contains("run the command again with --renew"), "\(failed.errors)")
    let lost = try station.lines
    #expect(lost.map { $0.prefix(9) } == ["venue-01:"])
    try FileManager.default.removeItem(atPath: rules)
    let again = try await station.gateway("enroll", "venue-01", "--renew")
    #expect(again.ending == .code(0), "\(again.errors)")
    #expect(try station.lines != lost && station.lines.count == 1)
    #expect(FileManager.default.fileExists(atPath: rules))
  }

  @Test func `two at a time are refused, and what was there stays`() async throws {
    let station = try Station()
    _ = try await station.gateway("enroll", "venue-01")
    let before = try station.lines
    // flock is another program that has the lock as long as poolwatch runs.
    let outcome = try await Outcome(
      of: "/usr/bin/flock",
      [
        station.directory.path("enrolment/lock"), try Outcome.poolwatchPath, "gateway", "enroll",
        "venue-02", "--directory", station.directory.path, "--plan",
        Repository.path("Config/demo/plan.yaml"),
      ], environment: [:])
    #expect(outcome.ending == .code(69))
    #expect(outcome.errors.hasPrefix("poolwatch: another enrolment in "))
    #expect(try station.lines == before)
  }

  private func permissions(of path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }
}
