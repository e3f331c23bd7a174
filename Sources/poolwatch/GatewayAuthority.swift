import ArgumentParser
import Foundation
import LinuxSystem

/// The private authority that signs gateways' certificates, kept with the openssl program.
struct GatewayAuthority {
  let directory: BrokerDirectory

  /// Days that a gateway's certificate is good: two years.
  private static let certificateDays = 730
  /// Days that the authority and its list are good.
  ///
  /// Long, for when either ends nobody gets in. The list lies beside the broker, so it need not end
  /// to be fetched again.
  private static let authorityDays = 7300

  /// Whether there is one.
  var isThere: Bool {
    get throws { try Files.kind(ofPath: directory.authority) == .directory }
  }

  /// Makes the authority where there is none, and gives the broker its certificate and its list.
  func makeIfMissing() throws {
    if try !isThere { try make() }
    try directory.makeCertificateDirectory()
    try directory.publish(
      try Files.bytes(atPath: "\(directory.authority)/ca.crt"),
      to: directory.authorityCertificate, permissions: 0o644)
    try publishList()
  }

  private func make() throws {
    let draft = "\(directory.enrolment)/authority.draft"
    try directory.remove(draft)
    try Files.makeDirectories(path: "\(draft)/issued")
    for (name, text) in [("ca.conf", Self.configuration), ("index.txt", ""), ("crlnumber", "01\n")]
    {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(draft)/\(name)"))
    }
    try OutsideProgram.openssl.run(
      ["req", "-x509", "-config", "ca.conf", "-days", "\(Self.authorityDays)"]
        + Self.newKey("ca.key") + ["-subj", "/CN=Poolwatch gateway authority", "-out", "ca.crt"],
      in: draft)
    try Files.move(draft, to: directory.authority)
  }

  /// Whether `venue` has a certificate that is neither revoked nor ended, and its files are there.
  func has(_ venue: String) throws -> Bool {
    guard try isThere, try !validSerials(of: venue).isEmpty else { return false }
    return FileManager.default.fileExists(atPath: directory.certificateFile(of: venue))
      && FileManager.default.fileExists(atPath: directory.keyFile(of: venue))
  }

  /// Whether `venue` has a certificate that is not revoked, whatever became of its files.
  func hasValidCertificate(of venue: String) throws -> Bool {
    try isThere && !validSerials(of: venue).isEmpty
  }

  /// Makes a key and a certificate for `venue`, and revokes those it had.
  ///
  /// Both take their places when they are whole and on the disk, the certificate last: a crash leaves
  /// a venue that has none, for which the next enrolment makes them anew.
  func renew(_ venue: String) throws {
    try revoke(venue)
    let request = "\(directory.enrolment)/request"
    let key = "\(directory.enrolment)/key.draft"
    let certificate = "\(directory.enrolment)/certificate.draft"
    try OutsideProgram.openssl.run(
      ["req", "-new", "-config", "ca.conf"] + Self.newKey(key)
        + ["-subj", "/CN=\(venue)", "-out", request], in: directory.authority)
    try OutsideProgram.openssl.run(
      [
        "ca", "-config", "ca.conf", "-batch", "-notext", "-days", "\(Self.certificateDays)", "-in",
        request, "-out", certificate,
      ], in: directory.authority)
    try directory.remove(request)
    for (draft, target) in [
      (key, directory.keyFile(of: venue)), (certificate, directory.certificateFile(of: venue)),
    ] {
      try Files.synchronize(path: draft)
      try Files.move(draft, to: target)
    }
  }

  /// Revokes the certificates of `venue` and publishes the list.
  ///
  /// - Returns: How many there were.
  /// - Throws: When a step fails; what was not published then is by the next call, for whatever venue.
  @discardableResult
  func revoke(_ venue: String) throws -> Int {
    guard try isThere else { return 0 }
    let serials = try validSerials(of: venue)
    guard !serials.isEmpty else {
      try publishPendingList()
      return 0
    }
    try Data().write(to: URL(fileURLWithPath: pendingMark))
    for serial in serials {
      try OutsideProgram.openssl.run(
        ["ca", "-config", "ca.conf", "-batch", "-revoke", "issued/\(serial).pem"],
        in: directory.authority)
    }
    try directory.remove(directory.keyFile(of: venue))
    try directory.remove(directory.certificateFile(of: venue))
    try publishList()
    return serials.count
  }

  /// There while something is revoked that the broker's list may not say.
  private var pendingMark: String { "\(directory.authority)/list.pending" }

  /// Publishes the list where an earlier attempt failed or was interrupted.
  ///
  /// - Returns: Whether that was so.
  @discardableResult
  func publishPendingList() throws -> Bool {
    guard try isThere, try Files.kind(ofPath: pendingMark) != .absent else { return false }
    try publishList()
    return true
  }

  /// The serial numbers of the certificates of `venue` that are neither revoked nor ended.
  ///
  /// A line of the list is status, end, revocation, serial, file and name, with tabs between.
  private func validSerials(of venue: String) throws -> [String] {
    // Writes into the list which have ended.
    try OutsideProgram.openssl.run(
      ["ca", "-config", "ca.conf", "-updatedb"], in: directory.authority)
    let bytes = try Files.bytes(atPath: "\(directory.authority)/index.txt")
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 6, fields[0] == "V", fields[5] == "/CN=\(venue)" else { return nil }
      return String(fields[3])
    }
  }

  /// Makes the list of what is revoked anew, and gives it to the broker.
  ///
  /// - Throws: `CommandFailure` that says what to do.
  private func publishList() throws {
    do {
      try makeAndPublishList()
    } catch {
      let words = (error as? CommandFailure)?.lines.joined(separator: "; ") ?? "\(error)"
      throw CommandFailure(
        "the list of revoked certificates, \(directory.revocationList), cannot be written: \(words)",
        "until it is, the broker lets a revoked certificate connect, and what the access rules allow its",
        "name it may send: mend that, run the command again, then reload the broker",
        exitCode: .failure)
    }
    try directory.remove(pendingMark)
  }

  private func makeAndPublishList() throws {
    try OutsideProgram.openssl.run(
      [
        "ca", "-config", "ca.conf", "-gencrl", "-crldays", "\(Self.authorityDays)", "-out",
        "list.crl",
      ], in: directory.authority)
    try directory.publish(
      try Files.bytes(atPath: "\(directory.authority)/list.crl"), to: directory.revocationList,
      permissions: 0o644)
  }

  private static func newKey(_ path: String) -> [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout", path]
  }

  /// Paths in it start at the authority's directory.
  private static let configuration = """
    [ca]
    default_ca = gateways
    [gateways]
    database = index.txt
    new_certs_dir = issued
    certificate = ca.crt
    private_key = ca.key
    crlnumber = crlnumber
    rand_serial = yes
    unique_subject = no
    default_md = sha256
    policy = name
    x509_extensions = gateway
    [name]
    commonName = supplied
    [gateway]
    basicConstraints = critical,CA:FALSE
    keyUsage = critical,digitalSignature
    extendedKeyUsage = clientAuth
    subjectKeyIdentifier = hash
    authorityKeyIdentifier = keyid
    [req]
    distinguished_name = none
    x509_extensions = authority
    [none]
    [authority]
    basicConstraints = critical,CA:TRUE,pathlen:0
    keyUsage = critical,keyCertSign,cRLSign
    subjectKeyIdentifier = hash

    """
}
